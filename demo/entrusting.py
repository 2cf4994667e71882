"""From the case to the signed tow command: the court's part before the car moves."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from demo import papers, people, surveying
from demo.hand import Hand
from demo.shots import Shot
from demo.story import Story
from station.court import desk, sheets
from station.court import reads as court
from station.court.models import Case
from station.court.rules import (
    CommandKind,
    EntrustmentLetter,
    default_due,
    read_case_number,
)
from station.ground import clock
from station.media import reads as media
from station.people import reads as organisations
from station.people.rules import OrganisationKind
from station.trail import reads as trail
from station.vehicles import rules as vehicles
from station.vehicles.desk import Identity
from station.vehicles.rules import Stage

CODES = ("浙0105", "浙0106")
CREDITORS = ("拱墅商业银行", "西溪汽车金融有限公司", "运河小额贷款有限公司", "杭州某建材有限公司")
NAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
WORK = "拖车入库、入库查验、保管养护、拍摄制作、公告发布、交付；服从本院指令，全程留痕"


def tell(story: Story) -> None:
    """The steps of this part."""
    row = story.row
    story.on(row.days["begin"], 9.2)
    story.tell("case", open_case)
    plate = [story.shot("vin", story.sizes.small)] if row.vouched else []
    story.after(18).tell("register", register, plate)
    if row.declined:
        story.after(40).tell("offer first", entrust_first)
        story.after(190).tell("decline", decline)
    story.after(55).tell("entrust", entrust)
    if row.until is Stage.REGISTERED:
        return
    story.after(120).tell("accept", accept)
    surveying.tell_asking(story)
    if row.until is Stage.ENTRUSTED:
        return
    _tell_order(story)


def _tell_order(story: Story) -> None:
    row = story.row
    if not row.has("tow"):
        story.on(0.15).tell("order", order)  # hours ago, and nobody has signed for it yet
        return
    story.on(ceil(row.days["tow"]) + (6 if row.late_tow else 1), 10.6)
    story.tell("order", order)
    story.after(9).tell("deliver", deliver)
    story.after(35).tell("sign", acknowledge)


def case_number(hand: Hand, court_index: int) -> str:
    """The number of this car's case at one of the courts."""
    year = clock.in_shanghai(hand.now - timedelta(days=90)).year
    return f"({year}){CODES[court_index]}执{3107 + 41 * hand.row.car + 7 * court_index}号"


def find_case(hand: Hand) -> Case:
    """The case that this car is to be seized in."""
    number = case_number(hand, hand.row.court)
    return next(case for case in court.list_cases(hand.judge) if case.number == number)


def open_case(hand: Hand) -> None:
    """The judge opens the case."""
    chance = hand.random("parties")
    debtor = f"{chance.choice(NAMES)}某{chance.choice('伟芳强丽军敏')}"
    number = read_case_number(case_number(hand, hand.row.court), clock.today())
    creditor = chance.choice(CREDITORS)
    hand.once("open", lambda: desk.open_case(hand.judge, number, creditor=creditor, debtor=debtor))


def identity_of(hand: Hand, voucher: str | None = None, photo: str | None = None) -> Identity:
    """What the car is registered by."""
    car = hand.car
    return Identity(
        vin=vehicles.read_vin(car.vin, overridden=voucher is not None),
        plate=vehicles.read_plate(car.plate),
        model=f"{car.maker} {car.model.split()[-1]}",
        kind=kind_of(car.kind),
        energy=vehicles.Energy(car.energy.lower()),
        colour=car.paint,
        year=car.year,
        engine_number=f"{car.vin[:3]}{hand.random('engine').randrange(10**6):06d}",
        voucher=voucher,
        photo=photo,
    )


def kind_of(shape: str) -> vehicles.VehicleKind:
    """A pick-up is a goods vehicle; all others here are cars."""
    truck = shape == "pickup"
    return vehicles.VehicleKind.TRUCK if truck else vehicles.VehicleKind.CAR


def register(hand: Hand) -> None:
    """The judge registers the seized car; a failed check digit with photo and second signature."""
    if hand.row.vouched:
        _keep_vin_photo(hand, hand.shots[0])

    def deed() -> None:
        case = find_case(hand)
        voucher = hand.clerk.person_id if hand.row.vouched else None
        photo = media.list_for_case(case.id, "vin")[-1].id if hand.row.vouched else None
        desk.register(hand.judge, case, identity_of(hand, voucher, photo))

    hand.once("register", deed)


def _keep_vin_photo(hand: Hand, shot: Shot) -> None:
    body = hand.album.get(shot).read_bytes
    hand.file(hand.judge, "vin", body, vehicle=False, case=find_case(hand).id)


def entrust_first(hand: Hand) -> None:
    """The judge offers the car to an agency that will decline."""
    _offer(hand, 1 - hand.row.agency, "first")


def decline(hand: Hand) -> None:
    """The agency declines, with its reason."""
    other = hand.cast[people.AGENTS[1 - hand.row.agency]]

    def deed() -> None:
        found = court.find_entrustment(hand.vehicle.id)
        assert found is not None
        reason = "本月在办车辆已满，不能在规定期限内完成拖车和查验"
        desk.decide(other, found, accept=False, reason=reason)

    hand.once("decline", deed)


def entrust(hand: Hand) -> None:
    """The judge entrusts the car to the agency, with letter and ruling."""
    _offer(hand, hand.row.agency, "")


def _offer(hand: Hand, agency: int, name: str) -> None:
    to = organisations.get_organisation(hand.cast[people.AGENTS[agency]].organisation_id)
    court_name = organisations.get_organisation(hand.judge.organisation_id).name
    at, number, plate = hand.moment, hand.case.number, hand.car.plate
    letter = EntrustmentLetter(
        court_name, "以网络司法拍卖方式处置查封车辆，至交付买受人", WORK, "无"
    )
    lines = [
        f"{to.name}：",
        f"现将{number}案查封车辆（号牌{plate}）委托你单位办理司法拍卖辅助工作。",
    ]
    lines += [f"一、法律程序和应完成的事项：{letter.procedure}。"]
    lines += [f"二、工作范围和要求：{WORK}。", f"三、其他事项：{letter.other}。"]
    hand.file(
        hand.judge,
        "entrustment_letter",
        lambda: papers.make_paper("委托书", court_name, number, lines, at),
        name=name,
    )
    hand.file(hand.judge, "ruling", lambda: _ruling(hand, court_name, number, at), name=name)

    def deed() -> None:
        desk.entrust(
            hand.judge,
            hand.seizure,
            to,
            letter,
            letter_media=hand.newest("entrustment_letter").id,
            ruling_media=hand.newest("ruling").id,
        )

    hand.once(f"offer {name}", deed)
    _file_letter(hand, name)


def _file_letter(hand: Hand, name: str) -> None:
    """The 委托书 is printed and kept."""
    if hand.is_done(f"letter {name}"):
        return
    row = court.find_entrustment(hand.vehicle.id)
    assert row is not None
    line = trail.find_last_line(f"entrustment:{row.id}", "court.entrust")
    assert line is not None
    kept = hand.receive(sheets.make_letter(row, line))

    def deed() -> None:
        found = court.find_entrustment(hand.vehicle.id)
        assert found is not None
        desk.file_letter(hand.judge, found, kept, line)

    hand.once(f"letter {name}", deed)


def _ruling(hand: Hand, court_name: str, number: str, at: datetime) -> bytes:
    lines = [
        "本院在执行申请执行人与被执行人金融借款合同纠纷一案中，已查封被执行人名下车辆一辆。",
        f"车辆号牌{hand.car.plate}，车架号{hand.car.vin}。被执行人至今未履行生效法律文书确定的义务。",
        "依照《中华人民共和国民事诉讼法》关于执行措施的规定，裁定如下：",
        "拍卖被执行人名下上述车辆。本裁定送达后立即生效。",
    ]
    return papers.make_paper("执行裁定书", court_name, number, lines, at, "审判员")


def accept(hand: Hand) -> None:
    """The agency accepts."""

    def deed() -> None:
        found = court.find_entrustment(hand.vehicle.id)
        assert found is not None
        desk.decide(hand.agent, found, accept=True)

    hand.once("accept", deed)


def order(hand: Hand) -> None:
    """The judge commands the tow."""
    station = organisations.list_organisations(OrganisationKind.STATION)[0]

    def deed() -> None:
        due = default_due(CommandKind.TOW_IN, clock.today())
        note = "车辆停放在被执行人住处地下车库，联系物业开门" if hand.row.car % 3 else ""
        desk.issue(hand.judge, CommandKind.TOW_IN, hand.vehicle, station, due=due, note=note)

    hand.once("issue", deed)


def deliver(hand: Hand, kind: CommandKind = CommandKind.TOW_IN) -> None:
    """The command shows on the station's screen."""
    command = court.find_command(hand.vehicle.id, kind)
    assert command is not None
    hand.once("deliver", lambda: desk.deliver(hand.cast["keeper"], command))


def acknowledge(hand: Hand, kind: CommandKind = CommandKind.TOW_IN) -> None:
    """The station signs for the command."""
    command = court.find_command(hand.vehicle.id, kind)
    assert command is not None
    hand.once("sign", lambda: desk.acknowledge(hand.cast["manager"], command))
