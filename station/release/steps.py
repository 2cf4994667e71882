"""The buyer's one page: the steps of collecting a vehicle, and the one that is next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from station.ground.words import N_
from station.orders import reads as orders
from station.orders.rules import OrderState, is_unpaid
from station.sales.models import Lot

from . import reads, rules
from .models import Release


class State(StrEnum):
    """How a step stands: `stuck` waits for somebody else than the buyer."""

    DONE = "done"
    NOW = "now"
    STUCK = "stuck"
    LATER = "later"


@dataclass(frozen=True)
class Step:
    """One step. `waits_for`: msgid of who is awaited; `act`: what its button does, or empty."""

    code: str
    name: str
    state: State
    waits_for: str = ""
    act: str = ""


BUYER, COURT, STATION = N_("您"), N_("法院"), N_("服务站")

NAMES = {
    "balance": N_("余款到账"),
    "ruling": N_("裁定送达"),
    "command": N_("法院令放行，站内签收"),
    "hold": N_("解除其他查封"),
    "belongings": N_("清退车内物品"),
    "services": N_("选服务（可不选）"),
    "payment": N_("付服务费"),
    "service": N_("站内服务完成"),
    "pass": N_("取出门证"),
    "leave": N_("到站提车"),
}
WAITS = {
    "balance": COURT,
    "ruling": COURT,
    "command": STATION,
    "hold": COURT,
    "belongings": STATION,
    "service": STATION,
}


def steps_of(lot: Lot | None, release: Release | None, vehicle_id: str) -> list[Step]:
    """Every step in the order of the work; at most one is `now`."""
    if lot is None:
        return []
    red = {block.code for block in rules.gate_blocks(reads.facts_of(vehicle_id))}
    done = {code: code not in red for code in NAMES if code in rules.BLOCKS}
    ordered = bool(orders.list_live(vehicle_id))
    left = release is not None and release.left_at is not None
    has_pass = release is not None and reads.find_pass(release) is not None
    done |= {"services": ordered or has_pass or left, "pass": has_pass or left, "leave": left}
    hidden = {"hold"} if done["hold"] else set()
    hidden |= set() if ordered else {"payment", "service"}
    shown = [code for code in NAMES if code not in hidden]
    return _place(shown, done, WAITS | _awaited(vehicle_id))


def _awaited(vehicle_id: str) -> dict[str, str]:
    """Who is waited for where it depends: the signature or the order; the quote or the money."""
    unpaid = [row for row in orders.list_live(vehicle_id) if is_unpaid(row.state)]
    quoting = unpaid and all(row.state is OrderState.PLACED for row in unpaid)
    found = {"payment": STATION} if quoting else {}
    if orders.find_release_command(vehicle_id) is None:
        found["command"] = COURT
    return found


def _place(shown: list[str], done: dict[str, bool], waits: dict[str, str]) -> list[Step]:
    """The first step that the buyer can take is next; what others must do is waited for.

    Work inside does not keep the buyer from the pass, but from collecting.
    """
    found: list[Step] = []
    taken = stopped = False
    for code in shown:
        awaited = waits.get(code, BUYER)
        late = stopped and code == "pass"
        late = late or (code == "leave" and not all(done[one] for one in shown[:-1]))
        if done[code]:
            found.append(Step(code, NAMES[code], State.DONE))
        elif awaited != BUYER:
            found.append(Step(code, NAMES[code], State.STUCK, awaited))
            stopped = stopped or code not in ("service", "belongings")
        elif taken or late or (stopped and code == "services"):
            found.append(Step(code, NAMES[code], State.LATER))
        else:
            found.append(Step(code, NAMES[code], State.NOW, BUYER, code))
            taken = True
    return found


def next_of(steps: list[Step]) -> Step | None:
    """The one thing on top: what the buyer can do, else what is waited for."""
    for wanted in (State.NOW, State.STUCK):
        for step in steps:
            if step.state is wanted:
                return step
    return None
