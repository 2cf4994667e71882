"""From the draft to the public page and off it again, by the real desks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from station.court import desk as court
from station.court import reads as court_reads
from station.court.rules import CommandKind, CommandState
from station.ground import clock
from station.ground.database import act, db
from station.ground.refused import Refused
from station.sales import reads as sales
from station.sales.rules import LotState, Round
from station.showroom import desk, pictures, reads, rules
from station.showroom.models import Listing
from station.showroom.rules import ListingState
from station.trail.models import TrailLine
from station.trail.reads import find_faults, list_values
from station.vehicles.rules import Stage
from tests.makers import make_house
from tests.showroom import makers
from tests.showroom.makers import REASONS, a_draft, cars


def lines() -> int:
    """How many lines the trail has."""
    return db.session.scalar(select(func.count()).select_from(TrailLine)) or 0


def last_line(listing: Listing, act: str) -> TrailLine:
    """The newest line of an act on the listing's vehicle."""
    question = select(TrailLine).where(
        TrailLine.vehicle == listing.vehicle_id, TrailLine.act == act
    )
    return db.session.scalars(question.order_by(TrailLine.at.desc()).limit(1)).one()


def refused(code: str) -> pytest.RaisesExc[Refused]:
    """The refusal with this code."""
    return pytest.RaisesExc(Refused, check=lambda no: no.code == code)


def test_a_draft_is_kept_under_the_command_that_brought_the_car_in(ctx: Flask) -> None:
    house = make_house()
    vehicle = makers.make_stored(house)
    with act():
        listing = desk.save(house.agent, vehicle, rules.Draft(headline="云帆 S5"), 0)
    assert (listing.state, listing.version) == (ListingState.DRAFT, 1)
    tow = court_reads.find_command(vehicle.id, CommandKind.TOW_IN)
    line = last_line(listing, "showroom.draft")
    assert tow is not None
    assert (line.command, line.case) == (tow.id, listing.case_id)
    with act():
        desk.save(house.inspector, vehicle, a_draft(), 1)
    assert reads.draft_of(listing) == a_draft()
    assert listing.version == 2


def test_a_stale_draft_says_who_changed_it_and_changes_nothing(ctx: Flask) -> None:
    house = make_house()
    vehicle = makers.make_stored(house)
    with act():
        listing = desk.save(house.agent, vehicle, a_draft(), 0)
    before = lines()
    for version in (0, 2):
        with pytest.raises(Refused) as refusal, act():
            desk.save(house.inspector, vehicle, rules.Draft(), version)
        assert refusal.value.code == "stale"
        assert refusal.value.values["who"] == "吴辅"
    assert reads.draft_of(listing) == a_draft()
    assert lines() == before


def test_another_agency_cannot_draft(ctx: Flask) -> None:
    house = make_house()
    vehicle = makers.make_stored(house)
    before = lines()
    with refused("no_command"), act():
        desk.save(house.other_agent, vehicle, a_draft(), 0)
    assert reads.find_listing(vehicle.id) is None
    assert lines() == before


def test_the_order_is_one_line_that_tells_the_checklist_it_was_given_under(ctx: Flask) -> None:
    house = make_house()
    listing = makers.make_drafted(house)
    before = lines()
    command = makers.order(house, listing)
    assert lines() == before + 1
    line = last_line(listing, "court.issue")
    assert line.facts["met"] == "entrusted intake identity cleared terms texts"
    assert line.facts["waived"] == "photos video spin panorama findings"
    assert REASONS["spin"] in list_values(line)["note"]
    assert REASONS["spin"] not in str(line.facts)
    assert line.facts["draft"] == rules.seal(reads.draft_of(listing)) == listing.sealed
    assert command.kind is CommandKind.PUBLISH
    assert reads.state_of(listing) is ListingState.ORDERED
    assert not reads.is_published(listing.vehicle_id)


@pytest.mark.parametrize(
    ("changes", "reasons", "code"),
    [
        ({}, {}, "checklist_reason"),
        ({"start": 1_400_000}, REASONS, "checklist_blocked"),
        ({"texts": {}}, REASONS, "checklist_blocked"),
    ],
)
def test_an_order_that_the_checklist_forbids_changes_nothing(
    ctx: Flask, changes: dict[str, object], reasons: dict[str, str], code: str
) -> None:
    house = make_house()
    listing = makers.make_drafted(house, **changes)
    before = lines()
    with refused(code):
        makers.order(house, listing, reasons)
    assert court_reads.find_command(listing.vehicle_id, CommandKind.PUBLISH) is None
    assert reads.state_of(listing) is ListingState.DRAFT
    assert lines() == before


def test_only_the_holding_courts_judge_orders(ctx: Flask) -> None:
    house = make_house()
    listing = makers.make_drafted(house)
    before, due = lines(), clock.today() + timedelta(days=2)
    for actor in (house.other_judge, house.clerk, house.agent):
        with pytest.raises(Refused), act():
            desk.order(actor, listing, listing.version, due=due, reasons=REASONS)
    assert listing.state is ListingState.DRAFT
    assert lines() == before


def test_the_judge_orders_what_was_seen_and_not_what_came_after(ctx: Flask) -> None:
    house = make_house()
    listing = makers.make_drafted(house)
    seen = listing.version
    with act():
        desk.save(house.agent, listing.vehicle, a_draft(start=2_100_001), seen)
    with refused("stale"), act():
        due = clock.today() + timedelta(days=2)
        desk.order(house.judge, listing, seen, due=due, reasons=REASONS)
    assert listing.state is ListingState.DRAFT


def test_a_returned_draft_carries_what_is_to_be_mended_until_it_is(ctx: Flask) -> None:
    house = make_house()
    listing = makers.make_drafted(house)
    with refused("return_reason"), act():
        desk.send_back(house.judge, listing, listing.version, " ")
    with act():
        desk.send_back(house.judge, listing, listing.version, "请补拍后备箱")
    assert listing.returned == "请补拍后备箱"
    with act():
        desk.save(house.agent, listing.vehicle, a_draft(), listing.version)
    assert listing.returned == ""


def test_an_ordered_draft_is_fixed(ctx: Flask) -> None:
    house = make_house()
    listing = makers.make_ordered(house)
    with refused("listing_fixed"), act():
        desk.save(house.agent, listing.vehicle, a_draft(headline="别的"), listing.version)
    assert listing.headline == a_draft().headline


def test_no_announcement_before_the_command_is_signed_for(ctx: Flask) -> None:
    house = make_house()
    listing = makers.make_drafted(house)
    with refused("no_command"), act():
        desk.announce(house.agent, listing)
    makers.order(house, listing)
    before = lines()
    with refused("command_unacknowledged"), act():
        desk.announce(house.agent, listing)
    assert listing.state is ListingState.ORDERED
    assert sales.find_lot(listing.vehicle_id) is None
    assert lines() == before


@pytest.mark.parametrize("who", ["agent", "manager", "inspector", "clerk"])
def test_the_announcement_opens_the_page_and_the_lot_in_one_act(ctx: Flask, who: str) -> None:
    house = make_house()
    listing = makers.make_ordered(house)
    before = lines()
    with act():
        desk.announce(house.people[who], listing)
    assert lines() == before + 1
    line = last_line(listing, "showroom.announce")
    lot = sales.find_lot(listing.vehicle_id)
    assert lot is not None
    assert (lot.state, lot.start, lot.starts_at) == (
        LotState.ANNOUNCED,
        listing.start,
        listing.starts_at,
    )
    assert (line.facts["lot"], line.facts["draft"]) == (lot.id, listing.sealed)
    assert listing.vehicle.stage is Stage.PUBLISHED
    assert reads.is_published(listing.vehicle_id)
    assert [one.id for one in reads.list_published()] == [listing.id]
    command = court_reads.find_command(listing.vehicle_id, CommandKind.PUBLISH)
    assert command is not None
    assert (command.id, command.state) == (line.command, CommandState.DONE)
    assert list(find_faults()) == []


def test_a_page_is_announced_once(ctx: Flask) -> None:
    house = make_house()
    listing = makers.make_published(house)
    with refused("listing_step"), act():
        desk.announce(house.agent, listing)
    assert len(sales.list_rounds(listing.vehicle_id)) == 1


def test_an_announcement_that_came_too_late_for_its_notice_is_refused(ctx: Flask) -> None:
    house = make_house()
    listing = makers.make_ordered(house)
    late = clock.now() + timedelta(days=3)
    with clock.moved_to(late), refused("checklist_blocked"), act():
        desk.announce(house.agent, listing)
    assert not reads.is_published(listing.vehicle_id)


def test_withdrawing_closes_page_lot_and_command_at_once(ctx: Flask) -> None:
    house = make_house()
    listing = makers.make_published(house)
    with refused("withdraw_reason"), act():
        desk.withdraw(house.judge, listing, "")
    assert reads.is_published(listing.vehicle_id)
    with act():
        desk.withdraw(house.judge, listing, "案外人提出异议")
    assert not reads.is_published(listing.vehicle_id)
    assert reads.list_published() == []
    with refused("not_found"):
        reads.get_published(listing.public_id)
    lot = sales.find_lot(listing.vehicle_id)
    assert lot is not None
    assert lot.state is LotState.WITHDRAWN
    assert listing.vehicle.stage is Stage.STORED
    assert court_reads.find_command(listing.vehicle_id, CommandKind.PUBLISH) is None
    assert list_values(last_line(listing, "showroom.withdraw"))["why"] == "案外人提出异议"


@pytest.mark.parametrize("who", ["clerk", "agent", "manager", "other_judge"])
def test_only_the_judge_of_the_case_withdraws(ctx: Flask, who: str) -> None:
    house = make_house()
    listing = makers.make_published(house)
    before = lines()
    with pytest.raises(Refused), act():
        desk.withdraw(house.people[who], listing, "不公示了")
    assert reads.is_published(listing.vehicle_id)
    assert lines() == before


def test_a_withdrawn_car_comes_back_only_by_a_new_draft_and_a_new_command(ctx: Flask) -> None:
    house = make_house()
    listing = makers.make_published(house)
    first = listing.command_id
    with act():
        desk.withdraw(house.judge, listing, "公告有误")
    with pytest.raises(Refused), act():
        desk.announce(house.agent, listing)
    again = a_draft(platform_number="GP-2026-9001")
    with act():
        desk.save(house.agent, listing.vehicle, again, listing.version)
    command = makers.order(house, listing)
    assert command.id != first
    with act():
        court.acknowledge(house.keeper, command)
    with act():
        desk.announce(house.agent, listing)
    assert reads.is_published(listing.vehicle_id)
    rounds = [(lot.state, lot.round) for lot in sales.list_rounds(listing.vehicle_id)]
    assert sorted(rounds) == [
        (LotState.ANNOUNCED, Round.FIRST),
        (LotState.WITHDRAWN, Round.FIRST),
    ]


def test_a_command_revoked_by_the_judge_takes_the_page_down_by_itself(ctx: Flask) -> None:
    house = make_house()
    listing = makers.make_ordered(house)
    command = court_reads.find_command(listing.vehicle_id, CommandKind.PUBLISH)
    assert command is not None
    with act():
        court.revoke(house.judge, command, "需补充材料")
    assert reads.state_of(listing) is ListingState.WITHDRAWN
    with pytest.raises(Refused), act():
        desk.announce(house.agent, listing)
    with act():
        desk.save(house.agent, listing.vehicle, a_draft(), listing.version)
    makers.order(house, listing)
    assert reads.state_of(listing) is ListingState.ORDERED


@pytest.mark.slow
def test_pictures_reach_the_page_only_confirmed_and_the_full_set_needs_no_reason(
    ctx: Flask, tmp_path: Path
) -> None:
    house, car = make_house(), cars.make_car(0)
    listing = makers.make_drafted(house, car)
    vehicle = listing.vehicle
    makers.add_video(house, vehicle, tmp_path)
    names = [
        "front_left",
        "front_right",
        "rear_left",
        "rear_right",
        "front",
        "rear",
        "left",
        "right",
    ]
    makers.add_photos(house, vehicle, car, names)
    makers.add_spin(house, vehicle, car)
    makers.add_panorama(house, vehicle, car)
    makers.work(ctx)
    makers.add_findings(house, vehicle, car)
    makers.work(ctx)

    unseen = reads.evidence_of(vehicle.id)
    assert (unseen.photos, unseen.spin, unseen.panorama) == (0, False, False)
    assert unseen.video_ms is not None
    assert 94_000 <= unseen.video_ms <= 96_000
    assert unseen.unconfirmed == len(names) + 8 + 1 + len(car.defects)
    with refused("checklist_blocked"):
        makers.order(house, listing)

    makers.clear_all(house, vehicle)
    makers.work(ctx)
    seen = reads.evidence_of(vehicle.id)
    assert seen == replace(unseen, photos=8, spin=True, panorama=True, unconfirmed=0)
    album = pictures.album_of(vehicle.id)
    assert album.spin is not None
    assert album.cover is album.spin
    assert (len(album.spin.frames), len(album.photos)) == (8, 8)
    assert len(album.panoramas) == 1
    by_flaw = dict(zip(car.defects, album.defects, strict=True))
    for flaw, shown in by_flaw.items():
        assert shown.close_up is not None
        assert shown.where == ("panorama" if flaw.inside else "spin")
    makers.order(house, listing, {})
