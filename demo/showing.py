"""The public page: spin and panorama, places of flaws, masks, draft, order and announcement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from demo import masks, views
from demo.camera import Camera
from demo.entrusting import acknowledge
from demo.gate import PUBLIC_VIEWS, VIEWS, seen_flaws
from demo.hand import Hand
from demo.interior import yaw_pitch
from demo.plan import on
from demo.story import Story
from station.court import reads as court
from station.court.rules import CommandKind
from station.ground import clock
from station.ground.clock import SHANGHAI
from station.intake import finding_desk
from station.intake import reads as intake
from station.intake.spots import Pictures, Spot
from station.media import desk as media
from station.media import reads as media_reads
from station.media import scene_desk
from station.media.models import Media
from station.media.rules import Kind, Recipe, SceneKind
from station.people.reads import get_organisation
from station.showroom import desk, reads
from station.showroom.announcement import offered_texts
from station.showroom.models import Listing
from station.showroom.rules import Draft

PLATFORMS = ("公拍网", "京东拍卖", "阿里拍卖", "工行融e购")
REASONS = {
    "photos": "车辆无钥匙，车内无法拍摄，以现有照片公示",
    "video": "拍摄条件所限，视频已在现场播放备查",
    "panorama": "车辆无钥匙，车内无法拍摄全景",
    "findings": "查验未见明显缺陷，已在公告中说明以实物为准",
}


def tell(story: Story) -> None:
    """The steps of this part."""
    row, sizes = story.row, story.sizes
    story.on(row.days["show"], 9.8)
    spin = [
        story.after(0.3).shot(f"spin:{at:02d}", sizes.spin) for at in range(1, sizes.frames + 1)
    ]
    story.tell("walk", shoot_spin, spin)
    story.after(16).tell("inside", shoot_panorama, [story.shot("panorama", sizes.panorama)])
    story.after(50).tell("places", place_findings, settled=True)
    story.after(25).tell("masks", clear_all)
    if row.days["publish"] < 0:
        story.after(90).tell("draft", save_draft)
        return
    story.on(min(row.days["show"], row.days["publish"] + 1), 14.5).tell("draft", save_draft)
    _tell_order(story, "", row.days["publish"])


def tell_again(story: Story) -> None:
    """The second round of a car that was not sold."""
    row = story.row
    story.on(row.days["again"], 15.2).tell("draft again", save_draft)
    _tell_order(story, " again", row.days["again_publish"])


def _tell_order(story: Story, again: str, days: float) -> None:
    story.on(days, 9.4).tell(f"publish{again}", order, settled=True)
    story.after(48).tell(f"sign publish{again}", sign)
    story.after(95).tell(f"announce{again}", announce)


# --- pictures


def shoot_spin(hand: Hand) -> None:
    """The inspector walks round the car; a worker makes the spin."""
    who = hand.cast["inspector"]
    hand.keep(who, Kind.SPIN, {shot.view[5:]: shot for shot in hand.shots}, after=10)
    hand.once("spin", lambda: _order_scene(hand, SceneKind.SPIN, Recipe.SERIES, Kind.SPIN))


def shoot_panorama(hand: Hand) -> None:
    """The inspector sets the 360° camera between the front seats."""
    hand.keep(hand.cast["inspector"], Kind.PANORAMA, {"cabin": hand.shots[0]})
    scene = (SceneKind.PANORAMA, Recipe.READY, Kind.PANORAMA)
    hand.once("panorama", lambda: _order_scene(hand, *scene))


def _order_scene(hand: Hand, kind: SceneKind, recipe: Recipe, sources: Kind) -> None:
    who, vehicle = hand.cast["inspector"], hand.vehicle.id
    covering = court.get_covering(who, vehicle, "media.make_scene")
    ids = [row.id for row in media_reads.list_media(vehicle, sources)]
    scene_desk.make_scene(who, vehicle, kind, recipe, ids, covering.id)


def place_findings(hand: Hand) -> None:
    """The inspector presses on every flaw in spin and panorama: where the renderer drew it."""
    who, pictures = hand.cast["inspector"], intake.pictures_of(hand.vehicle.id)
    for number, index in enumerate(seen_flaws(hand.row, hand.car)):
        spot = spot_of(hand, index, pictures)
        if spot is None:
            continue

        def deed(number: int = number, spot: Spot = spot) -> None:
            finding = intake.list_findings(hand.vehicle.id)[number]
            finding_desk.place_finding(who, finding, spot, finding.version, pictures)

        hand.once(f"place {index}", deed, after=35)


def spot_of(hand: Hand, index: int, pictures: Pictures) -> Spot | None:
    """The known place of a flaw, None where it is seen in neither picture."""
    car, flaw, sizes = hand.car, hand.car.defects[index], hand.sizes
    walk, cabin = next(iter(pictures.spins), ""), next(iter(pictures.panoramas), "")
    if flaw.inside:
        yaw, pitch = yaw_pitch(car, flaw.place)
        return Spot(panorama=cabin, yaw=yaw, pitch=pitch) if cabin else None
    size = (sizes.spin, sizes.spin * 3 // 4)
    track = views.defect_track(car, index, sizes.frames, size)
    told = media_reads.get_scene(walk).manifest if walk else {}
    seen = {}
    for at, place in enumerate(track):
        if place is not None and walk:
            frame = (at - sizes.first) % sizes.frames
            x, y = in_frame(told, frame, place, size)
            if 0 <= x <= 1 and 0 <= y <= 1:
                seen[frame] = (x, y)
    return Spot(spin=walk, keys=seen) if walk and seen else None


def in_frame(
    told: Mapping[str, Any], frame: int, place: tuple[float, float], size: tuple[int, int]
) -> tuple[float, float]:
    """Where a pixel of a photo of this size is in the frame cut out of it, in shares of the frame."""
    x, y = place
    if "cut" not in told:
        return x / size[0], y / size[1]
    a, b, c, d, e, f = told["frames"][frame]["move"]
    wide, high = told["cut"]
    return (a * x + b * y + c) / wide, (d * x + e * y + f) / high


def clear_all(hand: Hand) -> None:
    """The inspector looks through every picture for the page and draws over the plates."""
    who = hand.cast["inspector"]
    for picture in _for_the_page(hand):
        if hand.is_done(f"clear {picture.id}"):
            continue
        boxes = masks.plate_boxes(hand.car, _camera_of(hand, picture))

        def deed(media_id: str = picture.id, boxes: list[masks.Box] = boxes) -> None:
            media.clear(who, media_id, boxes, 0)

        hand.once(f"clear {picture.id}", deed, after=9)


def _for_the_page(hand: Hand) -> list[Media]:
    vehicle = hand.vehicle.id
    photos = media_reads.list_media(vehicle, Kind.PHOTO)
    chosen = [row for row in photos if row.slot in (*PUBLIC_VIEWS, intake.DAMAGE)]
    for kind in (Kind.PANORAMA, Kind.SPIN):
        chosen += media_reads.list_media(vehicle, kind)
    return chosen


def _camera_of(hand: Hand, picture: Media) -> Camera | None:
    if picture.kind == Kind.PANORAMA:
        view = "panorama"
    elif picture.kind == Kind.SPIN:
        view = f"spin:{picture.slot}"
    elif picture.slot == intake.DAMAGE:
        found = intake.list_findings(hand.vehicle.id)
        at = next(i for i, finding in enumerate(found) if finding.media_id == picture.id)
        view = views.close_up(seen_flaws(hand.row, hand.car)[at])
    else:
        view = VIEWS[picture.slot]
    return masks.camera_for(hand.car, view, picture.width, hand.sizes)


# --- the listing


def starts_at(hand: Hand, name: str) -> datetime:
    """Ten o'clock on the day when the bidding starts; for less than a day ago, the last one."""
    days, now = hand.row.days[name], hand.now
    if 0 < days < 1:
        ten = on(now, 0, 10)
        return ten if ten <= now else ten - timedelta(days=1)
    day = (clock.in_shanghai(now) - timedelta(days=days)).date()
    return datetime.combine(day, time(10), SHANGHAI)


def _listing(hand: Hand) -> Listing:
    listing = reads.find_listing(hand.vehicle.id)
    assert listing is not None
    return listing


def save_draft(hand: Hand) -> None:
    """The agency proposes text, price and dates."""

    def deed() -> None:
        before = reads.find_listing(hand.vehicle.id)
        draft = _again_of(hand) if before else _first_of(hand)
        desk.save(hand.agent, hand.vehicle, draft, before.version if before else 0)

    hand.once("draft", deed)


def _first_of(hand: Hand) -> Draft:
    row, car, chance = hand.row, hand.car, hand.random("draft")
    reference = row.price * 100
    start = reference * chance.choice((70, 72, 75)) // 100 // 10_000 * 10_000 + 10_000
    announced = clock.in_shanghai(on(hand.now, row.days["publish"], 12)).date()
    return Draft(
        headline=f"{car.maker} {car.model.split()[-1]} {car.year} 款 {car.paint} 行驶 {car.odometer_km / 10000:.1f} 万公里",
        reference=reference,
        start=start,
        deposit=start // 10 // 10_000 * 10_000,
        increment=50_000,
        announce_on=announced,
        notified_on=announced - timedelta(days=6),
        starts_at=starts_at(hand, "starts"),
        viewing="工作日 9:00–16:30 到服务站看样，请提前一天打电话预约，凭预约码入场。",
        platform=PLATFORMS[row.car % len(PLATFORMS)],
        platform_number=f"SF{announced:%y%m}{8100 + row.car}",
        platform_url=f"https://auction.example/lots/{8100 + row.car}",
        inspection_until=announced + timedelta(days=chance.randrange(-40, 320)),
        insurance_until=announced + timedelta(days=chance.randrange(-60, 200)),
        fines=chance.choice((0, 0, 20_000, 35_000, 80_000)),
        fines_count=None,
        checked_on=announced - timedelta(days=1),
        texts=_texts(hand),
    )


def _again_of(hand: Hand) -> Draft:
    first = _first_of(hand)
    announced = clock.in_shanghai(on(hand.now, hand.row.days["again_publish"], 12)).date()
    start = (first.start or 0) * 82 // 100 // 10_000 * 10_000
    return Draft(
        **{
            **first.__dict__,
            "start": start,
            "deposit": start // 10 // 10_000 * 10_000,
            "announce_on": announced,
            "notified_on": announced - timedelta(days=5),
            "starts_at": starts_at(hand, "again_starts"),
            "platform_number": f"{first.platform_number}-2",
            "checked_on": announced - timedelta(days=1),
        }
    )


def _texts(hand: Hand) -> dict[str, str]:
    court_name = get_organisation(hand.judge.organisation_id).name
    missing = "无钥匙，" if hand.row.without == "keys" else ""
    return {
        **offered_texts(),
        "basis": f"{court_name}{hand.case.number}执行裁定书。",
        "pricing": "当事人议价未成，经网络询价平台出具报告，以其平均值为参考价。",
        "standing": f"登记在被执行人名下，现停放于服务站库内，{missing}未设抵押，无租赁。",
        "priority": "未发现优先购买权人。如有，请于开拍前五日向本院申报。",
        "notified": "已通知申请执行人和被执行人，送达回证附卷。",
        "payment": "保证金在平台冻结；余款自成交之日起七日内付至本院案款账户，注明案号。",
        "supervision": "承办人电话和监督电话 0571-8800 1234（演示），工作日 9:00–17:00。",
    }


def order(hand: Hand) -> None:
    """The judge orders publication from the checklist; what is red gets its reason."""

    def deed() -> None:
        listing = _listing(hand)
        due = clock.today() + timedelta(days=2)
        desk.order(hand.judge, listing, listing.version, due=due, reasons=REASONS)

    hand.once("order", deed)


def sign(hand: Hand) -> None:
    """The station signs for it."""
    acknowledge(hand, CommandKind.PUBLISH)


def announce(hand: Hand) -> None:
    """The agency publishes the announcement: page and lot open."""
    hand.once("announce", lambda: desk.announce(hand.agent, _listing(hand)))
