"""Cars on their way to the public page, made by the real desks and the demonstration's renderer."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import cv2
import numpy as np
from flask import Flask

from demo import cars, interior, views
from demo.cars import Car
from demo.pictures import CameraNotes, as_jpeg
from station.court import desk as court
from station.court import reads as court_reads
from station.court.models import Command
from station.court.rules import CommandKind, EntrustmentLetter, read_case_number
from station.ground import clock
from station.ground.clock import SHANGHAI
from station.ground.database import act, db
from station.intake import desk as intake
from station.intake import finding_desk, tow_desk
from station.intake import reads as intake_reads
from station.intake import rules as intake_rules
from station.intake.findings import PANEL_WORDS, Defect, NewFinding, Source
from station.intake.spots import Pictures, Spot
from station.jobs import engine
from station.media import desk as media
from station.media import door, scene_desk
from station.media import reads as media_reads
from station.media.models import Media
from station.media.rules import PICTURE, VIDEO, Kind, Recipe, SceneKind
from station.showroom import announcement, desk, reads
from station.showroom.models import Listing
from station.showroom.rules import Draft
from station.trail import desk as trail
from station.vehicles import desk as vehicles
from station.vehicles import reads as vehicle_reads
from station.vehicles import rules as vehicle_rules
from station.vehicles.models import Vehicle
from station.vehicles.rules import Stage
from tests.makers import House

LETTER = EntrustmentLetter("杭州市拱墅区人民法院", "网络司法拍卖", "拖车、查验、拍摄、公告", "无")
NOWHERE = intake_rules.Whereabouts(None, None, None)
REASONS = dict.fromkeys(
    ("photos", "video", "spin", "panorama", "findings"), "场地和车况所限，已现场说明"
)


def make_entrusted(house: House, car: Car) -> Vehicle:
    """The car registered in a case of its own, and accepted by the agency."""
    number = read_case_number(f"(2021)浙0105执{1000 + car.number}号", clock.today())
    with act():
        case = court.open_case(house.judge, number, creditor="示例银行", debtor="张某某")
    identity = vehicles.Identity(
        vin=vehicle_rules.read_vin(car.vin),
        plate=vehicle_rules.read_plate(car.plate),
        model=car.model,
        kind=vehicle_rules.VehicleKind.CAR,
        energy=vehicle_rules.Energy(car.energy.lower()),
        colour=car.paint,
        year=car.year,
        engine_number=f"E4T15B{car.number:04d}",
    )
    with act():
        seizure = court.register(house.judge, case, identity)
    with act():
        entrustment = court.entrust(
            house.judge, seizure, house.agency, LETTER, letter_media="l", ruling_media="r"
        )
    with act():
        court.decide(house.agent, entrustment, accept=True)
    return vehicle_reads.get_any(seizure.vehicle_id)


def make_command(house: House, vehicle: Vehicle, kind: CommandKind) -> Command:
    """A command of the judge that the station has signed for."""
    with act():
        command = court.issue(house.judge, kind, vehicle, house.station, due=clock.today())
    with act():
        court.acknowledge(house.keeper, command)
    return command


def make_at_gate(house: House, car: Car | None = None) -> Vehicle:
    """The car towed in; its gate-in record is open."""
    vehicle = make_entrusted(house, car or cars.make_car(0))
    command = make_command(house, vehicle, CommandKind.TOW_IN)
    with act():
        tow = tow_desk.dispatch(house.keeper, command, "王师傅", "13800138000")
    nothing = {item.code: "夜间无法拍摄" for item in intake_rules.missing_pickup_views(frozenset())}
    with act():
        tow_desk.check_in(house.keeper, tow, NOWHERE, nothing)
    with act():
        tow_desk.arrive(house.keeper, tow, NOWHERE)
    return vehicle_reads.get_any(vehicle.id)


def make_stored(house: House, car: Car | None = None) -> Vehicle:
    """The car in the yard; whatever could not be recorded at the gate is excused in writing."""
    vehicle = make_at_gate(house, car)
    record = intake_reads.find_intake(vehicle.id)
    assert record is not None
    with act():
        for item in intake_rules.required_items(vehicle.energy, vehicle.kind):
            intake.excuse(house.inspector, record, item.code, "无钥匙，车门无法打开")
        intake.finish(house.inspector, record)
    with act():
        vehicles.advance(vehicle_reads.get_any(vehicle.id), Stage.STORED)
        trail.write(house.keeper, "yard.add_bays", f"vehicle:{vehicle.id}", vehicle=vehicle.id)
    return vehicle_reads.get_any(vehicle.id)


def a_draft(car: Car | None = None, **changes: object) -> Draft:
    """A complete draft whose terms keep every rule, announced today."""
    chosen, today = car or cars.make_car(0), clock.today()
    start = 2_100_000 + 700_000 * chosen.number
    draft = Draft(
        headline=f"{chosen.model} {chosen.year} 款 {chosen.paint}",
        reference=start * 10 // 7,
        start=start,
        deposit=start // 10,
        increment=50_000,
        announce_on=today,
        notified_on=today - timedelta(days=5),
        starts_at=datetime.combine(today + timedelta(days=16), time(10), SHANGHAI),
        viewing="每日 9:00–17:00 在服务站看样，请先打电话预约。",
        platform="公拍网",
        platform_number=f"GP-2026-{chosen.number:04d}",
        platform_url=f"https://auction.example/{chosen.number}",
        texts={key: item.text or "见本院执行裁定书。" for key, item in announcement.TEXTS.items()},
    )
    return replace(draft, **changes)


def make_drafted(house: House, car: Car | None = None, **changes: object) -> Listing:
    """A stored car with a complete draft."""
    vehicle = make_stored(house, car)
    with act():
        return desk.save(house.agent, vehicle, a_draft(car, **changes), 0)


def order(house: House, listing: Listing, reasons: Mapping[str, str] = REASONS) -> Command:
    """The judge orders publication of what the page shows now."""
    due = clock.today() + timedelta(days=2)
    with act():
        return desk.order(house.judge, listing, listing.version, due=due, reasons=reasons)


def make_ordered(house: House, car: Car | None = None, **changes: object) -> Listing:
    """Publication ordered, and the command signed for by the station."""
    listing = make_drafted(house, car, **changes)
    command = order(house, listing)
    with act():
        court.acknowledge(house.keeper, command)
    return listing


def make_published(house: House, car: Car | None = None, **changes: object) -> Listing:
    """A car on its public page, without pictures."""
    listing = make_ordered(house, car, **changes)
    with act():
        desk.announce(house.agent, listing)
    return listing


# --- pictures


def keep_picture(house: House, vehicle: Vehicle, kind: Kind, slot: str, body: bytes) -> Media:
    """A picture kept under the tow-in command."""
    command = court_reads.get_covering(house.inspector, vehicle.id, "media.keep")
    kept = door.receive(io.BytesIO(body), limit=VIDEO if kind is Kind.VIDEO else PICTURE)
    with act():
        return media.keep(
            house.inspector, kept, kind=kind, slot=slot, vehicle=vehicle.id, command=command.id
        )


def shot(picture: np.ndarray, taken: datetime | None = None) -> bytes:
    """A JPEG with the time a camera writes."""
    return as_jpeg(picture, exif=CameraNotes(taken=taken or clock.in_shanghai(clock.now())))


def add_video(house: House, vehicle: Vehicle, folder: Path, seconds: int = 95) -> Media:
    """A film of that many seconds, one frame each."""
    path = folder / f"{vehicle.id}-{seconds}.webm"
    film = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"VP90"), 1.0, (64, 48))
    for second in range(seconds):
        film.write(np.full((48, 64, 3), 2 * second, np.uint8))
    film.release()
    return keep_picture(house, vehicle, Kind.VIDEO, "walk_round", path.read_bytes())


def add_photos(house: House, vehicle: Vehicle, car: Car, names: Sequence[str]) -> list[Media]:
    """Photos of these views for the public page."""
    size = (800, 600)
    return [
        keep_picture(house, vehicle, Kind.SHOW, name, shot(views.photograph(car, name, size)))
        for name in names
    ]


def add_spin(
    house: House, vehicle: Vehicle, car: Car, count: int = 8, size: tuple[int, int] = (640, 480)
) -> None:
    """A walk round the car, ordered as a spin."""
    frames = views.spin(car, count, size)
    shots = [
        keep_picture(house, vehicle, Kind.SPIN, f"{at:02d}", shot(frame))
        for at, frame in enumerate(frames, 1)
    ]
    make_scene(house, vehicle, SceneKind.SPIN, Recipe.SERIES, shots)


def add_panorama(house: House, vehicle: Vehicle, car: Car, width: int = 1024) -> None:
    """The cabin as a ready panorama."""
    source = keep_picture(
        house, vehicle, Kind.PANORAMA, "", shot(interior.cabin_panorama(car, width))
    )
    make_scene(house, vehicle, SceneKind.PANORAMA, Recipe.READY, [source])


def make_scene(
    house: House, vehicle: Vehicle, kind: SceneKind, recipe: Recipe, sources: Sequence[Media]
) -> None:
    """Order a scene from kept pictures."""
    command = court_reads.get_covering(house.inspector, vehicle.id, "media.make_scene")
    ids = [one.id for one in sources]
    with act():
        scene_desk.make_scene(house.inspector, vehicle.id, kind, recipe, ids, command.id)


def add_findings(
    house: House, vehicle: Vehicle, car: Car, count: int = 8, size: tuple[int, int] = (640, 480)
) -> None:
    """Every known flaw of the car, with its close-up and its places in spin and panorama."""
    panels = {zh: code for code, zh in PANEL_WORDS.items()} | {"前风挡玻璃": "34"}
    for index, flaw in enumerate(car.defects):
        picture = views.photograph(car, views.close_up(index), (640, 480))
        close_up = keep_picture(house, vehicle, Kind.PHOTO, f"flaw{index}", shot(picture))
        panel = next((code for zh, code in panels.items() if zh.startswith(flaw.panel)), "cabin")
        new = NewFinding(Defect(flaw.code), panel, flaw.size_mm[0], flaw.zh, close_up.id)
        with act():
            finding = finding_desk.add_finding(house.inspector, vehicle, new, Source.INTAKE)
        pictures = intake_reads.pictures_of(vehicle.id)
        if spot := spot_of(car, index, count, size, pictures):
            with act():
                finding_desk.place_finding(house.inspector, finding, spot, 1, pictures)


def spot_of(
    car: Car, index: int, count: int, size: tuple[int, int], pictures: Pictures
) -> Spot | None:
    """Where the renderer says that a flaw is, in the scenes that are there."""
    if car.defects[index].inside:
        yaw, pitch = interior.yaw_pitch(car, car.defects[index].place)
        cabin = next(iter(pictures.panoramas), None)
        return Spot(panorama=cabin, yaw=yaw % 360, pitch=pitch) if cabin else None
    track = views.defect_track(car, index, count, size)
    frames = {
        at: (x / size[0], y / size[1])
        for at, place in enumerate(track)
        if place
        for x, y in [place]
    }
    walk = next(iter(pictures.spins), None)
    return Spot(spin=walk, keys=frames) if walk and frames else None


def clear_all(house: House, vehicle: Vehicle) -> None:
    """A person confirms every picture for the page, close-ups among them."""
    for one in reads.list_unconfirmed(vehicle.id):
        if media_reads.find_clearance(one) is None:
            with act():
                media.clear(house.inspector, one.id, [], 0)


def work(app: Flask) -> None:
    """Let the worker do everything that waits; in a thread, as a browser may hold this one's loop."""
    db.session.rollback()
    with ThreadPoolExecutor(1) as hands:
        hands.submit(engine.work, app, wait=False).result()
