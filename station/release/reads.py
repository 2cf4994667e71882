"""Questions about releases: what keeps a vehicle in, the pass, and what the gate compares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from station.court import reads as court
from station.court.rules import SIGNED, CommandKind
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import db, get_or_404
from station.ground.refused import Refused
from station.ground.widths import ascii_upper, half_width
from station.intake import reads as intake
from station.intake import thing_reads
from station.intake.rules import Step
from station.media import reads as media
from station.media.labels import Purpose
from station.media.models import LabelCode, Media
from station.orders import reads as orders
from station.people.rules import COURT_ROLES, STATION_ROLES
from station.sales import reads as sales
from station.sales.models import Lot
from station.sales.rules import LotState
from station.vehicles import reads as vehicles
from station.vehicles.models import Vehicle
from station.vehicles.rules import Stage

from . import rules
from .models import ClearedBelongings, GivenBack, Release
from .rules import Block, GateFacts, Red

PHOTO, IDENTITY, AUTHORITY = "release_photo", "release_identity", "release_authority"
SIGNATURE, CLEARING, SHEET = "release_signature", "belongings_receipt", "release_sheet"
OWNED = (LotState.SERVED, LotState.DELIVERED, LotState.CLOSED)
PAID = (LotState.PAID, LotState.RULED, *OWNED)


# --- what keeps a vehicle in


def facts_of(vehicle_id: str, *, identity: bool = True) -> GateFacts:
    """What the gate must know of a vehicle now, each fact from the room that owns it."""
    lot = sales.find_sold(vehicle_id)
    command = court.find_command(vehicle_id, CommandKind.RELEASE)
    return GateFacts(
        balance_confirmed=lot is not None and lot.state in PAID,
        ruling_served=lot is not None and lot.state in OWNED,
        release_ordered=command is not None and command.state in SIGNED,
        identity_matches=identity,
        other_holds=max(0, court.count_seizures(vehicle_id) - 1),
        belongings_cleared=belongings_cleared(vehicle_id),
        things_out=len(thing_reads.list_keeping(vehicle_id)),
        unpaid_orders=orders.count_unpaid(vehicle_id),
        unfinished_orders=orders.count_unfinished(vehicle_id),
    )


def belongings_cleared(vehicle_id: str) -> bool:
    """Whether nothing of anybody's lies in the vehicle: counted as empty, or cleared since."""
    return find_clearing(vehicle_id) is not None or found_empty(vehicle_id)


def found_empty(vehicle_id: str) -> bool:
    """Whether two persons counted the belongings at the gate-in and found none."""
    row = intake.find_intake(vehicle_id)
    counted = row is not None and intake.find_answer(row, Step.BELONGINGS) is not None
    return counted and row is not None and not intake.list_belongings(row)


def find_clearing(vehicle_id: str) -> ClearedBelongings | None:
    """How the belongings left the vehicle, if they did."""
    return db.session.get(ClearedBelongings, vehicle_id)


def find_given_back(vehicle_id: str) -> GivenBack | None:
    """To whom a withdrawn vehicle went, if it did."""
    return db.session.get(GivenBack, vehicle_id)


def judged_blocks(vehicle_id: str) -> list[Block]:
    """What keeps a judge from ordering release."""
    return [b for b in rules.gate_blocks(facts_of(vehicle_id)) if b.code in rules.JUDGED]


def pass_blocks(vehicle_id: str) -> list[Block]:
    """What keeps the buyer from a gate pass."""
    return [b for b in rules.gate_blocks(facts_of(vehicle_id)) if b.code in rules.PASS_BLOCKS]


def may_order(vehicle: Vehicle) -> bool:
    """Whether release can be ordered now: paid and served, and no live order; a revoked one may
    be given again."""
    live = court.find_command(vehicle.id, CommandKind.RELEASE)
    return vehicle.stage in (Stage.PAID, Stage.RELEASE_ORDERED) and live is None


@dataclass(frozen=True)
class Check:
    """One line of the judge's checklist. `evidence`: id of the paper that shows it, or empty."""

    code: str
    word: str
    block: Block | None
    evidence: str = ""
    count: int = 0


def checklist(vehicle_id: str) -> list[Check]:
    """The judge's checklist, green and red, each with its evidence."""
    facts, lot = facts_of(vehicle_id), sales.find_sold(vehicle_id)
    clearing = find_clearing(vehicle_id)
    evidence = {
        "balance": lot.voucher_media if lot else "",
        "ruling": lot.ruling_media if lot else "",
        "belongings": clearing.paper_media if clearing else "",
    }
    counts = {"hold": facts.other_holds}
    red = {block.code: block for block in rules.gate_blocks(facts)}
    return [
        Check(
            code,
            rules.CHECK_WORDS[code],
            red.get(code),
            evidence.get(code, ""),
            counts.get(code, 0),
        )
        for code in rules.JUDGED
    ]


# --- releases


def find_release(vehicle_id: str) -> Release | None:
    """The newest release of a vehicle."""
    return db.session.scalars(
        select(Release)
        .where(Release.vehicle_id == vehicle_id)
        .order_by(Release.ordered_at.desc())
        .limit(1)
    ).first()


def get_release(actor: Actor, release_id: str) -> Release:
    """One release of the actor's station, or of a court that has to do with the vehicle."""
    row = db.session.get(Release, release_id)
    mine = row is not None and not actor.by_link and vehicles.may_see(actor, row.vehicle_id)
    release: Release = get_or_404(row if mine else None, "这次出库")
    return release


def list_leaving(actor: Actor) -> Sequence[Release]:
    """Releases of the actor's station, those still here first, the oldest on top."""
    return db.session.scalars(
        select(Release)
        .where(Release.station_id == actor.organisation_id)
        .order_by(Release.left_at.is_not(None), Release.ordered_at)
        .limit(200)
    ).all()


def list_uncleared(actor: Actor) -> list[Vehicle]:
    """Vehicles of the actor's station that were sold and still hold belongings."""
    stages = (Stage.SOLD, Stage.PAID, Stage.RELEASE_ORDERED)
    found = vehicles.list_vehicles(actor, stages=stages)
    return [vehicle for vehicle in found if not belongings_cleared(vehicle.id)]


def buyer_tail(lot: Lot) -> str:
    """What the gate compares beside the name: the identity paper's tail, else the phone's."""
    return (lot.buyer.id_tail or lot.buyer.phone[-4:]) if lot.buyer else ""


# --- the pass


def find_pass(release: Release) -> LabelCode | None:
    """The valid pass of a release, used or not."""
    return media.find_code(Purpose.PASS, release.subject)


def pass_text(release: Release) -> str:
    """What the pass's QR says, empty while there is none or the vehicle has left."""
    code = find_pass(release)
    return media.text_of(code) if code and release.left_at is None else ""


@dataclass(frozen=True)
class Verdict:
    """What the gate says of a pass and a vehicle. `red` None is green. `blocks`: for BLOCKED."""

    red: Red | None
    release: Release | None = None
    blocks: tuple[Block, ...] = ()
    car: str = ""


def judge_scan(actor: Actor, pass_scanned: str, car_scanned: str) -> Verdict:
    """Green only for a genuine, valid, unused pass of this station and the very vehicle it names."""
    try:
        code = media.read_code(pass_scanned, Purpose.PASS)
    except Refused as refusal:
        return Verdict(rules.RED_OF_LABEL.get(refusal.code, Red.OTHER))
    release = db.session.get(Release, code.subject.removeprefix("release:"))
    if release is None or release.station_id != actor.organisation_id:
        return Verdict(Red.FORGED)
    if release.left_at is not None:
        return Verdict(Red.USED, release)
    return replace(_judge_car(actor, release, car_scanned), release=release)


def _judge_car(actor: Actor, release: Release, car_scanned: str) -> Verdict:
    found = _car_in(release, car_scanned)
    if found is None or not vehicles.may_see(actor, found.id):
        return Verdict(Red.CAR_LABEL)
    if found.id != release.vehicle_id:
        return Verdict(Red.WRONG_CAR, car=f"{found.model} {found.plate}".strip())
    blocks = rules.gate_blocks(facts_of(release.vehicle_id))
    return Verdict(Red.BLOCKED if blocks else None, blocks=tuple(blocks))


def _car_in(release: Release, text: str) -> Vehicle | None:
    """The vehicle whose label was scanned, or whose whole plate was typed."""
    plain = "".join(ascii_upper(half_width(text)).replace("·", "").split())
    if plain and plain == release.vehicle.plate:
        return release.vehicle
    try:
        code = media.read_code(text, Purpose.VEHICLE)
    except Refused:
        return db.session.scalars(
            select(Vehicle).where(Vehicle.plate == plain, Vehicle.plate != "")
        ).first()
    return vehicles.get_any(code.subject.removeprefix("vehicle:"))


def scan_holds(release: Release) -> bool:
    """Whether the gate's green is fresh enough to hand over on."""
    seen = release.scanned_at
    return seen is not None and clock.now() - seen <= rules.SCAN_HOLDS


# --- comparison with intake


@dataclass(frozen=True)
class Before:
    """What intake wrote down. `photos`: corner → original, from the gate-in or the pick-up."""

    odometer_km: int | None
    keys: int | None
    photos: dict[str, Media]


def before_of(vehicle_id: str) -> Before:
    """Intake's numbers and pictures of the four corners."""
    row = intake.find_intake(vehicle_id)
    if row is None:
        return Before(None, None, {})
    record = intake.get_record(row)
    tow = intake.find_arrived_tow(vehicle_id)
    photos = (intake.pickup_photos(tow) if tow else {}) | intake.gate_photos(row)
    corners = {corner: photos[corner] for corner in rules.CORNERS if corner in photos}
    return Before(record.odometer_km, record.keys, corners)


def photos_of(release: Release) -> dict[str, Media]:
    """Pictures of the hand-over by corner, the last of each, taken since release was ordered."""
    rows = media.list_media(release.vehicle_id, PHOTO)
    return {row.slot: row for row in rows if row.kept_at >= release.ordered_at}


def kept_since_scan(release: Release, kind: str) -> Media | None:
    """The last paper of a kind since the gate's scan: a refused form loses no photo."""
    since = release.scanned_at
    rows = media.list_media(release.vehicle_id, kind)
    found = [row for row in rows if since is not None and row.kept_at >= since]
    return found[-1] if found else None


# --- who reads the files


def may_read_hand_over(actor: Actor, row: Media) -> bool:
    """Pictures and sheet: whoever has to do with the vehicle, its buyer among them."""
    return vehicles.may_see(actor, row.vehicle)


def may_read_identity(actor: Actor, row: Media) -> bool:
    """Identity papers, authorities and signatures: the vehicle's court and station alone."""
    roles = (*COURT_ROLES, *STATION_ROLES)
    return not actor.by_link and actor.role in roles and vehicles.may_see(actor, row.vehicle)


READERS = {
    PHOTO: may_read_hand_over,
    SHEET: may_read_hand_over,
    IDENTITY: may_read_identity,
    AUTHORITY: may_read_identity,
    SIGNATURE: may_read_identity,
    CLEARING: may_read_identity,
}
