"""The identity check at the gate and the technical inspection to the standard, signed by two."""

from __future__ import annotations

from demo.hand import Hand
from demo.story import Story
from station.ground.database import db
from station.intake import identity_desk, inspection_desk, inspections, standard
from station.intake import reads as intake
from station.intake.grading import Mark
from station.intake.identity import Marks
from station.intake.models import Inspection
from station.intake.standard import Choice, Section
from station.people.models import Person
from station.vehicles.rules import Energy

WHY = {"keys": "无钥匙，车门锁闭，无法检查", "battery": "电瓶亏电，无法启动，未检"}
CLOSED = {
    "": (),
    "keys": (Section.ENGINE_BAY, Section.CABIN, Section.START, Section.ROAD_TEST),
    "battery": (Section.START, Section.ROAD_TEST),
}
"""Sections that cannot be checked, by what is missing."""
MEASURED = 78  # per cent: state of health and the like


def tell_identity(story: Story) -> None:
    """While the photos are taken."""
    story.after(2).tell("identify", identify)


def tell(story: Story) -> None:
    """Once the gate-in is finished."""
    story.after(18).tell("inspect", inspect)


def identify(hand: Hand) -> None:
    """VIN, engine number and plate are compared with the case."""
    who, car = hand.cast["inspector"], hand.vehicle
    locked = hand.row.without == "keys"
    read = Marks(car.vin, "" if locked else car.engine_number, car.plate or "")
    why = "无钥匙，发动机舱无法打开" if locked else ""

    def deed() -> None:
        there = intake.find_intake(hand.vehicle.id)
        assert there is not None
        identity_desk.compare(who, there, read, reason=why, confirmed=False)

    hand.once("compare", deed)


def inspect(hand: Hand) -> None:
    """Every item of the standard; what cannot be checked says why."""
    who, energy = hand.cast["inspector"], Energy(hand.car.energy.lower())
    hand.once("begin", lambda: inspection_desk.begin(who, hand.vehicle))
    for section in standard.sections_of(energy):
        marks = _marks(hand, section, energy)

        def save(section: Section = section, marks: dict[int, Mark] = marks) -> None:
            inspection_desk.save_part(who, _open(hand), section, marks, 0)

        hand.once(f"part {section}", save, after=150)

    def sign() -> None:
        second = db.session.get_one(Person, hand.cast["keeper"].person_id)
        inspection_desk.sign(who, _open(hand), second)

    hand.once("sign", sign)


def _open(hand: Hand) -> Inspection:
    (row,) = inspections.list_inspections(hand.vehicle.id)[:1]
    return row


def _marks(hand: Hand, section: Section, energy: Energy) -> dict[int, Mark]:
    absent, closed = standard.items_absent(energy), section in CLOSED[hand.row.without]
    found = {}
    for item in standard.PARTS[section].items:
        if item.number in absent:
            found[item.number] = Mark(Choice.NOT_APPLICABLE)
        elif closed:
            found[item.number] = Mark(Choice.UNCHECKED, reason=WHY[hand.row.without])
        else:
            found[item.number] = Mark(Choice.SOUND, value=MEASURED if item.measured else None)
    return found
