"""What the rooms know of the vehicles of one organisation, put together for its pages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import func, select

from station.court import reads as court
from station.court.enquiries import SUBJECTS
from station.court.enquiry_reads import Alarm, list_alarms
from station.court.models import Entrustment, Seizure
from station.court.report_reads import list_open as list_open_reports
from station.court.rules import EmergencyState
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import db
from station.ground.money import format_yuan
from station.ground.words import N_
from station.intake.models import CheckInRow, Tow
from station.media.labels import SIGHTINGS, Sighting
from station.sales import halt_reads
from station.sales import reads as sales
from station.sales.fees import TABLE as SALE_TABLE
from station.sales.halts import resume_due
from station.sales.models import Lot
from station.showroom import reads as showroom
from station.showroom.models import Listing
from station.showroom.rules import ListingState, check_listing
from station.trail.models import TrailLine
from station.vehicles.models import Access, Vehicle
from station.vehicles.rules import Stage
from station.yard import reads as yard
from station.yard.rules import READING_WORDS, ReadingState

from . import custody, rules, talk
from .held import Held
from .held import list_held as list_held
from .held import list_seizures as list_seizures
from .rules import (
    CommandFact,
    CourtFacts,
    Doubt,
    EmergencyFact,
    Expiry,
    ListingFact,
    LotFact,
    MileageFact,
    SeizureFact,
    StorageFact,
)

BIDDING = timedelta(hours=SALE_TABLE["bidding_hours"])
ASKED = (Stage.REGISTERED, Stage.ENTRUSTED)
SHOWN = 40  # characters of a reminder on the desk
ALARMING = (ReadingState.ACT, ReadingState.ALARM)


def count_stages(actor: Actor) -> dict[Stage, int]:
    """How many vehicles of the actor's organisation stand at each stage, in the order of a life."""
    rows = db.session.execute(
        select(Vehicle.stage, func.count())
        .join(Access, Access.vehicle_id == Vehicle.id)
        .where(Access.organisation_id == actor.organisation_id)
        .group_by(Vehicle.stage)
    )
    found = {row[0]: row[1] for row in rows}
    return {stage: found[stage] for stage in Stage if stage in found}


def list_recent(actor: Actor, limit: int = 10) -> Sequence[TrailLine]:
    """The last acts on vehicles of the actor's organisation, files being kept left out."""
    return db.session.scalars(
        select(TrailLine)
        .join(Access, Access.vehicle_id == TrailLine.vehicle)
        .where(Access.organisation_id == actor.organisation_id)
        .where(TrailLine.act.not_in((*rules.FOLDED, *rules.EACH)))
        .order_by(TrailLine.at.desc(), TrailLine.number.desc())
        .limit(limit)
    ).all()


def name_cars(lines: Sequence[TrailLine]) -> dict[str, Vehicle]:
    """The vehicles of some lines, by id."""
    ids = {line.vehicle for line in lines}
    return {row.id: row for row in db.session.scalars(select(Vehicle).where(Vehicle.id.in_(ids)))}


# --- the judge's desk


Holding = Sequence[Held] | Sequence[Seizure]


def gather(actor: Actor, held: Holding) -> CourtFacts:
    """What the rooms know of vehicles that the actor's court holds."""
    ids = {seizure.vehicle_id for seizure in held}
    return CourtFacts(
        commands=tuple(_commands(actor, ids)),
        seizures=tuple(_seizures(held)),
        listings=tuple(_listings(actor, ids)),
        lots=tuple(_lots(actor, ids)),
        care=tuple(_care(ids)),
        check_ins=tuple(_check_ins(ids)),
        sightings=tuple(_sightings(ids)),
        unknowing=tuple(custody.list_unknowing(ids)),
        missing=tuple(_missing(ids)),
        mileage=tuple(_mileage(ids)),
        storage=tuple(_storage(held)),
        expiries=tuple(_expiries(ids)),
        emergencies=tuple(_emergencies(actor, ids)),
        things=tuple(custody.list_missing(ids)),
        valuables=tuple(custody.list_valuables(ids)),
        identities=tuple(custody.list_identities(ids)),
        incidents=tuple(custody.list_incidents(ids)),
        presence=tuple(custody.list_presence(ids)),
        enquiries=tuple(_enquiries(ids)),
        halted=tuple(_halted(ids)),
        reminders=tuple(_reminders(ids)),
    )


def _commands(actor: Actor, ids: Collection[str]) -> list[CommandFact]:
    """Commands that can need the court: late, unsigned or reported. The others are many."""
    rows = court.list_pressing(actor.organisation_id, clock.today())
    waiting = {one.command_id: one.at for one in list_open_reports([row.id for row in rows])}
    return [
        CommandFact(
            row.id,
            row.vehicle_id,
            row.kind,
            row.state,
            row.issued_at,
            row.due,
            waiting.get(row.id),
        )
        for row in rows
        if row.vehicle_id in ids
    ]


def _emergencies(actor: Actor, ids: Collection[str]) -> list[EmergencyFact]:
    return [
        EmergencyFact(row.id, row.vehicle_id, row.reason, row.at)
        for row in court.list_emergencies(actor, EmergencyState.REPORTED)
        if row.vehicle_id in ids
    ]


def _seizures(held: Holding) -> list[SeizureFact]:
    asked = [row.vehicle_id for row in held if row.vehicle.stage in ASKED]  # the rest is answered
    last = _last_entrustments(asked)
    return [_seizure(row, last.get(row.vehicle_id)) for row in held]


def _seizure(row: Held | Seizure, asked: Entrustment | None) -> SeizureFact:
    vehicle = row.vehicle
    return SeizureFact(
        row.id,
        row.case_id,
        row.vehicle_id,
        vehicle.stage,
        vehicle.stage_since,
        row.until,
        entrustment=asked.id if asked else "",
        answer=asked.state.value if asked else "",
        asked_at=(asked.decided_at or asked.offered_at) if asked else None,
    )


def _last_entrustments(ids: Sequence[str]) -> dict[str, Entrustment]:
    rows = db.session.scalars(
        select(Entrustment)
        .where(Entrustment.vehicle_id.in_(ids))
        .order_by(Entrustment.vehicle_id, Entrustment.offered_at)
    ).unique()
    return {row.vehicle_id: row for row in rows}


def count_red(listing: Listing) -> int | None:
    """Items that only a reason can stand for, on a draft that the judge can decide.

    None when there is nothing to decide: not a draft, back for changes, or something blocks it.
    """
    if listing.state is not ListingState.DRAFT or listing.returned:
        return None
    evidence = showroom.evidence_of(listing.vehicle_id)
    checklist = check_listing(evidence, showroom.draft_of(listing), clock.today())
    return None if checklist.blocking else len(checklist.red)


def _listings(actor: Actor, ids: Collection[str]) -> list[ListingFact]:
    return [
        ListingFact(row.vehicle_id, row.drafted_at, red)
        for row in showroom.list_for_review(actor)
        if row.vehicle_id in ids and (red := count_red(row)) is not None
    ]


def _lots(actor: Actor, ids: Collection[str]) -> list[LotFact]:
    return [_lot(row) for row in sales.list_lots(actor) if row.vehicle_id in ids]


def _lot(row: Lot) -> LotFact:
    return LotFact(
        row.id,
        row.vehicle_id,
        row.state,
        over_at=row.starts_at + BIDDING,
        ended_at=row.ended_at,
        pay_due=row.pay_due,
        balance_on=row.balance_on,
        served_at=row.served_at,
        release_ordered=row.vehicle.stage is not Stage.PAID,
    )


def _care(ids: Collection[str]) -> list[Doubt]:
    """Readings that ask for something and have not been looked at again."""
    return [
        Doubt(row.vehicle_id, row.vehicle_id, READING_WORDS[row.care.reading], row.care.at)
        for row in yard.list_follow_ups(list(ids))
        if row.care.state in ALARMING
    ]


def _reminders(ids: Collection[str]) -> list[Doubt]:
    """What somebody wanted to be put before the court by now."""
    return [
        Doubt(row.vehicle_id, row.vehicle_id, row.text[:SHOWN], row.at)
        for row in talk.list_reminders(ids, clock.today())
    ]


def _halted(ids: Collection[str]) -> list[Expiry]:
    """Sales to be resumed, with the last day to do so."""
    return [
        Expiry(row.vehicle_id, "", resume_due(row.ended_on), row.at)
        for row in halt_reads.list_live(ids)
        if row.ended_on is not None
    ]


def _enquiries(ids: Collection[str]) -> list[Doubt]:
    """Of each vehicle the replies that are late and the answers that hold no longer, in one line."""
    found: dict[str, list[Alarm]] = {}
    for one in list_alarms(ids):
        found.setdefault(one.row.vehicle_id, []).append(one)
    return [
        Doubt(
            car,
            car,
            "、".join(SUBJECTS[one.row.about].zh for one in alarms),
            min(one.since for one in alarms),
        )
        for car, alarms in found.items()
    ]


def _missing(ids: Collection[str]) -> list[Doubt]:
    """Vehicles that the station reported missing and nobody has seen since, each once."""
    newest = {line.vehicle: line for line in reversed(yard.list_reported_missing(list(ids)))}
    return [Doubt(car, car, "", line.at) for car, line in newest.items()]


def _mileage(ids: Collection[str]) -> list[MileageFact]:
    """Of each vehicle the newest odometer of the last days that is not explained."""
    since = clock.now() - rules.MILEAGE_SHOWN
    newest: dict[str, MileageFact] = {}
    for row in yard.list_doubtful_odometers(ids, since):
        newest.setdefault(
            row.vehicle_id, MileageFact(row.vehicle_id, row.growth, row.allowed, row.at)
        )
    return list(newest.values())


def _storage(held: Holding) -> list[StorageFact]:
    """Vehicles in storage that nobody has bought, where waiting is no longer worth it."""
    waiting = [row.vehicle for row in held if row.vehicle.stage in (Stage.STORED, Stage.PUBLISHED)]
    clocks = yard.list_storage(waiting)
    return [
        StorageFact(car.id, car.stage_since, told.days, format_yuan(told.cost))
        for car in waiting
        if (told := clocks.get(car.id)) is not None and told.sell_now
    ]


INSPECTION, INSURANCE = N_("年检"), N_("交强险")


def _expiries(ids: Collection[str]) -> list[Expiry]:
    """Ends of inspection and insurance as the last draft has them, of vehicles not gone."""
    rows = db.session.scalars(
        select(Listing)
        .join(Vehicle, Vehicle.id == Listing.vehicle_id)
        .where(Listing.vehicle_id.in_(ids), Vehicle.stage.not_in(rules.GONE))
    ).unique()
    return [
        Expiry(row.vehicle_id, what, on, row.drafted_at)
        for row in rows
        for what, on in ((INSPECTION, row.inspection_until), (INSURANCE, row.insurance_until))
        if on is not None
    ]


FAR = N_("离应到地点过远")
NO_PLACE = N_("手机没有给出位置")
CLOCK = N_("手机时间与系统不符")


def _check_ins(ids: Collection[str]) -> list[Doubt]:
    rows = db.session.execute(
        select(Tow.vehicle_id, CheckInRow)
        .join(Tow, Tow.id == CheckInRow.tow_id)
        .where(Tow.vehicle_id.in_(ids), CheckInRow.at >= clock.now() - rules.FLAG_SHOWN)
        .order_by(CheckInRow.at)
    )
    return [
        Doubt(vehicle, vehicle, what, row.at)
        for vehicle, row in rows
        if (what := doubt_of(row)) is not None
    ]


def _sightings(ids: Collection[str]) -> list[Doubt]:
    """Void or forged labels of the vehicles that were scanned; each label once, as last seen."""
    rows = db.session.scalars(
        select(TrailLine)
        .where(
            TrailLine.act == "media.sight_label",
            TrailLine.vehicle.in_(ids),
            TrailLine.at >= clock.now() - rules.FLAG_SHOWN,
        )
        .order_by(TrailLine.at)
    )
    last = {row.subject: row for row in rows}
    return [
        Doubt(row.vehicle, row.vehicle, SIGHTINGS[Sighting(str(row.facts["why"]))], row.at)
        for row in last.values()
    ]


def doubt_of(row: CheckInRow) -> str | None:
    """What is doubtful about a check-in (a msgid), None when nothing is."""
    if row.far:
        return FAR
    if row.latitude is None:
        return NO_PLACE
    return CLOCK if row.clock_doubtful else None
