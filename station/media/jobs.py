"""Work done later. Every job may be run twice: files are named by content, rows change by condition.

No transaction is open while a decoder works.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import act, db, upkeep
from station.ground.words import N_

from . import (
    apart,
    comparison_desk,
    desk,
    door,
    looking,
    reads,
    resumable,
    rules,
    scene_desk,
    store,
)
from .models import Clearance, Comparison, Derivative, Media, Progress, Scene
from .rules import ENDINGS, Kind, Recipe, SceneKind, State

DRAW = apart.Bounds(memory=2 * apart.GIB, processor=120, wall=180.0)
MEASURE = apart.Bounds(memory=2 * apart.GIB, processor=900, wall=1200.0)
STAGE = apart.Bounds(memory=6 * apart.GIB, processor=1800, wall=1800.0)
SIZES = {"thumb": 480, "view": 1600}
PUBLIC = {"public": 1600}
WORKER = N_("后台")
BATCH = 500  # names asked for in one question


class Undecodable(RuntimeError):
    """A kept file cannot be drawn; the engine tries again and then keeps the job as failed."""


class Unmade(Exception):
    """A scene cannot be made; the sentence goes to the one who ordered it."""

    def __init__(self, code: str, reason: str, values: Mapping[str, Any]) -> None:
        super().__init__(code)
        self.code, self.reason, self.values = code, reason, values


@dataclass(frozen=True)
class Frame:
    """A frame of a video, kept as a picture of its own. `at_ms`: its time in the video."""

    kept: door.Kept
    at_ms: int


@dataclass(frozen=True)
class Built:
    """What the engine made: name of the folder, what a viewer needs, frames taken out of a video."""

    folder: str
    manifest: dict[str, Any]
    photos: list[Frame]


def worker(organisation_id: str) -> Actor:
    """Who acts in a job: the machine, for the organisation that kept the file."""
    return Actor("worker", WORKER, "system", organisation_id)


@contextmanager
def workshop() -> Iterator[Path]:
    """An empty folder on the disk where finished files lie; gone afterwards."""
    folder = store.current().new_temp()
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def derive(media_id: str) -> None:
    """Draw thumb and view of a picture."""
    media = _let_go(reads.find_media(media_id))
    if media is None:
        return
    with workshop() as out:
        path = store.current().path(media.sha256)
        _keep_derivatives(media.id, _draw(path, media.mime, out, SIZES))


def _let_go(media: Media | None) -> Media | None:
    """The row as it was read, with no transaction left open behind it."""
    db.session.close()
    return media


def _draw(
    path: Path, mime: str, out: Path, sizes: Mapping[str, int], rectangles: Sequence[Any] = ()
) -> dict[str, dict[str, Any]]:
    """Draw and keep; name → {sha256, width, height, recipe}."""
    made = apart.ask(
        "draw", path, out, bounds=DRAW, mime=mime, sizes=dict(sizes), rectangles=list(rectangles)
    )
    if "refused" in made:
        raise Undecodable(f"{path.name}: {made['refused']}")
    for name, told in made.items():
        drawn = out / f"{name}.jpg"
        told["sha256"] = store.digest(drawn)
        store.current().keep(drawn, told["sha256"])
    return made


def _keep_derivatives(media_id: str, made: Mapping[str, Mapping[str, Any]]) -> None:
    with upkeep() as session:
        for use, told in made.items():
            session.merge(Derivative(media_id=media_id, use=use, **told))


def measure(media_id: str) -> None:
    """Count a video's length from its frames, and draw its poster."""
    media = _let_go(reads.find_media(media_id))
    if media is None:
        return
    with workshop() as out:
        path = store.current().path(media.sha256)
        told = apart.ask("measure", path, out, bounds=MEASURE)
        if "refused" in told:
            raise Undecodable(f"{media.id}: {told['refused']}")
        _keep_derivatives(media.id, _draw(out / "frame.png", "image/png", out, SIZES))
    with act():
        machine = worker(media.organisation_id)
        desk.measure(machine, media.id, told["duration_ms"], told["frames"])


def publish(media_id: str) -> None:
    """Draw the public picture of a confirmed one, masks painted."""
    media = reads.find_media(media_id)
    clearance = db.session.get(Clearance, media_id)
    _let_go(media)
    if media is None or clearance is None or clearance.sha256:
        return
    with workshop() as out:
        path = store.current().path(media.sha256)
        drawn = _draw(path, media.mime, out, PUBLIC, clearance.rectangles)["public"]
    with act():
        desk.publish(worker(media.organisation_id), media_id, clearance.version, drawn)


def build_scene(scene_id: str) -> None:
    """Make an ordered panorama or spin; a failure is told and loses nothing."""
    scene = db.session.get(Scene, scene_id)
    if scene is None or scene.state is not State.QUEUED:
        return
    machine, version = worker(scene.organisation_id), scene.version
    first, command = scene.sources[0], scene.command
    try:
        made = _build(scene, {}, told=True)
    except Unmade as no:
        with act():
            scene_desk.fail_scene(machine, scene_id, version, no.code, no.reason, no.values)
        return
    photos = _keep_photos(machine, first, command, made.photos)
    with act():
        scene_desk.finish_scene(machine, scene_id, version, made.folder, made.manifest, photos)


def _keep_photos(machine: Actor, video_id: str, command: str, frames: Sequence[Frame]) -> list[str]:
    """Ids of a video's frames, each kept as a photo in an act of its own; again the same ones."""
    ids = []
    for number, frame in enumerate(frames, 1):
        with act():
            video = reads.get_media(video_id)
            since = timedelta(milliseconds=frame.at_ms)
            taken = video.taken_at + since if video.taken_at else None
            media = desk.keep(
                machine,
                replace(frame.kept, taken_at=taken),
                kind=Kind.SPIN,
                slot=f"{number:02d}",
                vehicle=video.vehicle,
                case=video.case,
                command=command,
                origin=f"{video_id}@{frame.at_ms}",
            )
            ids.append(media.id)
    return ids


def mask_scene(scene_id: str) -> None:
    """Make a scene again from its sources with their masks painted, for the public."""
    scene = db.session.get(Scene, scene_id)
    cleared = reads.sources_cleared(scene) if scene is not None else None
    if scene is None or scene.state is not State.READY or cleared is None:
        return
    boxes = {one.media_id: one.rectangles for one in cleared}
    try:
        folder = _build(scene, boxes).folder
    except Unmade as no:
        raise Undecodable(f"scene {scene_id}: {no.code}") from no
    with act():
        scene_desk.publish_scene(worker(scene.organisation_id), scene_id, boxes, folder)


def _build(scene: Scene, boxes: Mapping[str, list[Any]], *, told: bool = False) -> Built:
    """A scene made with these masks. Raises `Unmade`."""
    sources = reads.list_by_id(scene.sources)
    recipe, scene_id, walk = scene.recipe, scene.id, dict(scene.manifest)
    db.session.close()
    if told:
        _tell(scene_id, 0, "read")
    with workshop() as out:
        order = {
            "recipe": recipe,
            "sources": [
                [str(_lay_out(out, recipe, at, media)), boxes.get(media.id, [])]
                for at, media in enumerate(sources, 1)
            ],
            "out": str(out),
            "walk": walk if rules.kind_of(recipe) is SceneKind.SPIN else {},
        }
        (out / "order.json").write_text(json.dumps(order), encoding="utf-8")
        made = _stage(out / "order.json", scene_id if told else "")
        photos = [_keep_frame(**photo) for photo in made.get("photos", [])]
        folder = store.current().keep_folder(Path(made["folder"]))
        return Built(folder, made["manifest"], photos)


def _keep_frame(path: str, at_ms: int, width: int, height: int) -> Frame:
    """A frame that the engine took out of a video, kept as what is drawn here is kept."""
    drawn = Path(path)
    sha256, size = store.digest(drawn), drawn.stat().st_size
    store.current().keep(drawn, sha256)
    return Frame(door.Kept(sha256, size, "image/jpeg", width, height, None, False, 1), at_ms)


def _lay_out(out: Path, recipe: Recipe, at: int, media: Media) -> Path:
    """The source under a name that the engine's sentences can speak of."""
    if media.kind == Kind.VIDEO:
        word = "视频"
    elif recipe is Recipe.FACES:
        word = rules.FACES[media.slot]
    else:
        # a video's frames, once they are its spin's sources, are many again
        alone = recipe in rules.FROM_ONE and recipe is not Recipe.FILM
        word = "全景图" if alone else f"第{at:02d}张"
    named = out / f"{word}{ENDINGS[media.mime]}"
    named.symlink_to(store.current().path(media.sha256))
    return named


def _stage(order: Path, scene_id: str) -> dict[str, Any]:
    def on_line(line: str) -> None:
        said = json.loads(line)
        if scene_id and "share" in said:
            _tell(scene_id, round(100 * said["share"]), said["step"])

    try:
        code, last = apart.run("station.media.stage", [str(order)], STAGE, on_line)
    except apart.Exceeded as over:
        raise Unmade("scene_limit", rules.SENTENCES["scene_limit"], {}) from over
    made: dict[str, Any] = json.loads(last) if code == 0 else {}
    if "refused" in made:
        raise Unmade(made["refused"], made["message"], made["values"])
    if "folder" not in made:
        logging.getLogger("station.media").error("scene %s: engine ended with %s", scene_id, code)
        raise Unmade("scene_fault", rules.SENTENCES["scene_fault"], {})
    return made


def _tell(scene_id: str, share: int, step: str) -> None:
    with upkeep() as session:
        session.merge(Progress(scene_id=scene_id, share=share, step=step, at=clock.now()))


def compare(comparison_id: str) -> None:
    """Lay two panoramas over one another; a failure is told."""
    row = db.session.get(Comparison, comparison_id)
    if row is None or row.state is not State.QUEUED:
        return
    machine = worker(row.organisation_id)
    try:
        folder, manifest = _lay(row.before_id, row.after_id)
    except Unmade as no:
        with act():
            comparison_desk.fail(machine, row, no.code, no.reason, no.values)
        return
    with act():
        comparison_desk.finish(machine, row, folder, manifest)


def _lay(*scene_ids: str) -> tuple[str, dict[str, Any]]:
    """Folder name and manifest of a comparison. Raises `Unmade`, also when a tile is gone."""
    try:
        pair = [_finest(reads.get_scene(one)) for one in scene_ids]
    except FileNotFoundError as gone:
        logging.getLogger("station.media").exception("a tile to compare is gone")
        raise Unmade("scene_fault", rules.SENTENCES["scene_fault"], {}) from gone
    db.session.close()
    with workshop() as out:
        order = {"recipe": rules.COMPARE, "sources": pair, "out": str(out)}
        (out / "order.json").write_text(json.dumps(order), encoding="utf-8")
        made = _stage(out / "order.json", "")
        return store.current().keep_folder(Path(made["folder"])), made["manifest"]


def _finest(scene: Scene) -> list[list[str]]:
    """Local files of the tiles of a panorama's finest level, row by row."""
    here, told = store.current(), scene.manifest
    top = told["levels"][-1]
    return [
        [
            str(
                here.file_in(
                    scene.folder, told["path"].format(level=top["number"], col=col, row=row)
                )
            )
            for col in range(top["cols"])
        ]
        for row in range(top["rows"])
    ]


def sweep() -> None:
    """Remove what no row names after a day: acts refused after their file came, old derivatives."""
    here, before = store.current(), clock.now() - rules.ORPHAN_AFTER
    here.sweep_temps(before)
    resumable.sweep(clock.now() - resumable.KEPT)
    old = sorted(name for name, kept in here.names() if kept < before)
    for start in range(0, len(old), BATCH):
        names = old[start : start + BATCH]
        for name in sorted(set(names) - _named(names)):
            here.remove(name, before)
    used = set(db.session.scalars(select(Scene.folder)))
    used |= set(db.session.scalars(select(Scene.public_folder)))
    used |= set(db.session.scalars(select(Comparison.folder)))
    for name, kept in list(here.folders()):
        if kept < before and name not in used:
            here.remove_folder(name)


def _named(names: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for column in (Media.sha256, Derivative.sha256, Clearance.sha256):
        found |= set(db.session.scalars(select(column).where(column.in_(names))))
    return found


JOBS = {
    "media.derive": derive,
    "media.measure": measure,
    "media.publish": publish,
    "media.build_scene": build_scene,
    "media.mask_scene": mask_scene,
    "media.compare": compare,
    "media.propose": looking.propose,
    "media.look_over": looking.look_over,
    "media.sweep": sweep,
}
PERIODIC = {"media.sweep": "17 3 * * *", "media.look_over": "41 3 * * *"}
