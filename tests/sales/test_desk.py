from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from station.ground import clock
from station.ground.clock import SHANGHAI
from station.ground.database import act, db
from station.ground.refused import Refused
from station.media.access import may_read
from station.media.reads import get_media
from station.sales import desk, reads
from station.sales.models import Buyer, Lot, ResultImport
from station.sales.rules import LotState, Round
from station.trail import desk as trail_desk
from station.trail import reads as trail
from station.trail.models import TrailLine
from station.vehicles import reads as vehicles
from station.vehicles.rules import Stage
from tests.makers import House, make_house
from tests.sales.makers import (
    announce,
    as_xlsx,
    keep_paper,
    keep_sheet,
    make_announced,
    make_paid,
    make_served,
    make_sold,
    make_stored,
    sold_row,
    unsold_row,
)


@pytest.fixture
def house(ctx: Flask) -> House:
    return make_house()


def count_lines() -> int:
    return db.session.scalar(select(func.count()).select_from(TrailLine)) or 0


def stage_of(lot: Lot) -> Stage:
    db.session.rollback()
    return vehicles.get_any(lot.vehicle_id).stage


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"start_price_fen": 3_499_999}, "terms_start"),
        ({"deposit_fen": 100_000}, "terms_deposit"),
        ({"days": 14}, "terms_notice"),
        ({"platform_number": "a"}, "lot_number"),
    ],
)
def test_a_lot_whose_terms_break_the_rules_is_not_opened(
    house: House, change: dict[str, object], code: str
) -> None:
    vehicle = make_stored(house)
    terms = {
        "platform_number": "TB-1",
        "reference_fen": 5_000_000,
        "start_price_fen": 3_500_000,
        "deposit_fen": 500_000,
        "days": 15,
    } | change
    day = clock.today() + timedelta(days=int(str(terms.pop("days"))))
    starts = datetime.combine(day, datetime.min.time(), SHANGHAI)
    with pytest.raises(Refused, match=code), act():
        desk.open_lot(
            house.manager,
            vehicle,
            announced_on=clock.today(),
            starts_at=starts,
            **terms,  # type: ignore[arg-type]
        )
    assert reads.find_lot(vehicle.id) is None


def test_a_vehicle_has_one_open_lot_and_a_number_is_used_once(house: House) -> None:
    lot = make_announced(house)
    with pytest.raises(Refused, match="lot_open"):
        announce(house, lot.vehicle, "TB-0002")
    other = make_stored(house, plate="浙A23456", case_number="(2021)浙0105执1235号")
    with pytest.raises(Refused, match="lot_twice"):
        announce(house, other, "TB-0001")
    assert [row.platform_number for row in reads.list_lots(house.judge)] == ["TB-0001"]


def test_results_are_taken_in_whole_under_one_line(house: House) -> None:
    sold = make_announced(house)
    unsold = make_announced(house, "TB-0002", plate="浙A23456", case_number="(2021)浙0105执1235号")
    sheet = keep_sheet(house, as_xlsx([sold_row(sold), unsold_row(unsold)]))
    before = count_lines()
    with act():
        imported = desk.import_results(house.clerk, sheet, previewed_sha256=sheet.sha256)
    assert (imported.rows, imported.sold, imported.unsold) == (2, 1, 1)
    assert count_lines() == before + 1
    assert (sold.state, sold.price, sold.bidders) == (LotState.SOLD, 4_925_300, 6)
    assert sold.buyer is not None
    assert (sold.buyer.name, sold.buyer.id_tail) == ("王小明", "012X")
    assert (unsold.state, unsold.price, unsold.buyer) == (LotState.UNSOLD, None, None)
    assert (stage_of(sold), stage_of(unsold)) == (Stage.SOLD, Stage.STORED)


def test_the_line_of_an_import_tells_prices_and_hides_the_buyer(house: House) -> None:
    lot = make_sold(house)
    assert lot.import_id is not None
    line = trail.find_last_line(f"import:{lot.import_id}")
    assert line is not None
    assert line.facts["lot.TB-0001"] == "sold 4925300 6"
    assert line.facts["sha256"] == reads.list_imports(house.clerk)[0].sha256
    assert "王小明" not in str(line.facts)
    assert "13800000001" not in str(line.facts)
    assert trail.list_values(line)["buyer.TB-0001.name"] == "王小明"
    assert house.station.id in reads.organisations_of_import(line)


def test_one_wrong_row_keeps_the_whole_sheet_out(house: House) -> None:
    lot = make_announced(house)
    rows = [sold_row(lot), sold_row(lot, lot_number="TB-9999")]
    sheet = keep_sheet(house, as_xlsx(rows))
    before = count_lines()
    with pytest.raises(Refused, match="rows_refused"), act():
        desk.import_results(house.clerk, sheet, previewed_sha256=sheet.sha256)
    assert count_lines() == before
    assert reads.get_lot(house.clerk, lot.id).state is LotState.ANNOUNCED
    assert db.session.scalar(select(func.count()).select_from(Buyer)) == 0
    assert stage_of(lot) is Stage.PUBLISHED


def test_only_the_file_that_was_previewed_is_imported_and_once(house: House) -> None:
    lot = make_announced(house)
    sheet = keep_sheet(house, as_xlsx([sold_row(lot)]))
    with pytest.raises(Refused, match="sheet_other"), act():
        desk.import_results(house.clerk, sheet, previewed_sha256="0" * 64)
    with act():
        desk.import_results(house.clerk, sheet, previewed_sha256=sheet.sha256)
    with pytest.raises(Refused, match="sheet_twice"), act():
        desk.import_results(house.clerk, sheet, previewed_sha256=sheet.sha256)
    assert db.session.scalar(select(func.count()).select_from(ResultImport)) == 1


def test_a_row_imported_before_says_so_in_the_preview(house: House) -> None:
    lot = make_sold(house)
    sheet = keep_sheet(house, as_xlsx([sold_row(lot, price=50000)]))
    (verdict,) = reads.preview(house.clerk, sheet)
    assert verdict.refusal is not None
    assert verdict.refusal.code == "row_imported"


def test_another_courts_lot_is_not_there(house: House) -> None:
    lot = make_announced(house)
    sheet = keep_sheet(house, as_xlsx([sold_row(lot)]))
    (verdict,) = reads.preview(house.other_judge, sheet)
    assert verdict.refusal is not None
    assert verdict.refusal.code == "row_lot"
    for ask in (
        lambda: reads.get_lot(house.other_judge, lot.id),
        lambda: reads.get_sheet(house.other_judge, sheet.id),
    ):
        with pytest.raises(Refused, match="not_found"):
            ask()


@pytest.mark.parametrize("off", [-1, 1, 500_000])
def test_only_the_exact_balance_is_the_balance(house: House, off: int) -> None:
    lot = make_sold(house)
    voucher = keep_paper(house, lot.vehicle, reads.VOUCHER)
    before = count_lines()
    with pytest.raises(Refused, match="balance_amount"), act():
        desk.record_balance(
            house.clerk,
            lot,
            amount_fen=4_425_300 + off,
            received_on=clock.today(),
            voucher_media=voucher,
        )
    assert count_lines() == before
    assert reads.get_lot(house.clerk, lot.id).state is LotState.SOLD


@pytest.mark.parametrize(
    ("days", "voucher", "code"),
    [(1, "v", "day_future"), (-2, "v", "day_early"), (0, "", "no_voucher")],
)
def test_a_balance_needs_its_day_and_its_voucher(
    house: House, days: int, voucher: str, code: str
) -> None:
    lot = make_sold(house)
    with pytest.raises(Refused, match=code), act():
        desk.record_balance(
            house.clerk,
            lot,
            amount_fen=4_425_300,
            received_on=clock.today() + timedelta(days=days),
            voucher_media=voucher,
        )
    assert reads.get_lot(house.clerk, lot.id).balance_on is None


def test_a_late_balance_is_taken_and_said_to_be_late(house: House) -> None:
    lot = make_sold(house)
    with clock.moved_to(clock.now() + timedelta(days=9)):
        voucher = keep_paper(house, lot.vehicle, reads.VOUCHER)
        with act():
            desk.record_balance(
                house.clerk,
                lot,
                amount_fen=4_425_300,
                received_on=clock.today(),
                voucher_media=voucher,
            )
        line = trail.find_last_line(lot.subject)
    assert line is not None
    assert line.facts["late"] is True


def test_a_ruling_is_served_after_full_payment_and_ownership_passes(house: House) -> None:
    lot = make_sold(house)
    ruling = keep_paper(house, lot.vehicle, reads.RULING)
    with pytest.raises(Refused, match="balance_first"), act():
        desk.record_service(house.clerk, lot, served_at=clock.now(), ruling_media=ruling)
    assert stage_of(lot) is Stage.SOLD
    served = make_served(house, "TB-0002", plate="浙A23456", case_number="(2021)浙0105执1235号")
    assert served.state is LotState.SERVED
    assert served.served_at is not None
    assert stage_of(served) is Stage.PAID


def test_a_service_in_the_future_or_before_the_money_is_refused(house: House) -> None:
    lot = make_paid(house)
    ruling = keep_paper(house, lot.vehicle, reads.RULING)
    for moment, code in (
        (clock.now() + timedelta(minutes=1), "day_future"),
        (clock.now() - timedelta(days=1), "day_early"),
    ):
        with pytest.raises(Refused, match=code), act():
            desk.record_service(house.clerk, lot, served_at=moment, ruling_media=ruling)
    assert reads.get_lot(house.clerk, lot.id).state is LotState.PAID
    assert stage_of(lot) is Stage.SOLD


def test_money_and_ruling_are_recorded_once(house: House) -> None:
    lot = make_served(house)
    with pytest.raises(Refused, match="lot_step"), act():
        desk.record_service(house.clerk, lot, served_at=clock.now(), ruling_media="r")
    with pytest.raises(Refused, match="lot_step"), act():
        desk.record_balance(
            house.clerk,
            lot,
            amount_fen=4_425_300,
            received_on=clock.today(),
            voucher_media="v",
        )


def test_an_unsold_vehicle_goes_into_its_second_round(house: House) -> None:
    first = make_announced(house)
    sheet = keep_sheet(house, as_xlsx([unsold_row(first)]))
    with act():
        desk.import_results(house.clerk, sheet, previewed_sha256=sheet.sha256)
    today = clock.today()
    starts = datetime.combine(today + timedelta(days=7), datetime.min.time(), SHANGHAI)
    terms = {"reference_fen": 5_000_000, "deposit_fen": 280_000, "announced_on": today}
    with pytest.raises(Refused, match="terms_start"), act():
        desk.open_lot(
            house.manager,
            first.vehicle,
            platform_number="TB-0002",
            start_price_fen=2_799_999,
            starts_at=starts,
            **terms,  # type: ignore[arg-type]
        )
    lot = announce_second(house, first, starts)
    assert lot.round is Round.SECOND
    assert [row.round for row in reads.list_rounds(first.vehicle_id)] == [
        Round.FIRST,
        Round.SECOND,
    ]


def announce_second(house: House, first: Lot, starts: datetime) -> Lot:
    with act():
        lot = desk.open_lot(
            house.manager,
            first.vehicle,
            platform_number="TB-0002",
            reference_fen=5_000_000,
            start_price_fen=2_800_000,
            deposit_fen=280_000,
            announced_on=clock.today(),
            starts_at=starts,
        )
        trail_desk.write(house.manager, "yard.add_bays", lot.subject, vehicle=lot.vehicle_id)
    return lot


def test_the_ledger_shares_the_fee_by_lot(house: House) -> None:
    lot = make_sold(house)
    ((row, own, share, parts),) = reads.fees_of(reads.list_of_case(lot.case_id))
    assert (row.id, own, share) == (lot.id, 63_880, 63_880)
    assert [part.yuan for part in parts] == ["50.00", "588.795"]


def test_papers_of_a_sale_are_for_its_court_and_station(house: House) -> None:
    lot = make_paid(house)
    voucher = get_media(lot.voucher_media)
    sheet = get_media(reads.list_imports(house.clerk)[0].media_id)
    assert may_read(house.judge, voucher)
    assert may_read(house.manager, voucher)
    assert not may_read(house.agent, voucher)
    assert not may_read(house.other_judge, voucher)
    assert may_read(house.judge, sheet)
    assert not may_read(house.manager, sheet)
