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
from station.media import reads as media
from station.media.models import Scene
from station.media.reads import PublicPicture
from station.media.rules import KINDS, Kind, SceneKind

from . import rules

Place = tuple[float, float]


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

    `gaps`: a stretch of the walk was not photographed.
    """

    frames: tuple[tuple[str, str], ...]
    gaps: bool


@dataclass(frozen=True)
class Panorama(Shown):
    """The inside all round: `url` is the still picture, `manifest` what the viewer reads."""

    manifest: str


@dataclass(frozen=True)
class Defect:
    """One thing wrong, with its places. `spin`: frame → (x, y); `inside`: (yaw, pitch) in degrees.

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
    inside: Place | None

    @property
    def where(self) -> str:
        """In which picture its place is shown: spin, panorama or photo."""
        if self.spin:
            return "spin"
        return "panorama" if self.inside else "photo"


@dataclass(frozen=True)
class Album:
    """Everything there is to see of a vehicle."""

    spin: Spin | None
    panorama: Panorama | None
    photos: tuple[Shown, ...]
    defects: tuple[Defect, ...]

    @property
    def cover(self) -> Shown | None:
        """The first picture: where the walk begins, else the first photo, else the inside."""
        return self.spin or next(iter(self.photos), None) or self.panorama


def album_of(vehicle_id: str) -> Album:
    """The public pictures of a vehicle, whether or not its page stands."""
    findings = intake.list_findings(vehicle_id)
    changes = [finding.at for finding in findings if finding.source is Source.YARD]
    spin, panorama = _spin(vehicle_id, changes), _panorama(vehicle_id, changes)
    public = media.list_public(vehicle_id)
    close_ups = {finding.media_id for finding in findings}
    photos = tuple(_photo(one, changes) for one in public if one.media.id not in close_ups)
    by_id = {one.media.id: one for one in public}
    defects = tuple(
        _defect(finding, number, by_id.get(finding.media_id), spin, panorama)
        for number, finding in enumerate(findings, 1)
    )
    return Album(spin, panorama, photos, defects)


def cover_of(vehicle_id: str) -> Shown | None:
    """The picture for a list, without reading the rest."""
    spin = _spin(vehicle_id, ())
    if spin is not None:
        return spin
    public = media.list_public(vehicle_id)
    return _photo(public[0], ()) if public else _panorama(vehicle_id, ())


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
        frames[0][0], zh, scene.taken_at, stale, width, height, frames, bool(told["missing"])
    )


def _panorama(vehicle_id: str, changes: Sequence[datetime]) -> Panorama | None:
    scene: Scene | None = media.public_scene(vehicle_id, SceneKind.PANORAMA)
    if scene is None:
        return None
    under, poster = media.address_of(scene, public=True), scene.manifest["poster"]
    return Panorama(
        under + poster["file"],
        KINDS[Kind.PANORAMA],
        scene.taken_at,
        _stale(scene.taken_at, changes),
        poster["width"],
        poster["height"],
        f"{under}manifest.json",
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
    panorama: Panorama | None,
) -> Defect:
    inside = (finding.yaw, finding.pitch)
    return Defect(
        id=finding.id,
        number=number,
        panel=PANEL_WORDS[finding.panel],
        defect=DEFECT_WORDS[finding.defect],
        size_mm=finding.size_mm,
        sentence=finding.sentence,
        found_at=finding.at,
        close_up=_photo(close_up, ()) if close_up else None,
        spin=_places(finding, len(spin.frames)) if spin else {},
        inside=inside if panorama and inside[0] is not None else None,  # type: ignore[arg-type]
    )


def _places(finding: Finding, count: int) -> dict[str, Place]:
    """Where it is seen in the walk; a place on a frame that is not there any more is left out."""
    places = {str(frame): (place[0], place[1]) for frame, place in finding.frames.items()}
    if finding.frame is not None and finding.x is not None and finding.y is not None:
        places[str(finding.frame)] = (finding.x, finding.y)
    return {frame: place for frame, place in places.items() if int(frame) < count}
