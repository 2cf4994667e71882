"""Questions about files, scenes and labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from station.ground.actors import Actor
from station.ground.database import db, get_or_404
from station.trail.models import TrailLine
from station.trail.reads import Fault
from station.trail.rules import Fact

from . import faults, rules, store
from .access import may_read
from .label_reads import find_code as find_code
from .label_reads import mark as mark
from .label_reads import read_code as read_code
from .label_reads import text_of as text_of
from .models import Clearance, Derivative, Media, Progress, Scene

CLEAR, PUBLIC = "media.clear", "media.public"


def find_media(media_id: str) -> Media | None:
    """The original, if it is there."""
    return db.session.get(Media, media_id)


def get_media(media_id: str) -> Media:
    """The original. Raises `Refused` (404)."""
    media: Media = get_or_404(find_media(media_id), "这个文件")
    return media


def path_of(media: Media) -> Path:
    """A local file with the original's bytes, for a room that reads its own papers."""
    return store.current().path(media.sha256)


def list_media(vehicle: str, kind: str | None = None) -> Sequence[Media]:
    """Originals of a vehicle, oldest first."""
    question = select(Media).where(Media.vehicle == vehicle, Media.vehicle != "")
    if kind is not None:
        question = question.where(Media.kind == kind)
    return db.session.scalars(question.order_by(Media.kept_at, Media.slot, Media.id)).all()


def list_for_case(case: str, kind: str | None = None) -> Sequence[Media]:
    """Originals of a case, oldest first."""
    question = select(Media).where(Media.case == case, Media.case != "")
    if kind is not None:
        question = question.where(Media.kind == kind)
    return db.session.scalars(question.order_by(Media.kept_at, Media.slot, Media.id)).all()


def list_by_id(ids: Sequence[str]) -> list[Media]:
    """Originals in the order asked for. Raises `Refused` (404) when one is missing."""
    rows = db.session.scalars(select(Media).where(Media.id.in_(ids)))
    found = {row.id: row for row in rows}
    return [get_or_404(found.get(media_id), "这个文件") for media_id in ids]


def find_derivative(media: Media, use: str) -> Derivative | None:
    """The thumb or view of a file, if it is drawn already."""
    return db.session.get(Derivative, (media.id, use))


def read_thumb(media: Media) -> bytes | None:
    """The small picture that we drew of a file, None until a worker has."""
    small = find_derivative(media, "thumb")
    return store.current().path(small.sha256).read_bytes() if small else None


def find_clearance(media: Media) -> Clearance | None:
    """The last confirmation of a picture, if a person gave one."""
    return db.session.get(Clearance, media.id)


def is_cleared(media: Media) -> bool:
    """Whether a person confirmed this picture free of faces and plates, or masked them."""
    return find_clearance(media) is not None


def is_public_ready(media: Media) -> bool:
    """Whether its public picture is confirmed and drawn."""
    clearance = find_clearance(media)
    return clearance is not None and clearance.sha256 != ""


def list_uncleared(vehicle: str) -> list[Media]:
    """Pictures taken for the public page that no person has confirmed yet."""
    question = (
        select(Media)
        .outerjoin(Clearance, Clearance.media_id == Media.id)
        .where(Media.vehicle == vehicle, Media.kind.in_(rules.SHOWN), Clearance.media_id.is_(None))
        .order_by(Media.kept_at, Media.slot, Media.id)
    )
    return list(db.session.scalars(question))


@dataclass(frozen=True)
class PublicPicture:
    """A picture that may be shown, and its address under /media/public/."""

    media: Media
    clearance: Clearance

    @property
    def address(self) -> str:
        """Path of the public picture; it changes with its content."""
        return f"/media/public/{self.media.id}/{self.clearance.sha256[:8]}.jpg"


def list_public(vehicle: str) -> list[PublicPicture]:
    """Confirmed and drawn pictures of a vehicle that are shown one by one, oldest first."""
    question = (
        select(Media, Clearance)
        .join(Clearance, Clearance.media_id == Media.id)
        .where(Media.vehicle == vehicle, Clearance.sha256 != "")
        .where(Media.kind.in_((rules.Kind.SHOW, rules.Kind.PHOTO)))
        .order_by(Media.kept_at, Media.slot, Media.id)
    )
    return [PublicPicture(media, clearance) for media, clearance in db.session.execute(question)]


def get_scene(scene_id: str) -> Scene:
    """The scene. Raises `Refused` (404)."""
    scene: Scene = get_or_404(db.session.get(Scene, scene_id), "这个全景或环视")
    return scene


def list_scenes(vehicle: str) -> Sequence[Scene]:
    """Scenes of a vehicle, newest first."""
    return db.session.scalars(
        select(Scene).where(Scene.vehicle == vehicle).order_by(Scene.asked_at.desc(), Scene.id)
    ).all()


def list_scenes_of(media: Media) -> list[Scene]:
    """Scenes that are made from this picture."""
    question = select(Scene).where(Scene.sources.contains([media.id])).order_by(Scene.id)
    return list(db.session.scalars(question))


def list_public_scenes(vehicle: str, kind: str) -> Sequence[Scene]:
    """Scenes of a kind that may be shown to the public, newest first."""
    return db.session.scalars(
        select(Scene)
        .where(Scene.vehicle == vehicle, Scene.kind == kind, Scene.public_folder != "")
        .order_by(Scene.taken_at.desc(), Scene.asked_at.desc(), Scene.id)
    ).all()


def may_see(actor: Actor, scene: Scene) -> bool:
    """Who may read every source may see what was made of them."""
    return all(may_read(actor, media) for media in list_by_id(scene.sources))


def public_scene(vehicle: str, kind: str) -> Scene | None:
    """The newest scene of a kind that may be shown to the public."""
    return next(iter(list_public_scenes(vehicle, kind)), None)


def one_a_seat(newest_first: Sequence[Scene]) -> list[Scene]:
    """The first of every seat; those at the front first, those that name no seat before them."""
    found: dict[rules.Seat | None, Scene] = {}
    for scene in newest_first:
        found.setdefault(scene.seat, scene)
    return [found[seat] for seat in (None, *rules.Seat) if seat in found]


def address_of(scene: Scene, *, public: bool = False) -> str:
    """Path under which the files of a scene are served; it changes with their content."""
    folder = scene.public_folder if public else scene.folder
    return f"/media/scenes/{scene.id}/{folder[:8]}/"


@dataclass(frozen=True)
class Sphere:
    """A panorama as its viewer takes it. `zh`: from where it was taken, a msgid; `opening`: yaw,
    pitch and horizontal fov in degrees, as its poster was drawn; addresses are paths. `posters`: the
    poster in its sizes, as a `srcset`, empty for panoramas from before there were two."""

    id: str
    zh: str
    manifest: str
    poster: str
    posters: str
    width: int
    height: int
    opening: Mapping[str, float]


def sphere_of(scene: Scene, *, public: bool = False) -> Sphere:
    """What the viewer needs of a finished panorama."""
    under, poster = address_of(scene, public=public), scene.manifest["poster"]
    return Sphere(
        scene.id,
        rules.SEATS[scene.seat] if scene.seat else rules.KINDS[rules.Kind.PANORAMA],
        f"{under}manifest.json",
        under + poster["file"],
        _srcset(under, poster),
        poster["width"],
        poster["height"],
        {name: poster[name] for name in ("yaw", "pitch", "fov")},
    )


def _srcset(under: str, poster: Mapping[str, Any]) -> str:
    if "phone" not in poster:
        return ""
    sizes = ((poster["phone"], poster["phone_width"]), (poster["file"], poster["width"]))
    return ", ".join(f"{under}{file} {width}w" for file, width in sizes)


def find_progress(scene: Scene) -> Progress | None:
    """How far a worker is, if one has begun."""
    return db.session.get(Progress, scene.id)


def state_of(scene: Scene) -> rules.State:
    """The state that people see: a queued scene that a worker has begun is being worked on."""
    if scene.state == rules.State.QUEUED and find_progress(scene) is not None:
        return rules.State.WORKING
    return scene.state


def sources_cleared(scene: Scene) -> list[Clearance] | None:
    """The confirmations of every source, None while one is missing."""
    rows = db.session.scalars(select(Clearance).where(Clearance.media_id.in_(scene.sources)))
    found = {row.media_id: row for row in rows}
    if set(scene.sources) - set(found):
        return None
    return [found[media_id] for media_id in scene.sources]


def facts_of(media: Media) -> dict[str, Fact]:
    """What the trail says of a file when it is kept."""
    return {
        "media": media.id,
        "sha256": media.sha256,
        "bytes": media.bytes,
        "mime": media.mime,
        "kind": media.kind,
        "slot": media.slot,
        "width": media.width,
        "height": media.height,
        **({"origin": media.origin} if media.origin else {}),
    }


def find_faults() -> Iterator[Fault]:
    """Hold every file against its row and its line: a swapped file, row or line is found.

    Reads every blob once, so it takes as long as the disk does.
    """
    here = store.current()
    lines = faults.lines_of(faults.KEEP)
    for subject in faults.kept_twice():
        yield faults.fault(
            lines[subject], f"file {subject.removeprefix('media:')} has a second line"
        )
    for media in db.session.scalars(
        select(Media).order_by(Media.id).execution_options(yield_per=200)
    ):
        line = lines.pop(media.subject, None)
        what = _fault_of_row(media, line) or faults.fault_of_blob(here, media.sha256)
        if what:
            yield faults.fault(line, f"file {media.id} {what}")
    for subject, line in lines.items():
        yield faults.fault(line, f"file {subject.removeprefix('media:')} has no row any more")
    yield from faults.faults_of_derivatives(here)
    yield from _faults_of_public(here)
    yield from _faults_of_scenes(here)


def _fault_of_row(media: Media, line: TrailLine | None) -> str | None:
    if line is None:
        return "has no line on the trail"
    told: Mapping[str, object] = {**facts_of(media), "vehicle": media.vehicle, "case": media.case}
    told = {**told, "command": media.command, "actor": media.by_person}
    told = {**told, "organisation": media.organisation_id, "origin": media.origin}
    said = {"origin": "", **line.facts, "vehicle": line.vehicle, "case": line.case}
    said = {**said, "command": line.command, "actor": line.actor}
    said = {**said, "organisation": line.organisation}
    for name, value in told.items():
        if said.get(name) != value:
            return f"is not what was kept: its {name} was altered"
    return None


def _faults_of_public(here: store.Store) -> Iterator[Fault]:
    lines, cleared = faults.lines_of(PUBLIC), faults.lines_of(CLEAR)
    for row in db.session.scalars(select(Clearance).order_by(Clearance.media_id)):
        line = cleared.get(f"media:{row.media_id}")
        said = (line.facts.get("rectangles"), line.facts.get("version")) if line else None
        if said != (rules.as_text(row.rectangles), row.version):
            yield faults.fault(
                line, f"public picture {row.media_id}: its masks are not those confirmed"
            )
        if row.sha256 == "":
            continue
        line = lines.get(f"public:{row.media_id}")
        if line is None or line.facts.get("sha256") != row.sha256:
            yield faults.fault(line, f"public picture {row.media_id} is not the one on the trail")
        elif what := faults.fault_of_blob(here, row.sha256):
            yield faults.fault(line, f"public picture {row.media_id} {what}")


def _faults_of_scenes(here: store.Store) -> Iterator[Fault]:
    lines, public = faults.lines_of("media.scene_ready"), faults.lines_of("media.scene_public")
    for scene in db.session.scalars(select(Scene).where(Scene.folder != "").order_by(Scene.id)):
        line = lines.get(scene.subject)
        if line is None or line.facts.get("folder") != scene.folder:
            yield faults.fault(line, f"scene {scene.id} is not the one on the trail")
            continue
        if scene.public_folder not in {"", _told_public(scene, public.get(scene.subject))}:
            yield faults.fault(
                line, f"scene {scene.id}: what is public is not the one on the trail"
            )
        for folder in sorted({scene.folder, scene.public_folder} - {""}):
            if not here.folder_is_whole(folder):
                yield faults.fault(line, f"scene {scene.id}: files of {folder[:8]} were altered")


def _told_public(scene: Scene, line: TrailLine | None) -> str:
    """The folder that the public may see: the scene's own when nothing is masked, else what the
    worker made with the masks."""
    cleared = sources_cleared(scene)
    if cleared is None:
        return ""
    if not any(one.rectangles for one in cleared):
        return scene.folder
    return str(line.facts.get("folder", "")) if line else ""
