"""Drafting a listing, ordering it, announcing the sale, and taking the car off the public page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from station.court import desk as court
from station.court import reads as court_reads
from station.court import rules as court_rules
from station.court.models import Command, Entrustment
from station.court.rules import CommandKind, EntrustmentState
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import changed, db
from station.ground.ids import new_id
from station.ground.refused import Refused
from station.people import reads as people
from station.people.rules import Role
from station.sales import desk as sales
from station.sales import halt_reads, halts
from station.sales import reads as sales_reads
from station.sales.models import Lot
from station.trail import desk as trail
from station.trail.reads import refuse_stale
from station.vehicles import desk as vehicles
from station.vehicles.models import Vehicle
from station.vehicles.rules import Stage

from . import reads, rules
from .models import Listing
from .rules import Draft, ListingState

Facts = Mapping[str, str | int | bool]
EDITABLE = (ListingState.DRAFT, ListingState.WITHDRAWN)


def save(actor: Actor, vehicle: Vehicle, draft: Draft, version: int) -> Listing:
    """Keep a draft, complete or not. `version`: the listing that the page showed, 0 for none.

    Covered by the command that brought the car in (办法 art 3: texts, photos, video).
    """
    command = court_reads.get_covering(actor, vehicle.id, "showroom.draft")
    entrustment = _get_entrustment(vehicle)
    listing = reads.find_listing(vehicle.id) or _new(vehicle, entrustment)
    state = reads.state_of(listing)
    if state not in EDITABLE:
        raise Refused(
            "listing_fixed",
            "“%(state)s”的上架资料不能修改。需要改动请联系承办法官先撤下。",
            status=409,
            state=rules.LISTING_STATES.words[state],
        )
    _take(listing, version, state=state, returned="", drafted_at=clock.now(), **_columns(draft))
    facts: Facts = {"version": version + 1, "draft": rules.seal(draft)}
    _write(actor, "showroom.draft", listing, facts, command.id)
    return listing


def _get_entrustment(vehicle: Vehicle) -> Entrustment:
    entrustment = court_reads.find_entrustment(vehicle.id)
    if entrustment is None or entrustment.state is not EntrustmentState.ACCEPTED:
        raise Refused(
            "not_entrusted", "辅助机构尚未接受委托，不能拟定上架资料。请先完成委托。", status=409
        )
    return entrustment


def _new(vehicle: Vehicle, entrustment: Entrustment) -> Listing:
    listing = Listing(
        id=new_id(),
        public_id=new_id(),
        vehicle_id=vehicle.id,
        case_id=entrustment.case_id,
        court_id=entrustment.case.court_id,
        state=ListingState.DRAFT,
        version=0,
        drafted_at=clock.now(),
        **_columns(Draft()),
    )
    db.session.add(listing)
    try:
        db.session.flush()
    except IntegrityError:
        raise Refused(
            "drafted_twice", "同事刚刚已为这辆车建立上架资料，请刷新页面。", status=409
        ) from None
    return listing


def _columns(draft: Draft) -> dict[str, Any]:
    return {**asdict(draft), "texts": dict(draft.texts)}


def _take(listing: Listing, version: int, **values: object) -> None:
    """Change a listing if it is still the one that the page showed; else say who was first."""
    taken = changed(
        update(Listing)
        .where(Listing.id == listing.id, Listing.version == version)
        .values(version=version + 1, **values)
    )
    if not taken:
        refuse_stale(listing.subject, people.name_of)


def order(
    actor: Actor, listing: Listing, version: int, *, due: date, reasons: Mapping[str, str]
) -> Command:
    """The judge orders publication: a command, with the checklist it was given under.

    `reasons`: by code of the red items. One act, one line: `court.issue`.
    """
    today = clock.today()
    if halt_reads.find_halt(listing.vehicle_id) is not None:
        raise Refused(
            "sale_halted", "这辆车的处置已暂缓、中止或撤回，不能公示。请先办结。", status=409
        )
    rules.LISTING_STATES.check(reads.state_of(listing), ListingState.ORDERED)
    draft = reads.draft_of(listing)
    checklist = rules.check_listing(reads.evidence_of(listing.vehicle_id), draft, today)
    given = rules.check_order(checklist, reasons)
    tow = court_reads.find_command(listing.vehicle_id, CommandKind.TOW_IN)
    if tow is None:
        raise Refused("not_in_station", "车辆还没有入库指令，不能公示。请先令其入库。", status=409)
    old = court_reads.find_command(listing.vehicle_id, CommandKind.PUBLISH)
    if old is not None:
        court.take_back(old)  # of a round that brought no sale
    sealed = rules.seal(draft)
    _take(listing, version, state=ListingState.ORDERED, sealed=sealed, returned="")
    command = court.issue(
        actor,
        CommandKind.PUBLISH,
        listing.vehicle,
        people.get_organisation(tow.addressee_id),
        due=due,
        note=rules.tell_reasons(checklist, given),
        facts={
            "listing": listing.id,
            "version": version + 1,
            "draft": sealed,
            **rules.summary(checklist),
        },
    )
    listing.command_id = command.id
    return command


def send_back(actor: Actor, listing: Listing, version: int, why: str) -> None:
    """The judge returns a draft with what is to be mended."""
    _check_judge(actor, listing)
    if reads.state_of(listing) not in EDITABLE:
        raise Refused("listing_fixed_now", "这份上架资料已经批准，不能退回；可以撤下。", status=409)
    if not why.strip():
        raise Refused("return_reason", "退回须写明要补什么、改什么。", field="why")
    _take(listing, version, returned=why.strip())
    _write(actor, "showroom.return", listing, {"version": version + 1}, why=why)


def _check_judge(actor: Actor, listing: Listing) -> None:
    court_reads.get_held(actor, listing.vehicle_id)
    if actor.role != Role.JUDGE:
        raise Refused("judge_only", "这一步只能由承办法官办理，请交法官。", status=403)


def announce(actor: Actor, listing: Listing) -> None:
    """Publish the announcement under the judge's command: the page opens, the lot opens.

    By the agency, the station, or the court's clerk. What was approved is what is published, and
    what no reason can stand for is looked at once more.
    """
    command = _publish_command(actor, listing)
    rules.LISTING_STATES.check(reads.state_of(listing), ListingState.PUBLISHED)
    evidence = reads.evidence_of(listing.vehicle_id)
    rules.check_blocking(rules.check_listing(evidence, reads.draft_of(listing), clock.today()))
    _take(
        listing,
        listing.version,
        state=ListingState.PUBLISHED,
        announced_at=clock.now(),
        withdrawn_at=None,
        withdrawn_why="",
    )
    if listing.vehicle.stage is not Stage.PUBLISHED:
        vehicles.advance(listing.vehicle, Stage.PUBLISHED)
    lot = _open_lot(actor, listing)
    court.close(command)
    facts = {
        "version": listing.version,
        "draft": listing.sealed,
        "photos": evidence.photos,
        "views_360": int(evidence.spin) + int(evidence.panorama),
        **sales.facts_of_terms(lot),
    }
    _write(actor, "showroom.announce", listing, facts, command.id)


def _open_lot(actor: Actor, listing: Listing) -> Lot:
    assert listing.reference
    assert listing.start
    assert listing.deposit
    assert listing.starts_at  # the checklist blocks a draft without them
    return sales.open_lot(
        actor,
        listing.vehicle,
        platform_number=listing.platform_number,
        reference_fen=listing.reference,
        start_price_fen=listing.start,
        deposit_fen=listing.deposit,
        announced_on=clock.today(),
        starts_at=listing.starts_at,
        notified_on=listing.notified_on,
    )


def _publish_command(actor: Actor, listing: Listing) -> Command:
    if actor.role != Role.CLERK:
        return court_reads.get_covering(actor, listing.vehicle_id, "showroom.announce")
    court_reads.get_held(actor, listing.vehicle_id)
    command = court_reads.find_command(listing.vehicle_id, CommandKind.PUBLISH)
    if command is None:
        raise Refused("no_publish", "承办法官还没有签发公示指令，不能发布公告。", status=409)
    court_rules.check_covered(command.kind, command.state, "showroom.announce")
    return command


def withdraw(actor: Actor, listing: Listing, why: str) -> None:
    """The judge takes the car off the public page at once; publishing again needs a new command."""
    _check_judge(actor, listing)
    if not why.strip():
        raise Refused("withdraw_reason", "撤下公示须写明理由。", field="why")
    rules.LISTING_STATES.check(listing.state, ListingState.WITHDRAWN)
    _take(
        listing,
        listing.version,
        state=ListingState.WITHDRAWN,
        withdrawn_at=clock.now(),
        withdrawn_why=why.strip(),
    )
    if listing.vehicle.stage is Stage.PUBLISHED:
        vehicles.advance(listing.vehicle, Stage.STORED)
    lot = sales_reads.find_lot(listing.vehicle_id)
    if lot is not None and lot.state in (*halts.RUNNING, *halts.HALTED):
        sales.withdraw(lot)
    command = court_reads.find_command(listing.vehicle_id, CommandKind.PUBLISH)
    if command is not None:
        court.take_back(command)
    facts: Facts = {"version": listing.version}
    _write(actor, "showroom.withdraw", listing, facts, listing.command_id or "", why)


def reschedule(listing: Listing, starts_at: datetime) -> None:
    """The page tells when a halted sale is resumed to start: part of that act."""
    _take(listing, listing.version, starts_at=starts_at)


def _write(
    actor: Actor,
    act: str,
    listing: Listing,
    facts: Facts,
    command: str = "",
    why: str = "",
) -> None:
    trail.write(
        actor,
        act,
        listing.subject,
        vehicle=listing.vehicle_id,
        case=listing.case_id,
        command=command,
        facts=facts,
        private={"why": why.strip()},
    )
