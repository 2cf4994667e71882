"""Acts on panoramas and spins: ordered by a person, made by a worker, shown when confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import db, get_or_404
from station.ground.ids import new_id
from station.ground.refused import Refused
from station.jobs import desk as jobs
from station.trail import desk as trail
from station.trail.rules import Fact

from . import access, reads, rules
from .models import Media, Scene
from .rules import Recipe, SceneKind, Seat, State


def settle_all_of(media: Media) -> None:
    """Settle anew what the public may see of every scene that is made of this picture."""
    for scene in _lock_scenes_of(media):
        _settle_public(scene)


def _lock_scenes_of(media: Media) -> Sequence[Scene]:
    return db.session.scalars(
        select(Scene)
        .where(Scene.sources.contains([media.id]))
        .order_by(Scene.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _settle_public(scene: Scene) -> None:
    """What the public may see of a scene, from its sources' confirmations as they stand."""
    scene.public_folder = ""
    cleared = reads.sources_cleared(scene)
    if scene.state is not State.READY or cleared is None:
        return
    if any(clearance.rectangles for clearance in cleared):
        jobs.queue("media.mask_scene", lock=scene.subject, scene_id=scene.id)
    else:
        scene.public_folder = scene.folder


def make_scene(
    actor: Actor,
    vehicle: str,
    kind: SceneKind,
    recipe: Recipe,
    sources: Sequence[str],
    command: str,
    seat: Seat | None = None,
) -> Scene:
    """Order a panorama or a spin from pictures, or a video, of this vehicle; a worker makes it.

    `sources`: media ids; faces and numbered spin photos are put in order by their slots. One that
    the actor may not read is as one that is not there (404).
    """
    chosen = reads.list_by_id(list(dict.fromkeys(sources)))
    for media in chosen:
        get_or_404(access.may_read(actor, media) or None, "这个文件")
        if media.vehicle != vehicle or not rules.fits(recipe, media.kind):
            raise Refused("source_not_fit", "所选文件不是这辆车的照片，请重新选择。")
    rules.check_sources(kind, recipe, [media.slot for media in chosen])
    order = rules.in_order(recipe, [(media.slot, media.time) for media in chosen])
    rules.check_seat(kind, seat)
    scene = Scene(
        id=new_id(),
        vehicle=vehicle,
        kind=kind,
        seat=seat,
        recipe=recipe,
        state=State.QUEUED,
        sources=[chosen[n].id for n in order],
        command=command,
        organisation_id=actor.organisation_id,
        by_person=actor.person_id,
        by_name=actor.name,
        taken_at=max(media.time for media in chosen),
        asked_at=clock.now(),
        version=1,
    )
    db.session.add(scene)
    jobs.queue("media.build_scene", lock=scene.subject, scene_id=scene.id)
    facts: dict[str, Fact] = {
        "kind": str(kind),
        "recipe": str(recipe),
        "seat": str(seat or ""),
        "sources": " ".join(scene.sources),
    }
    _write_scene(actor, "media.make_scene", scene, facts)
    return scene


def _write_scene(actor: Actor, act: str, scene: Scene, facts: Mapping[str, Fact]) -> None:
    trail.write(
        actor, act, scene.subject, facts=facts, vehicle=scene.vehicle, command=scene.command
    )


def _lock_scene(scene_id: str) -> Scene:
    scene: Scene = get_or_404(
        db.session.get(Scene, scene_id, with_for_update=True, populate_existing=True),
        "这个全景或环视",
    )
    return scene


def _forget_progress(scene: Scene) -> None:
    if (progress := reads.find_progress(scene)) is not None:
        db.session.delete(progress)


def retry_scene(actor: Actor, scene_id: str) -> Scene:
    """Queue a failed scene again; 409 when it is not failed."""
    scene = _lock_scene(scene_id)
    rules.SCENE_STEPS.check(scene.state, State.QUEUED)
    scene.state, scene.version = State.QUEUED, scene.version + 1
    scene.reason_code, scene.reason, scene.reason_values = "", "", {}
    jobs.queue("media.build_scene", lock=scene.subject, scene_id=scene.id)
    _write_scene(actor, "media.retry_scene", scene, {"version": scene.version})
    return scene


def finish_scene(
    actor: Actor,
    scene_id: str,
    version: int,
    folder: str,
    manifest: Mapping[str, Any],
    sources: Sequence[str] = (),
) -> bool:
    """Give a queued scene its folder; nothing when another run of the job was first.

    `sources`: the photos taken out of a video, which are its sources from now on: they are what
    a person confirms and masks.
    """
    scene = _lock_scene(scene_id)
    if scene.state is not State.QUEUED or scene.version != version:
        return False
    scene.state, scene.folder, scene.manifest = State.READY, folder, dict(manifest)
    scene.made_at = clock.now()
    scene.sources = list(sources) or scene.sources
    _forget_progress(scene)
    _settle_public(scene)
    facts: dict[str, Fact] = {
        "folder": folder,
        "verdict": str(manifest.get("verdict", "")),
        "version": version,
        **({"sources": " ".join(sources)} if sources else {}),
    }
    _write_scene(actor, "media.scene_ready", scene, facts)
    return True


def fail_scene(
    actor: Actor, scene_id: str, version: int, code: str, reason: str, values: Mapping[str, Any]
) -> bool:
    """Say why a queued scene could not be made; its sources stay as they are."""
    scene = _lock_scene(scene_id)
    if scene.state is not State.QUEUED or scene.version != version:
        return False
    scene.state, scene.reason_code, scene.reason = State.FAILED, code, reason
    scene.reason_values = dict(values)
    _forget_progress(scene)
    _write_scene(actor, "media.scene_failed", scene, {"reason": code, "version": version})
    return True


def publish_scene(actor: Actor, scene_id: str, boxes: Mapping[str, list[Any]], folder: str) -> bool:
    """Give a scene its masked folder; nothing when the masks have changed since.

    `boxes`: media id → rectangles that were painted.
    """
    scene = _lock_scene(scene_id)
    now = reads.sources_cleared(scene)
    if now is None or {one.media_id: one.rectangles for one in now} != dict(boxes):
        return False
    if scene.public_folder == folder:
        return False
    scene.public_folder = folder
    _write_scene(actor, "media.scene_public", scene, {"folder": folder})
    return True
