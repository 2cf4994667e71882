"""A vehicle's whole story: its lines on the trail with names, notes, and what a reader may see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask_babel import gettext
from sqlalchemy import select

from station.court import reads as court
from station.court.models import EMERGENCY
from station.court.rules import COMMAND_WORDS, COMMANDS, WAITING
from station.ground.actors import Actor
from station.ground.database import db
from station.ground.money import format_yuan
from station.ground.web import show_day
from station.ground.words import N_
from station.intake import reads as intake
from station.people import reads as people
from station.people.rules import COURT_ROLES, ROLES, Role
from station.sales import reads as sales
from station.showroom import reads as showroom
from station.trail import reads as trail
from station.trail.models import TrailLine, TrailValue
from station.vehicles.models import Vehicle
from station.vehicles.rules import Stage

from . import reads
from .rules import FOLDED
from .steps import Standing

NOTES = {
    "reason": N_("理由：%(value)s"),
    "note": N_("说明：%(value)s"),
    "why": N_("理由：%(value)s"),
    "due": N_("期限：%(value)s"),
    "bay": N_("库位：%(value)s"),
    "number": N_("编号：%(value)s"),
    "count": N_("数量：%(value)s"),
    "sentence": N_("说明：%(value)s"),
    "amount_fen": N_("金额：%(value)s"),
    "distance_m": N_("距应到地点：%(value)s 米"),
}
"""What a timeline tells to whoever may read it, each with its words: facts, and the free texts of
people, which lie beside the line because a name may stand in them."""

PRIVATE_WORDS = {
    "vin": N_("车辆识别代号"),
    "plate": N_("号牌"),
    "driver": N_("司机"),
    "phone": N_("电话"),
    "position": N_("定位"),
    "name": N_("姓名"),
    "items": N_("车内物品"),
    "device": N_("设备"),
    "address": N_("地址"),
}
"""Personal values beside a line; other names are shown as they are."""

Values = Mapping[tuple[str, int, str], str]
"""(chain, number, name) → a personal value beside that line."""

ERASED = N_("已依法删除")
WITHOUT = N_("无指令紧急处置")
TECHNICAL = frozenset({"device", "address"})
SUPERVISORS = (Role.COURT_ADMIN, Role.STATION_MANAGER)


def may_see_value(actor: Actor, line: TrailLine, name: str) -> bool:
    """Whether a reader may see a personal value beside a line.

    Courts see what an act was about, everybody else what their own organisation wrote; from which
    device and network address, only those who answer for the organisation that wrote it.
    """
    own = line.organisation == actor.organisation_id
    if name in TECHNICAL:
        return own and actor.role in SUPERVISORS
    return own or actor.role in COURT_ROLES


@dataclass(frozen=True)
class StoryLine:
    """One act as the timeline tells it. `notes`: (msgid, value); `private`: (word, value)."""

    line: TrailLine
    who: str
    organisation: str
    command: str
    notes: tuple[tuple[str, str], ...]
    private: tuple[tuple[str, str], ...]

    @property
    def anchor(self) -> str:
        """Its place on the page, which a score links to."""
        return f"line-{self.line.chain}-{self.line.number}"

    @property
    def emergency(self) -> str:
        """The id of the emergency that it names in place of a command, or empty."""
        name, _, found = self.line.command.partition(":")
        return found if name == EMERGENCY else ""

    @property
    def proof(self) -> str:
        """The first 16 digits of its hash: enough for the public page."""
        return self.line.hash.hex()[:16]


def read_story(actor: Actor, vehicle: Vehicle) -> list[list[StoryLine]]:
    """The story, newest first. Files kept one after the other by one person are one entry."""
    told = tell(actor, trail.list_for_vehicle(vehicle.id), _commands(actor, vehicle.id))
    return [list(group) for _, group in groupby(reversed(told), key=_fold)]


def _fold(one: StoryLine) -> tuple[str, str]:
    """Equal for neighbours that are told as one: the act and who did it, else the line itself."""
    return (one.line.act, one.line.actor) if one.line.act in FOLDED else (one.anchor, "")


def tell(
    actor: Actor, lines: Sequence[TrailLine], commands: Mapping[str, str] | None = None
) -> list[StoryLine]:
    """Lines with names of people and organisations, and the values that `actor` may see.

    `commands`: command id → its kind, a msgid.
    """
    names = people.names_of({line.actor for line in lines})
    organisations = people.organisation_names()
    values = _values(lines)
    return [
        StoryLine(
            line,
            names.get(line.actor) or str(ROLES.get(line.role, line.role)),  # type: ignore[call-overload]
            organisations.get(line.organisation, ""),
            (commands or {}).get(line.command, ""),
            tuple(_notes(line, values)),
            tuple(_private(actor, line, values)),
        )
        for line in lines
    ]


def _commands(actor: Actor, vehicle_id: str) -> dict[str, str]:
    rows = court.list_commands(actor, vehicle_id=vehicle_id)
    told = {row.id: COMMAND_WORDS[row.kind] for row in rows}
    urgent = court.list_emergencies_on(vehicle_id)
    return told | {row.subject: WITHOUT for row in urgent}


def _notes(line: TrailLine, values: Values) -> Iterator[tuple[str, str]]:
    for name, words in NOTES.items():
        value = line.facts.get(name)
        if f"{name}~" in line.facts:
            yield words, _value_of(line, name, values)
        elif value not in (None, ""):
            yield words, _as_text(name, value)


def _as_text(name: str, value: object) -> str:
    if name == "amount_fen":
        return format_yuan(int(str(value)))
    if name == "due":
        return show_day(date.fromisoformat(str(value)))
    return str(value)


def _values(lines: Sequence[TrailLine]) -> Values:
    """The personal values beside the lines, but for those that were erased."""
    rows = db.session.scalars(
        select(TrailValue)
        .join(
            TrailLine,
            (TrailLine.chain == TrailValue.chain) & (TrailLine.number == TrailValue.number),
        )
        .where(TrailLine.vehicle.in_({line.vehicle for line in lines}))
    )
    return {(row.chain, row.number, row.name): row.value for row in rows}


def _value_of(line: TrailLine, name: str, values: Values) -> str:
    return values.get((line.chain, line.number, name), gettext(ERASED))


def _private(actor: Actor, line: TrailLine, values: Values) -> Iterator[tuple[str, str]]:
    """The personal values that `actor` may see; an erased one says so."""
    for name in _private_names(line):
        if may_see_value(actor, line, name):
            yield PRIVATE_WORDS.get(name, name), _value_of(line, name, values)


def _private_names(line: TrailLine) -> list[str]:
    """Names of the personal values beside a line: its facts carry their digests."""
    names = sorted(name[:-1] for name in line.facts if name.endswith("~"))
    technical = [name for name in ("device", "address") if getattr(line, name)]
    return [name for name in names if name not in NOTES] + technical


# --- where it stands


def standing_of(actor: Actor, vehicle: Vehicle) -> Standing:
    """Where a vehicle stands in every room, for its next step."""
    entrustment = court.find_entrustment(vehicle.id)
    unsigned = court.list_commands(actor, states=WAITING, vehicle_id=vehicle.id)
    listing = showroom.find_listing(vehicle.id) if vehicle.stage is Stage.STORED else None
    state = showroom.state_of(listing) if listing else None
    lot = sales.find_lot(vehicle.id)
    return Standing(
        stage=vehicle.stage,
        entrustment=entrustment.state if entrustment else None,
        unsigned=any(not COMMANDS[row.kind].reported for row in unsigned),
        sent=intake.find_live_tow(vehicle.id) is not None,
        listing=state,
        complete=listing is not None and reads.count_red(listing) is not None,
        lot=lot.state if lot else None,
    )
