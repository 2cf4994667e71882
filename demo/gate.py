"""The gate-in: photos and film, readings, keys, papers, seal, belongings, findings, the bay."""

from __future__ import annotations

from demo import inspecting, surveying
from demo.cars import Car
from demo.hand import Hand
from demo.plan import Row, read_plan
from demo.story import Story
from demo.views import close_up
from station.ground.database import db
from station.intake import desk, finding_desk, reads, report_desk, reports, sheets
from station.intake.findings import PANEL_WORDS, Defect, NewFinding, Source
from station.intake.holdings import Belongings, Item, ItemKind, Keys, Papers, Readings, Seal
from station.intake.models import Intake
from station.intake.rules import GATE_IN_VIEWS
from station.media import reads as media
from station.media.rules import Kind
from station.people.models import Person
from station.trail import reads as trail
from station.vehicles.rules import Energy, Stage, VehicleKind
from station.yard import desk as yard
from station.yard import reads as bays

VIEWS = {
    **{view: view for view in ("front", "rear", "left", "right", "vin", "plate", "boot", "engine")},
    **{f"{end}_{side}": f"{end}_{side}" for end in ("front", "rear") for side in ("left", "right")},
    "wheel_front_left": "wheel_fl",
    "wheel_front_right": "wheel_fr",
    "wheel_rear_left": "wheel_rl",
    "wheel_rear_right": "wheel_rr",
    "dashboard": "instrument_panel",
    "cabin_front": "seats_front",
    "cabin_rear": "seats_rear",
    "cargo": "boot",
}
"""View of the photo set → view of the renderer."""
PUBLIC_VIEWS = (
    *("front_left", "rear_right", "front", "rear", "left", "right"),
    *("dashboard", "cabin_front", "cabin_rear", "boot", "cargo"),
)
"""Views that may be shown to the public; drawn larger."""
WITHOUT = {
    "": {},
    "keys": dict.fromkeys(
        (
            *("photo.dashboard", "photo.vin", "photo.cabin_front", "photo.cabin_rear"),
            *("photo.boot", "odometer", "fuel"),
        ),
        "无钥匙，车门锁闭，无法进入",
    ),
    "battery": dict.fromkeys(("photo.dashboard", "odometer", "fuel"), "电瓶亏电，仪表不亮"),
}
"""What cannot be checked → items and reasons."""
THINGS = ("雨伞一把", "儿童安全座椅一张", "手机支架一个", "毛毯一条", "羽毛球拍一副", "保温杯一个")
BOXES = ("灭火器一个", "工具箱一个（未开启）", "纸箱一个（胶带封口）")


def _hidden(row: Row) -> dict[str, str]:
    return WITHOUT[row.without]


def _kind(car: Car) -> VehicleKind:
    return VehicleKind.TRUCK if car.kind == "pickup" else VehicleKind.CAR


def photo_views(row: Row, car: Car) -> list[str]:
    """The views of the set that can be photographed."""
    return [view for view in GATE_IN_VIEWS[_kind(car)] if f"photo.{view}" not in _hidden(row)]


def tell(story: Story, car: Car) -> None:
    """The steps of this part."""
    row, sizes = story.row, story.sizes
    views = photo_views(row, car)
    shown = views[:7] if row.half else views
    if row.until is Stage.AT_GATE and not row.half:
        return
    photos = []
    for place, view in enumerate(shown):
        width = sizes.photo if view in PUBLIC_VIEWS else sizes.small
        photos.append(story.after(0.4 if place else 12).shot(VIEWS[view], width))
    story.tell("photos", take_photos, photos)
    story.after(9).tell("readings", write_readings)
    if row.half:
        return
    inspecting.tell_identity(story)
    story.after(3).tell("walk round", film, [story.shot("walk", sizes.film)])
    inside = [story.shot("wheel_fl", sizes.small), story.shot("seats_rear", sizes.small)]
    story.after(6).tell("holdings", write_holdings, [*inside, story.shot("things", sizes.film)])
    flaws = [story.shot(close_up(index), sizes.spin) for index in seen_flaws(row, car)]
    story.after(8).tell("findings", add_findings, flaws)
    story.after(10).tell("finish", finish)
    story.after(2).tell("sheet", print_sheet)
    inspecting.tell(story)
    story.after(2).tell("report", print_report, settled=True)
    if row.until is not Stage.TAKEN_IN:
        story.after(21).tell("bay", park)
        surveying.tell_answers(story)


def seen_flaws(row: Row, car: Car) -> list[int]:
    """Indices of the flaws that the inspector can see: none inside a locked car."""
    return [i for i, flaw in enumerate(car.defects) if not (flaw.inside and row.without == "keys")]


def get_intake(hand: Hand) -> Intake:
    """The gate-in of this car."""
    row = reads.find_intake(hand.vehicle.id)
    assert row is not None
    return row


def take_photos(hand: Hand) -> None:
    """The inspector photographs the set."""
    names = {shot.view: shot for shot in hand.shots}
    slots = {v: names[VIEWS[v]] for v in photo_views(hand.row, hand.car) if VIEWS[v] in names}
    hand.keep(hand.cast["inspector"], Kind.PHOTO, slots)


def film(hand: Hand) -> None:
    """The inspector films a walk round the car."""
    hand.keep(hand.cast["inspector"], Kind.VIDEO, {reads.WALK_ROUND: hand.shots[0]}, after=95)


def write_readings(hand: Hand) -> None:
    """What the instrument panel shows, or why nothing can be read; and what else is hidden."""
    who, chance = hand.cast["inspector"], hand.random("readings")
    for item, reason in _hidden(hand.row).items():
        hand.once(
            f"excuse {item}",
            lambda item=item, reason=reason: desk.excuse(who, get_intake(hand), item, reason),  # type: ignore[misc]
            after=15,
        )
    if hand.row.without:
        return
    energy = Energy(hand.car.energy.lower())
    fuel = chance.choice((12, 25, 50, 75)) if energy is not Energy.BEV else None
    charge = chance.choice((40, 60, 80)) if energy in (Energy.BEV, Energy.PHEV) else None
    read = Readings(hand.car.odometer_km, fuel, charge)
    hand.once("readings", lambda: desk.save_readings(who, get_intake(hand), read, 0))


def write_holdings(hand: Hand) -> None:
    """Keys, papers, the seal, and what lies in the car, counted by two persons."""
    who, chance = hand.cast["inspector"], hand.random("holdings")
    seal, inside, counting = hand.shots
    keys = 0 if hand.row.without == "keys" else chance.choice((1, 1, 2, 2))
    tags = " ".join(f"K-{hand.row.car:02d}{letter}" for letter in "AB"[:keys])
    hand.once("keys", lambda: desk.save_keys(who, get_intake(hand), Keys(keys, tags), 0))
    listed = [
        p for p in ("registration", "licence", "insurance", "manual") if chance.random() < 0.6
    ]
    there = Papers(tuple(listed) if keys else (), "" if keys else "车门锁闭，车内证照未见")
    there = Papers((*there.there, "plates_two"), there.note)
    hand.once("papers", lambda: desk.save_papers(who, get_intake(hand), there, 0))
    hand.keep(who, reads.SEAL_PHOTO, {"seal": seal})
    number = Seal(f"FT{chance.randrange(10**4):04d}{hand.row.car:02d}")
    hand.once("seal", lambda: desk.save_seal(who, get_intake(hand), number, 0))
    hand.keep(who, Kind.BELONGINGS, {"things": inside})
    hand.keep(who, Kind.VIDEO, {reads.THINGS: counting}, after=60)
    _count_belongings(hand)


def _count_belongings(hand: Hand) -> None:
    who, chance = hand.cast["inspector"], hand.random("belongings")
    things = chance.sample(THINGS, chance.randrange(0, 4)) if hand.row.without != "keys" else []
    boxes = chance.sample(BOXES, chance.randrange(0, 2)) if things else []
    items = [Item(ItemKind.THING, what) for what in things]
    items += [Item(ItemKind.CONTAINER, what) for what in boxes]
    if hand.row.car % 7 == 4:
        items.append(
            Item(ItemKind.VALUABLE, "现金人民币 86 元（零钱盒内）", f"FB{hand.row.car:05d}")
        )

    def deed() -> None:
        second = db.session.get_one(Person, hand.cast["keeper"].person_id)
        desk.save_belongings(who, get_intake(hand), Belongings(tuple(items)), 0, second)

    hand.once("belongings", deed)


def panel_of(words: str) -> str:
    """The standard's number of the part that the renderer names."""
    if "挡" in words:
        return "34"
    return next((code for code, zh in PANEL_WORDS.items() if zh.startswith(words)), "cabin")


def add_findings(hand: Hand) -> None:
    """Every flaw that can be seen, with its close-up."""
    who = hand.cast["inspector"]
    slots = {f"{reads.DAMAGE}#{shot.view}": shot for shot in hand.shots}
    hand.keep(who, Kind.PHOTO, slots)
    for index in seen_flaws(hand.row, hand.car):
        _add_finding(hand, index)


def _add_finding(hand: Hand, index: int) -> None:
    flaw, who = hand.car.defects[index], hand.cast["inspector"]

    def deed() -> None:
        rows = media.list_media(hand.vehicle.id, Kind.PHOTO)
        photos = [row for row in rows if row.slot == reads.DAMAGE]
        photo = photos[seen_flaws(hand.row, hand.car).index(index)]
        new = NewFinding(
            Defect(flaw.code), panel_of(flaw.panel), flaw.size_mm[0], flaw.zh, photo.id
        )
        finding_desk.add_finding(who, hand.vehicle, new, Source.INTAKE)

    hand.once(f"finding {index}", deed)


def finish(hand: Hand) -> None:
    """The gate-in ends; the windscreen label is printed."""
    who = hand.cast["inspector"]
    hand.once("finish", lambda: desk.finish(who, get_intake(hand)))
    hand.once("label", lambda: desk.print_label(who, hand.vehicle))


def print_sheet(hand: Hand) -> None:
    """The 入库单 is made and kept."""
    if hand.is_done("sheet"):
        return
    row = get_intake(hand)
    line = trail.find_last_line(row.subject)
    assert line is not None
    kept = hand.receive(sheets.make_sheet(row, line))
    hand.once(
        "sheet", lambda: desk.file_sheet(hand.cast["inspector"], get_intake(hand), kept, line)
    )


def print_report(hand: Hand) -> None:
    """The 查验报告 is issued and kept."""
    if hand.is_done("report"):
        return
    who = hand.cast["inspector"]
    hand.once("issue report", lambda: report_desk.issue_report(who, get_intake(hand)))
    row = get_intake(hand)
    report = reads.find_report(row)
    assert report is not None
    line = trail.find_last_line(report.subject)
    assert line is not None
    number, kept = report.number, hand.receive(reports.make_report(row, report, line))
    hand.once("report", lambda: report_desk.file_report(who, get_intake(hand), number, kept, line))


def bay_of(row: Row) -> str:
    """Where the keeper puts the car: those for the public page under the roof."""
    zone = _zone(row)
    inside = [one.car for one in read_plan() if _zone(one) == zone]
    return f"{zone}-{1 + inside.index(row.car):02d}"


def _zone(row: Row) -> str:
    if row.until is Stage.PUBLISHED:
        return "C"
    return "AB"[row.car % 2]


def park(hand: Hand) -> None:
    """The keeper scans car and bay."""
    who = hand.cast["keeper"]

    def deed() -> None:
        bay = bays.find_bay(who, bay_of(hand.row))
        assert bay is not None
        yard.put(who, hand.vehicle, bay, by_label=True)

    hand.once("put", deed)
