"""After the bidding: the platform's result, the balance, the ruling served."""

from __future__ import annotations

from datetime import timedelta

from demo import papers
from demo.hand import Hand
from demo.showing import starts_at
from demo.story import Story
from station.ground import clock
from station.ground.money import format_yuan
from station.media import reads as media
from station.media.rules import SHEET
from station.people.reads import get_organisation
from station.sales import desk, reads, rules
from station.sales.models import Lot

FAMILY, GIVEN = (
    "林许何吕施张孔曹严华",
    ("海峰", "秀英", "建国", "晓雯", "志远", "丽娟", "思源", "桂芳"),
)


def tell_unsold(story: Story) -> None:
    """Nobody bid."""
    story.on(story.row.days["unsold"], 11.2).tell("unsold", import_unsold)


def tell(story: Story) -> None:
    """The steps of this part, as far as the car has come."""
    days = story.row.days
    story.on(days["sold"], 11.0).tell("sold", import_sold)
    if "balance" in days:
        story.on(days["balance"], 15.4).tell("balance", record_balance)
    if "served" in days:
        story.on(days["served"], 10.3).tell("serve", record_service)


def buyer_of(hand: Hand) -> tuple[str, str, str]:
    """Name, telephone and tail of the identity paper of the one who bought."""
    chance = hand.random("buyer")
    name = chance.choice(FAMILY) + chance.choice(GIVEN)
    phone = f"1{chance.choice('3578')}{chance.randrange(10**9):09d}"
    return name, phone, f"{chance.randrange(1000):03d}{chance.choice('0123456789X')}"


def get_lot(hand: Hand) -> Lot:
    """The newest lot of this car."""
    lot = reads.find_lot(hand.vehicle.id)
    assert lot is not None
    return lot


def import_unsold(hand: Hand) -> None:
    """The clerk imports a result: no bids."""
    _import(hand, {"outcome": "流拍", "bidders": 0})


def import_sold(hand: Hand) -> None:
    """The clerk imports a result: sold."""
    chance, lot = hand.random("price"), get_lot(hand)
    bids = chance.randrange(6, 40)
    name, phone, tail = buyer_of(hand)
    ended = clock.in_shanghai(starts_at(hand, "starts")) + timedelta(days=1)
    sold = {
        "outcome": "成交",
        "price": (lot.start + bids * 50_000) // 100,
        "bidders": chance.randrange(3, 12),
        "buyer_name": name,
        "buyer_phone": phone,
        "pay_due": (ended.date() + timedelta(days=7)).isoformat(),
        "buyer_id_tail": tail,
    }
    _import(hand, sold)


def _import(hand: Hand, told: dict[str, object]) -> None:
    lot = get_lot(hand)
    ended = clock.in_shanghai(lot.starts_at) + timedelta(days=1, minutes=3)
    row = {
        "lot_number": lot.platform_number,
        "case_number": lot.case.number,
        "ended_at": ended.strftime("%Y-%m-%d %H:%M"),
        **told,
    }
    hand.file(
        hand.clerk,
        reads.SHEET,
        lambda: papers.make_results(row),
        vehicle=False,
        case=lot.case_id,
        limit=SHEET,
    )

    def deed() -> None:
        sheet = media.list_for_case(hand.case.id, reads.SHEET)[-1]
        desk.import_results(hand.clerk, sheet, previewed_sha256=sheet.sha256)

    hand.once("import", deed)


def record_balance(hand: Hand) -> None:
    """The clerk records that the balance has come in, with the bank's voucher."""
    lot, at = get_lot(hand), hand.moment
    due = rules.balance_of(lot.price or 0, lot.deposit)
    lines = [
        f"拍品编号：{lot.platform_number}",
        f"到账金额：{format_yuan(due)}",
        "用途：司法拍卖余款",
    ]
    _file(hand, reads.VOUCHER, "案款到账凭证", lines, "案款专户")

    def deed() -> None:
        desk.record_balance(
            hand.clerk,
            get_lot(hand),
            amount_fen=due,
            received_on=clock.in_shanghai(at).date(),
            voucher_media=hand.newest(reads.VOUCHER).id,
        )

    hand.once("balance", deed)


def record_service(hand: Hand) -> None:
    """The clerk records that the sale ruling reached the buyer."""
    at, name = hand.moment, buyer_of(hand)[0]
    lines = [
        f"车辆号牌{hand.car.plate}的所有权自本裁定送达买受人{name}时起转移。",
        "买受人可持本裁定书到登记机关办理过户登记手续。",
        "送达回证：本裁定书已于下列日期由买受人签收。",
    ]
    _file(hand, reads.RULING, "成交确认裁定书", lines, "审判员")

    def deed() -> None:
        served = at - timedelta(minutes=40)
        ruling = hand.newest(reads.RULING).id
        desk.record_service(hand.clerk, get_lot(hand), served_at=served, ruling_media=ruling)

    hand.once("serve", deed)


def _file(hand: Hand, kind: str, title: str, lines: list[str], signed: str) -> None:
    court_name = get_organisation(hand.judge.organisation_id).name
    number, at = hand.case.number, hand.moment
    hand.file(
        hand.clerk,
        kind,
        lambda: papers.make_paper(title, court_name, number, lines, at, signed),
    )
