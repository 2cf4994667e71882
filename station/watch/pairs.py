"""The same view of a vehicle at two dates: which pictures can be laid beside one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from station.ground.actors import Actor
from station.media import reads as media
from station.media.models import Scene
from station.media.rules import SCENE_KINDS, SEATS, SceneKind

KNOWN = ("measured", "given")  # angles of a spin's frames that were not merely taken as even


@dataclass(frozen=True)
class Series:
    """Pictures of one kind from one place, oldest first; at least two. `zh`: a msgid."""

    key: str
    zh: str
    scenes: tuple[Scene, ...]


@dataclass(frozen=True)
class Pair:
    """Two of a series, the earlier first."""

    series: Series
    before: Scene
    after: Scene


def list_series(actor: Actor, vehicle_id: str) -> list[Series]:
    """Every kind and seat of which the actor may see two pictures or more."""
    found: dict[str, list[Scene]] = {}
    for scene in reversed(media.list_scenes(vehicle_id)):
        if scene.folder and media.may_see(actor, scene):
            found.setdefault(_key(scene), []).append(scene)
    return [
        Series(key, _words(scenes[0]), tuple(sorted(scenes, key=lambda one: one.taken_at)))
        for key, scenes in sorted(found.items(), reverse=True)
        if len(scenes) > 1
    ]


def choose(series: Sequence[Series], before_id: str, after_id: str, key: str = "") -> Pair | None:
    """The pair that was asked for, in the order of time; else the first and the last of the
    series asked for, or of the first one. None when there is no series."""
    for one in series:
        scenes = {scene.id: scene for scene in one.scenes}
        if before_id != after_id and before_id in scenes and after_id in scenes:
            asked = sorted((scenes[before_id], scenes[after_id]), key=one.scenes.index)
            return Pair(one, *asked)
    wanted = next((one for one in series if one.key == key), next(iter(series), None))
    return Pair(wanted, wanted.scenes[0], wanted.scenes[-1]) if wanted else None


def angles_of(pair: Pair) -> tuple[list[float], list[float]] | None:
    """Degrees round the vehicle, anticlockwise from where each walk began, of every frame of both
    spins; None when those of one are not known."""
    told = [_angles(scene) for scene in (pair.before, pair.after)]
    return (told[0], told[1]) if all(told) else None


def _angles(scene: Scene) -> list[float]:
    manifest = scene.manifest
    if scene.kind is not SceneKind.SPIN or manifest.get("angles") not in KNOWN:
        return []
    way = manifest.get("way", 1)
    return [round(way * frame["angle"] % 360, 2) for frame in manifest["frames"]]


def _key(scene: Scene) -> str:
    return f"{scene.kind}-{scene.seat}" if scene.seat else str(scene.kind)


def _words(scene: Scene) -> str:
    if scene.kind is SceneKind.PANORAMA and scene.seat:
        return SEATS[scene.seat]
    return SCENE_KINDS[scene.kind]
