"""Questions about listings. The public may ask only for what is published now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from station.court import reads as court
from station.court.models import Case, Command
from station.court.rules import CommandKind, CommandState, EntrustmentState
from station.ground import clock
from station.ground.actors import Actor
from station.ground.calendar import local_date
from station.ground.database import db, get_or_404
from station.intake import identity_reads
from station.intake import reads as intake
from station.media import reads as media
from station.media.models import Media
from station.media.rules import PUBLISHABLE, Kind, SceneKind
from station.people import reads as people
from station.sales import halt_reads
from station.sales import reads as sales
from station.sales.rules import LotState, round_after
from station.vehicles import reads as vehicles
from station.vehicles.models import Access, Vehicle
from station.vehicles.rules import Stage

from . import rules
from .choosing import Traits, most_similar
from .costs import CostFacts
from .models import Listing
from .rules import Draft, Evidence, ListingState, Phase, RoundNow

IN_STATION = (Stage.TAKEN_IN, Stage.STORED, Stage.PUBLISHED)


def find_listing(vehicle_id: str) -> Listing | None:
    """The listing of a vehicle, whatever its state."""
    return db.session.scalars(select(Listing).where(Listing.vehicle_id == vehicle_id)).one_or_none()


def get_listing(actor: Actor, vehicle_id: str) -> Listing:
    """The listing of a vehicle that the actor may see, else 404."""
    vehicles.get_vehicle(actor, vehicle_id)
    listing: Listing = get_or_404(find_listing(vehicle_id), "这份上架资料")
    return listing


def draft_of(listing: Listing) -> Draft:
    """What a listing says, as the rules see it."""
    return Draft(**{field.name: getattr(listing, field.name) for field in fields(Draft)})


def state_of(listing: Listing) -> ListingState:
    """The state that holds: a listing whose command was revoked, or whose car went back to the
    yard unsold, is no longer shown and may be drafted anew."""
    if listing.state not in (ListingState.ORDERED, ListingState.PUBLISHED):
        return listing.state
    command = db.session.get(Command, listing.command_id) if listing.command_id else None
    revoked = command is None or command.state is CommandState.REVOKED
    back = listing.state is ListingState.PUBLISHED and listing.vehicle.stage is Stage.STORED
    return ListingState.WITHDRAWN if revoked or back else listing.state


def round_of(vehicle_id: str) -> RoundNow:
    """Which round the next announcement opens."""
    before = sales.find_tried(vehicle_id)
    if before is None:
        return RoundNow()
    unsold = before.state is LotState.UNSOLD and before.ended_at is not None
    return RoundNow(
        round_after(before.round),
        before.start,
        local_date(before.ended_at) if unsold and before.ended_at else None,
    )


def evidence_of(vehicle_id: str) -> Evidence:
    """What is there for the checklist."""
    entrustment = court.find_entrustment(vehicle_id)
    gate_in = intake.find_intake(vehicle_id)
    finished = gate_in is not None and gate_in.finished_at is not None
    findings = intake.list_findings(vehicle_id)
    close_ups = {finding.media_id for finding in findings}
    videos = [film.duration_ms or 0 for film in media.list_media(vehicle_id, Kind.VIDEO)]
    return Evidence(
        photos=sum(one.media.id not in close_ups for one in media.list_public(vehicle_id)),
        video_ms=max(videos, default=0) or None,
        spin=media.public_scene(vehicle_id, SceneKind.SPIN) is not None,
        panorama=media.public_scene(vehicle_id, SceneKind.PANORAMA) is not None,
        unconfirmed=len(list_unconfirmed(vehicle_id)),
        findings=len(findings) if finished else None,
        intake_finished=finished,
        entrusted=entrustment is not None and entrustment.state is EntrustmentState.ACCEPTED,
        identity=not identity_reads.is_kept_off_show(vehicle_id),
        round=round_of(vehicle_id),
    )


def list_unconfirmed(vehicle_id: str) -> list[Media]:
    """Pictures for the page that no person confirmed, or whose public copy is not drawn yet:
    those taken for it, and the close-ups of findings."""
    waiting = {one.id: one for one in media.list_uncleared(vehicle_id)}
    for finding in intake.list_findings(vehicle_id):
        close_up = media.find_media(finding.media_id)
        shown = close_up is not None and close_up.kind in PUBLISHABLE
        if close_up is not None and shown and not media.is_public_ready(close_up):
            waiting[close_up.id] = close_up
    return list(waiting.values())


def list_waiting(actor: Actor) -> list[tuple[Vehicle, Listing | None]]:
    """Vehicles in the station that the actor has to do with, and their listings; those without
    a page first."""
    rows = db.session.execute(
        select(Vehicle, Listing)
        .join(Access, Access.vehicle_id == Vehicle.id)
        .outerjoin(Listing, Listing.vehicle_id == Vehicle.id)
        .where(Access.organisation_id == actor.organisation_id, Vehicle.stage.in_(IN_STATION))
        .order_by(Vehicle.stage == Stage.PUBLISHED, Vehicle.stage_since, Vehicle.id)
    )
    return [(vehicle, listing) for vehicle, listing in rows]


def list_for_review(actor: Actor) -> Sequence[Listing]:
    """Listings of the actor's court: drafts to decide first, then what is shown."""
    return db.session.scalars(
        select(Listing)
        .where(Listing.court_id == actor.organisation_id)
        .order_by(Listing.state == ListingState.PUBLISHED, Listing.drafted_at.desc())
    ).all()


def get_for_review(actor: Actor, vehicle_id: str) -> Listing:
    """A listing of the actor's court, else 404."""
    row = find_listing(vehicle_id)
    mine = row if row and row.court_id == actor.organisation_id else None
    listing: Listing = get_or_404(mine, "这份上架资料")
    return listing


# --- the public's questions


def is_published(vehicle_id: str) -> bool:
    """Whether the public page of a vehicle stands now; asked for every public picture."""
    return db.session.scalar(_published().where(Listing.vehicle_id == vehicle_id)) is not None


def list_published() -> Sequence[Listing]:
    """Everything on show, the next to be sold first."""
    return db.session.scalars(_published().order_by(Listing.starts_at, Listing.id)).all()


def get_published(public_id: str) -> Listing:
    """The listing with this public address while it is shown, else 404."""
    row = db.session.scalars(_published().where(Listing.public_id == public_id)).one_or_none()
    listing: Listing = get_or_404(row, "这辆车的公示页面")
    return listing


def phase_of(listing: Listing) -> Phase:
    """Whether the bidding is to come, under way, halted, or over and waits for its result."""
    if halt_reads.find_halt(listing.vehicle_id) is not None:
        return Phase.HALTED
    return rules.phase_at(listing.starts_at, clock.now())


def traits_of(listing: Listing) -> Traits:
    """What a listing is chosen by."""
    vehicle = listing.vehicle
    return Traits(listing.start or 0, vehicle.year, vehicle.energy, vehicle.kind)


def list_similar(listing: Listing) -> Sequence[Listing]:
    """Other cars on show that are most like this one."""
    others = [(traits_of(one), one) for one in list_published() if one.id != listing.id]
    return most_similar(traits_of(listing), others)


def costs_of(listing: Listing) -> CostFacts:
    """What is known for the estimate; papers are looked at for the day the bidding ends."""
    today = clock.today()
    ends = local_date(listing.starts_at) + timedelta(days=1) if listing.starts_at else today
    return CostFacts(
        kind=listing.vehicle.kind,
        energy=listing.vehicle.energy,
        on=max(today, ends),
        inspection_until=listing.inspection_until,
        insurance_until=listing.insurance_until,
        fines=listing.fines,
        checked_on=listing.checked_on,
        tax_bearer=listing.tax_bearer,
    )


@dataclass(frozen=True)
class PublicFacts:
    """What a page says of the case: never a party's name. `queued`: other seizures wait, whose
    is not told."""

    case_number: str
    court: str
    station: str
    station_address: str
    queued: bool


def public_facts(listing: Listing) -> PublicFacts:
    """The court, the case number and where the car stands."""
    case = db.session.get_one(Case, listing.case_id)
    tow = court.find_command(listing.vehicle_id, CommandKind.TOW_IN)
    station = people.get_organisation(tow.addressee_id) if tow else None
    return PublicFacts(
        case.number,
        people.get_organisation(listing.court_id).name,
        station.name if station else "",
        station.address if station else "",
        court.count_seizures(listing.vehicle_id) > 1,
    )


def _published() -> Select[Listing]:
    command, vehicle = aliased(Command), aliased(Vehicle)
    return (
        select(Listing)
        .join(vehicle, vehicle.id == Listing.vehicle_id)
        .join(command, command.id == Listing.command_id)
        .where(Listing.state == ListingState.PUBLISHED)
        .where(vehicle.stage == Stage.PUBLISHED)
        .where(command.state != CommandState.REVOKED)
    )


def may_read_shown(actor: Actor, file: Media) -> bool:
    """Originals of pictures taken for the page: the organisations the vehicle is known to."""
    return not actor.by_link and vehicles.may_see(actor, file.vehicle)


Published = Callable[[str], bool]
PUBLISHED: dict[str, Published] = {"showroom": is_published}
READERS = {kind.value: may_read_shown for kind in (Kind.SHOW, Kind.PANORAMA, Kind.FACE, Kind.SPIN)}
