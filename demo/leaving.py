"""From the release order to the open gate: the buyer's link, services, pass and hand-over."""

from __future__ import annotations

from datetime import timedelta

from demo import papers, people
from demo.entrusting import acknowledge
from demo.gate import get_intake
from demo.hand import Hand
from demo.selling import buyer_of
from demo.story import Story
from station.court import reads as court
from station.court.rules import CommandKind
from station.ground import clock
from station.ground.actors import Actor
from station.intake import reads as intake
from station.intake.rules import Step
from station.orders import desk as orders
from station.orders import reads as order_reads
from station.orders.rules import ServiceKind, Wanted
from station.people import desk as accounts
from station.people.reads import get_organisation
from station.people.rules import Role
from station.release import desk, reads, rules, sheets
from station.release.models import Release
from station.trail import reads as trail

CORNERS = rules.CORNERS


def tell(story: Story) -> None:
    """The steps of this part, as far as the car has come."""
    days, small = story.row.days, story.sizes.small
    story.on(days["release"], 9.6).tell("order clearing", order_clearing)
    story.after(15).tell("sign clearing", sign_clearing)
    story.after(30).tell("clear belongings", clear_belongings)
    story.after(25).tell("release", order)
    story.after(40).tell("sign release", sign)
    story.after(60 * 7).tell("buyer", open_link)  # the same evening
    story.after(6).tell("services", place_order)
    if "out" not in days:
        return
    story.on(days["out"] + 1, 9.8).tell("pay", pay)
    story.after(150).tell("clean", finish_services)
    story.on(days["out"], 13.7).tell("pass", take_pass)
    story.after(35).tell("corners", shoot_corners, [story.shot(c, small) for c in CORNERS])
    story.after(4).tell("out", hand_over)


def _buyer(hand: Hand) -> Actor:
    return people.behind_link(f"vehicle:{hand.vehicle.id}", Role.BUYER)


def _release(hand: Hand) -> Release:
    row = reads.find_release(hand.vehicle.id)
    assert row is not None
    return row


def order_clearing(hand: Hand) -> None:
    """The judge commands that the belongings go back to their owner."""
    if hand.is_done("order clearing") or reads.belongings_cleared(hand.vehicle.id):
        return

    def deed() -> None:
        due = clock.today() + timedelta(days=7)
        desk.order_clearing(hand.judge, hand.vehicle, due=due, note="返还被执行人或其家属")

    hand.once("order clearing", deed)


def sign_clearing(hand: Hand) -> None:
    """The station signs for it."""
    if court.find_command(hand.vehicle.id, CommandKind.BELONGINGS) is not None:
        acknowledge(hand, CommandKind.BELONGINGS)


def clear_belongings(hand: Hand) -> None:
    """The owner fetches what lay in the car and signs for it."""
    who = hand.cast["keeper"]
    if hand.is_done("clear") or reads.belongings_cleared(hand.vehicle.id):
        return
    items = [f"{row.number}. {row.what}" for row in intake.list_belongings(get_intake(hand))]
    station, at = get_organisation(who.organisation_id).name, hand.moment
    hand.file(
        who,
        reads.CLEARING,
        lambda: papers.make_paper(
            "车内物品签收单", station, hand.case.number, items, at, "领取人（已签名）"
        ),
    )

    def deed() -> None:
        paper = hand.newest(reads.CLEARING).id
        kind = next(iter(rules.Clearing))
        desk.clear_belongings(who, hand.vehicle, kind, receiver="车主家属", paper_media=paper)

    hand.once("clear", deed)


def order(hand: Hand) -> None:
    """The judge orders release; the buyer's link lies in the outbox."""

    def deed() -> None:
        due = clock.today() + timedelta(days=15)
        desk.order(hand.judge, hand.vehicle, due=due)

    hand.once("order", deed)


def sign(hand: Hand) -> None:
    """The station signs for the command."""
    acknowledge(hand, CommandKind.RELEASE)


def open_link(hand: Hand) -> None:
    """The buyer spends the link with its code."""
    message = people.find_message(f"vehicle:{hand.vehicle.id}")
    token, (device, address) = message.link.rsplit("/", 1)[-1], people.ELSEWHERE
    hand.once(
        "spend", lambda: accounts.spend_link(token, message.code, device=device, address=address)
    )


def place_order(hand: Hand) -> None:
    """The buyer orders services; one wants the car brought home."""
    kinds = (ServiceKind.CLEANING, ServiceKind.TRANSFER)
    wanted = Wanted(kinds)
    if hand.row.car % 2:
        wanted = Wanted(
            (*kinds, ServiceKind.DELIVERY), km=36, address="余杭区文一西路 900 号，林女士"
        )

    def deed() -> None:
        orders.place(_buyer(hand), hand.vehicle, wanted, shown_total=wanted.total)

    hand.once("place", deed)


def pay(hand: Hand) -> None:
    """The buyer pays at the counter."""

    def deed() -> None:
        row = order_reads.list_live(hand.vehicle.id)[0]
        receipt = f"SJ{clock.today():%Y%m%d}{hand.row.car:02d}"
        orders.pay_at_counter(hand.cast["manager"], row, amount_fen=row.total, receipt=receipt)

    hand.once("pay", deed)


def finish_services(hand: Hand) -> None:
    """The station says that every service is done."""
    kinds = [item.kind for row in order_reads.list_live(hand.vehicle.id) for item in row.items]
    for kind in kinds:

        def deed(kind: ServiceKind = kind) -> None:
            row = order_reads.list_live(hand.vehicle.id)[0]
            orders.finish_service(hand.cast["manager"], row, kind)

        hand.once(f"done {kind}", deed, after=1800)


def take_pass(hand: Hand) -> None:
    """The buyer takes the gate pass; the gate scans it with the car's label."""
    gate = hand.cast["gate"]
    hand.once("pass", lambda: desk.issue_pass(_buyer(hand), _release(hand)))

    def deed() -> None:
        verdict = reads.judge_scan(gate, reads.pass_text(_release(hand)), hand.car.plate)
        desk.scan(gate, verdict)

    hand.once("scan", deed, after=1900)


def shoot_corners(hand: Hand) -> None:
    """The gate photographs the four corners."""
    gate = hand.cast["gate"]
    hand.keep(gate, reads.PHOTO, dict(zip(CORNERS, hand.shots, strict=True)), after=15)


def hand_over(hand: Hand) -> None:
    """Identity, numbers, both names: the gate opens; the 出库交接单 is kept."""
    gate, name, tail = hand.cast["gate"], buyer_of(hand)[0], buyer_of(hand)[2]
    station, at = get_organisation(gate.organisation_id).name, hand.moment
    lines = [f"提车人 {name}，证件后四位 {tail}，人证一致。"]
    hand.file(
        gate,
        reads.IDENTITY,
        lambda: papers.make_paper("身份核验记录", station, hand.case.number, lines, at, "门岗"),
    )

    def deed() -> None:
        kept = hand.newest(reads.IDENTITY).id
        desk.hand_over(gate, _release(hand), _given(hand, name, tail, kept))

    hand.once("hand over", deed)
    if not hand.is_done("sheet"):
        _file_sheet(hand)


def _given(hand: Hand, name: str, tail: str, paper: str) -> desk.HandOver:
    row = intake.find_answer(get_intake(hand), Step.KEYS)
    keys = int(row.value["count"]) if row else 0
    return desk.HandOver(
        rules.Taker(next(iter(rules.TakerKind)), name, tail),
        rules.Leaving(hand.car.odometer_km + 1, keys),
        paper_media=paper,
        authority_media="",
        taker_sign_media="",
        staff_sign_media="",
        taker_sign_name=name,
        staff_sign_name=hand.cast["gate"].name,
    )


def _file_sheet(hand: Hand) -> None:
    row = _release(hand)
    line = trail.find_last_line(row.subject)
    assert line is not None
    kept = hand.receive(sheets.make_sheet(row, line))
    hand.once("sheet", lambda: desk.file_sheet(hand.cast["gate"], _release(hand), kept, line))
