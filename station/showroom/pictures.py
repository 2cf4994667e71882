"""A vehicle's pictures as its public page shows them: spin, panorama, photos, and the defects' places.

Only what a person confirmed and a worker drew; every one says when it was taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from station.ground import clock
from station.intake import reads as intake
from station.intake.findings import DEFECT_WORDS, PANEL_WORDS, Source
from station.intake.models import Finding
from station.intake.rules import VIEW_WORDS
from station.intake.spots import Place
from station.media import reads as media
from station.media.models import Scene
from station.media.reads import PublicPicture, Sphere
from station.media.rules import KINDS, Kind, SceneKind

from . import rules


@dataclass(frozen=True)
class Shown:
    """A picture or scene that stands on the page. `zh`: what it shows, a msgid."""

    url: str
    zh: str
    taken: datetime
    stale: bool
    width: int
    height: int


@dataclass(frozen=True)
class Spin(Shown):
    """The outside all round; `frames`: (address, address of the full size), in order of the walk.

    `id`: of its scene. `way`: see its scene. `gaps`: a stretch of the walk was not photographed.
    """

    id: str
    way: int
    frames: tuple[tuple[str, str], ...]
    gaps: bool


@dataclass(frozen=True)
class Panorama(Shown):
    """The inside all round, from one seat: `url` is the still picture."""

    sphere: Sphere


@dataclass(frozen=True)
class Defect:
    """One thing wrong, with its places. `spin`: frame → (x, y); `inside`: (yaw, pitch) in degrees
    in the panorama `panorama_id`; `in_photo`: (x, y) in its close-up.

    `close_up`: None while its photo is not public. `number`: as counted on the page.
    """

    id: str
    number: int
    panel: str
    defect: str
    size_mm: int | None
    sentence: str
    found_at: datetime
    close_up: Shown | None
    spin: dict[str, Place]
    panorama_id: str
    inside: Place | None
    in_photo: Place | None

    @property
    def where(self) -> str:
        """In which picture its place is shown: spin, panorama or photo."""
        if self.spin:
            return "spin"
        return "panorama" if self.inside else "photo"


@dataclass(frozen=True)
class Album:
    """Everything there is to see of a vehicle. `panoramas`: one a seat."""

    spin: Spin | None
    panoramas: tuple[Panorama, ...]
    photos: tuple[Shown, ...]
    defects: tuple[Defect, ...]

    @property
    def cover(self) -> Shown | None:
        """The first picture: where the walk begins, else the first photo, else the inside."""
        return self.spin or next(iter((*self.photos, *self.panoramas)), None)


def album_of(vehicle_id: str) -> Album:
    """The public pictures of a vehicle, whether or not its page stands."""
    findings = intake.list_findings(vehicle_id)
    changes = [finding.at for finding in findings if finding.source is Source.YARD]
    spin, panoramas = _spin(vehicle_id, changes), _panoramas(vehicle_id, changes)
    public = media.list_public(vehicle_id)
    close_ups = {finding.media_id for finding in findings}
    photos = tuple(_photo(one, changes) for one in public if one.media.id not in close_ups)
    by_id = {one.media.id: one for one in public}
    defects = tuple(
        _defect(finding, number, by_id.get(finding.media_id), spin, panoramas)
        for number, finding in enumerate(findings, 1)
    )
    return Album(spin, panoramas, photos, defects)


def cover_of(vehicle_id: str) -> Shown | None:
    """The picture for a list, without reading the rest."""
    spin = _spin(vehicle_id, ())
    if spin is not None:
        return spin
    public = media.list_public(vehicle_id)
    return _photo(public[0], ()) if public else next(iter(_panoramas(vehicle_id, ())), None)


def _stale(taken: datetime, changes: Sequence[datetime]) -> bool:
    return rules.is_stale(taken, clock.now(), changes)


def _spin(vehicle_id: str, changes: Sequence[datetime]) -> Spin | None:
    scene = media.public_scene(vehicle_id, SceneKind.SPIN)
    if scene is None:
        return None
    under, told = media.address_of(scene, public=True), scene.manifest
    frames = tuple((under + frame["file"], under + frame["full"]) for frame in told["frames"])
    width, height = told["size"]
    stale = _stale(scene.taken_at, changes)
    zh = KINDS[Kind.SPIN]
    return Spin(
        frames[0][0],
        zh,
        scene.taken_at,
        stale,
        width,
        height,
        scene.id,
        scene.way,
        frames,
        bool(told["missing"]),
    )


def _panoramas(vehicle_id: str, changes: Sequence[datetime]) -> tuple[Panorama, ...]:
    scenes = media.list_public_scenes(vehicle_id, SceneKind.PANORAMA)
    return tuple(_panorama(scene, changes) for scene in media.one_a_seat(scenes))


def _panorama(scene: Scene, changes: Sequence[datetime]) -> Panorama:
    sphere = media.sphere_of(scene, public=True)
    stale = _stale(scene.taken_at, changes)
    return Panorama(
        sphere.poster, sphere.zh, scene.taken_at, stale, sphere.width, sphere.height, sphere
    )


def _photo(one: PublicPicture, changes: Sequence[datetime]) -> Shown:
    zh = VIEW_WORDS.get(one.media.slot, KINDS[Kind.SHOW])
    taken, drawn = one.media.time, one.clearance
    stale = _stale(taken, changes)
    return Shown(one.address, zh, taken, stale, drawn.width, drawn.height)


def _defect(
    finding: Finding,
    number: int,
    close_up: PublicPicture | None,
    spin: Spin | None,
    panoramas: Sequence[Panorama],
) -> Defect:
    shown = {one.sphere.id for one in panoramas}
    return Defect(
        id=finding.id,
        number=number,
        panel=PANEL_WORDS[finding.panel],
        defect=DEFECT_WORDS[finding.defect],
        size_mm=finding.size_mm,
        sentence=finding.sentence,
        found_at=finding.at,
        close_up=_photo(close_up, ()) if close_up else None,
        spin=intake.places_in(finding, spin.id, len(spin.frames)) if spin else {},
        panorama_id=finding.panorama_id,
        inside=finding.inside if finding.panorama_id in shown else None,
        in_photo=finding.in_photo if close_up else None,
    )
