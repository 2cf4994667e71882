"""What there is to see of a vehicle, for staff and court: photos, spin, panorama, defects.

Everything kept, public or not; each reader sees the files that their rooms let them read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from station.ground.actors import Actor
from station.ground.database import db
from station.ground.words import N_
from station.intake import reads as intake
from station.intake.findings import DEFECT_WORDS, PANEL_WORDS
from station.intake.models import Finding
from station.intake.rules import VIEW_WORDS
from station.intake.spots import Place
from station.media import access
from station.media import reads as media
from station.media.models import Derivative, Media, Scene
from station.media.rules import KINDS, Kind, SceneKind

MOST_PHOTOS = 12
IN_SCENES = (Kind.SPIN, Kind.PANORAMA, Kind.FACE)
OTHER_WORDS = {
    "tow": N_("起运照片"),
    "seal": N_("封条照片"),
    "care": N_("养护照片"),
    "damage": N_("缺陷近照"),
    "vin": N_("车辆识别代号照片"),
}


@dataclass(frozen=True)
class Photo:
    """One picture. `zh`: what it shows, a msgid; `drawn`: its small copy is there."""

    id: str
    zh: str
    taken: datetime
    drawn: bool


@dataclass(frozen=True)
class Defect:
    """One finding with its places. `frames`: frame of the spin → (x, y); `inside`: (yaw, pitch) in
    the panorama `panorama_id`; `in_photo`: (x, y) in its close photo."""

    id: str
    number: int
    panel: str
    defect: str
    sentence: str
    photo: Photo
    frames: dict[str, Place]
    panorama_id: str
    inside: Place | None
    in_photo: Place | None


@dataclass(frozen=True)
class Sights:
    """All of it. `photos`: the newest; `count`: how many files there are in all; `panoramas`: the
    newest of every seat."""

    photos: tuple[Photo, ...]
    count: int
    spin: Scene | None
    panoramas: tuple[Scene, ...]
    defects: tuple[Defect, ...]


def sights_of(actor: Actor, vehicle_id: str) -> Sights:
    """What `actor` may see of a vehicle."""
    kept = [one for one in media.list_media(vehicle_id) if access.may_read(actor, one)]
    drawn = _drawn(kept)
    shown = [one for one in kept if one.id in drawn and one.kind not in IN_SCENES]
    by_id = {one.id: one for one in kept}
    spin = intake.find_scene(vehicle_id, SceneKind.SPIN)
    return Sights(
        photos=tuple(_photo(one, drawn) for one in reversed(shown[-MOST_PHOTOS:])),
        count=len(kept),
        spin=spin,
        panoramas=tuple(intake.list_panoramas(vehicle_id)),
        defects=tuple(
            _defect(one, _photo(by_id[one.media_id], drawn), spin)
            for one in intake.list_findings(vehicle_id)
            if one.media_id in by_id
        ),
    )


def _drawn(kept: Sequence[Media]) -> frozenset[str]:
    ids = [one.id for one in kept]
    rows = select(Derivative.media_id).where(
        Derivative.media_id.in_(ids), Derivative.use == "thumb"
    )
    return frozenset(db.session.scalars(rows))


def _photo(one: Media, drawn: frozenset[str]) -> Photo:
    plain = KINDS.get(one.kind) or OTHER_WORDS.get(one.kind) or KINDS[Kind.PHOTO]  # type: ignore[call-overload]
    words = VIEW_WORDS.get(one.slot) or OTHER_WORDS.get(one.slot) or plain
    return Photo(one.id, words, one.time, one.id in drawn)


def _defect(one: Finding, photo: Photo, spin: Scene | None) -> Defect:
    panel, defect = PANEL_WORDS[one.panel], DEFECT_WORDS[one.defect]
    frames = intake.places_in(one, spin.id, len(spin.manifest["frames"])) if spin else {}
    told = (one.id, one.number, panel, defect, one.sentence, photo)
    return Defect(*told, frames, one.panorama_id, one.inside, one.in_photo)
