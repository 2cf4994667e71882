"""Acts on labels: a new code for a thing, and the sighting of a label that should not be there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import db
from station.ground.ids import new_code
from station.notices import desk as notice_desk
from station.notices import reads as notices
from station.trail import desk as trail
from station.trail.rules import Fact

from . import label_reads as reads
from . import labels
from .access import command_for, name_vehicle
from .faces import Thing
from .labels import CODE_LENGTH, Purpose, Sighting
from .models import LabelCode
from .turns import one_at_a_time


def issue_code(
    actor: Actor,
    purpose: Purpose,
    subject: str,
    *,
    vehicle: str = "",
    command: str = "",
    reason: str = "",
    write: bool = True,
) -> str:
    """A new label for a thing; the one it had is void. The text of its QR.

    `reason`: why it is printed again. `write=False` for an act that writes its own line and tells
    of the label there.
    """
    one_at_a_time("label", purpose, subject)
    old = _void(purpose, subject)
    code = LabelCode(
        id=new_code(CODE_LENGTH),
        purpose=purpose,
        subject=subject,
        issued_at=clock.now(),
        vehicle=vehicle,
        organisation_id=actor.organisation_id,
        by_name=actor.name,
        reason=reason if old else "",
    )
    db.session.add(code)
    db.session.flush()
    if write:
        told: dict[str, Fact] = {"purpose": str(purpose), "code": code.id}
        told["voids"] = old
        trail.write(
            actor,
            "media.issue_code",
            subject,
            facts=told,
            private={"reason": code.reason} if code.reason else None,
            vehicle=vehicle,
            command=command,
        )
    return reads.text_of(code)


def _void(purpose: Purpose, subject: str) -> str:
    """Void the label that a thing has; its code, or empty."""
    old = reads.find_code(purpose, subject)
    if old is None:
        return ""
    old.void_at = clock.now()
    db.session.flush()  # the index allows one valid label
    return old.id


@dataclass(frozen=True)
class Order:
    """A label to be printed: on what, under which command (empty: none is needed), and why again."""

    thing: Thing
    command: str
    reason: str


def order_labels(
    actor: Actor, purpose: Purpose, things: Sequence[Thing], reason: str
) -> list[Order]:
    """What `print_label` needs for each thing, asked for before the first label is issued.

    Raises `Refused`: nothing chosen or too much, no reason where a valid label would be voided, no
    command that covers a vehicle's label.
    """
    valid = reads.list_valid(purpose, [thing.subject for thing in things])
    told = labels.check_printing(len(things), len(valid), reason)
    return [
        Order(
            thing,
            command_for(actor, thing.vehicle, "media.issue_code") if thing.vehicle else "",
            told,
        )
        for thing in things
    ]


def print_label(actor: Actor, purpose: Purpose, order: Order) -> str:
    """Issue the label of an order, the old one is void; its short code."""
    issue_code(
        actor,
        purpose,
        order.thing.subject,
        vehicle=order.thing.vehicle,
        command=order.command,
        reason=order.reason,
    )
    code = reads.find_code(purpose, order.thing.subject)
    return code.id if code else ""


def sight(actor: Actor, code_id: str, why: Sighting) -> None:
    """Write down that a void or forged label was scanned: where, by whom, and what it stood on.
    The manager of the place gets a message, unless one about this label waits already."""
    code = db.session.get(LabelCode, code_id)
    facts: dict[str, Fact] = {"code": code_id, "why": str(why)}
    if code is not None:
        facts |= {"purpose": str(code.purpose), "stands_on": code.subject}
    subject, vehicle = f"label:{code_id}", code.vehicle if code else ""
    if not notices.is_waiting(actor.organisation_id, subject):
        notice_desk.enqueue(
            actor.organisation_id,
            addressee="站长",
            text=labels.tell_sighting(
                why, code_id, code.purpose if code else None, name_vehicle(vehicle)
            ),
            subject=subject,
        )
    trail.write(actor, "media.sight_label", subject, facts=facts, vehicle=vehicle)
