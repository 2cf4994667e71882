"""Files to their readers, the page of a vehicle's pictures, and the page that clears one."""

from __future__ import annotations

from typing import IO, cast

from flask import Blueprint, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from station.ground.actors import Actor
from station.ground.database import act, db, each_once, get_or_404
from station.ground.doors import admit, current_actor, everyone, refill
from station.ground.refused import Refused
from station.ground.web import say, show_moment, wants_json
from station.people.rules import COURT_ROLES, STATION_ROLES, Role

from . import (
    access,
    desk,
    door,
    forms,
    label_views,
    proposal_reads,
    proposals,
    reads,
    resumable_views,
    rules,
    scene_desk,
    serving,
    store,
)
from .models import Media, Scene

bp = Blueprint("media", __name__, url_prefix="/media")
bp.register_blueprint(label_views.bp)
bp.register_blueprint(resumable_views.bp)
READERS = (
    *COURT_ROLES,
    *STATION_ROLES,
    Role.TOW_DRIVER,
    Role.AGENCY_MANAGER,
    Role.HIGH_COURT,
    Role.APPRAISER,
    Role.EXPERT,
    Role.PROVIDER,
    Role.PARTY,
    Role.BUYER,
)
MAKERS = (*STATION_ROLES, Role.AGENCY_MANAGER)  # a driver's pictures come in by their tow
CLEARERS = (Role.STATION_MANAGER, Role.INSPECTOR, Role.YARD_KEEPER, Role.AGENCY_MANAGER)
ADDED = (*rules.SHOWN, rules.Kind.VIDEO)
SOURCES = {
    rules.Recipe.READY: rules.Kind.PANORAMA,
    rules.Recipe.FISHEYE: rules.Kind.FISHEYE,
    rules.Recipe.PHOTOS: rules.Kind.INSIDE,
    rules.Recipe.FACES: rules.Kind.FACE,
    rules.Recipe.SERIES: rules.Kind.SPIN,
    rules.Recipe.FILM: rules.Kind.VIDEO,
}


def _readable(media_id: str) -> Media:
    """The file, for one who may read it; else the same 404 as for one that is not there."""
    media = reads.find_media(media_id)
    if media is None or not access.may_read(current_actor(), media):
        get_or_404(None, "这个文件")
    return cast(Media, media)


@bp.get("/<media_id>/original")
@admit(*READERS)
def original(media_id: str) -> Response:
    """The original, byte for byte; a video by parts."""
    media = _readable(media_id)
    return serving.send_original(media, store.current().path(media.sha256))


@bp.get("/<media_id>/<any(thumb, view):use>.jpg")
@admit(*READERS)
def derivative(media_id: str, use: str) -> Response:
    """The small picture of a file; 404 until it is drawn."""
    drawn = get_or_404(reads.find_derivative(_readable(media_id), use), "这张图片")
    return serving.send_picture(store.current().path(drawn.sha256), drawn.sha256, serving.PRIVATE)


@bp.get("/public/<media_id>/<sha8>.jpg")
@everyone
def public(media_id: str, sha8: str) -> Response:
    """A confirmed picture of a vehicle that is published now."""
    media = reads.find_media(media_id)
    clearance = reads.find_clearance(media) if media is not None else None
    if media is None or clearance is None or clearance.sha256[:8] != sha8 or not sha8:
        get_or_404(None, "这张图片")
    assert media is not None
    assert clearance is not None
    get_or_404(access.is_published(media.vehicle) or None, "这张图片")
    path = store.current().path(clearance.sha256)
    return serving.send_picture(path, clearance.sha256, serving.PUBLIC)


@bp.get("/scenes/<scene_id>/<folder8>/<path:path>")
@everyone
def scene_file(scene_id: str, folder8: str, path: str) -> Response:
    """A tile, frame, poster or manifest: to everyone while published, else to readers."""
    scene = reads.get_scene(scene_id)
    what = "这个文件"
    if (
        len(folder8) == 8
        and scene.public_folder[:8] == folder8
        and access.is_published(scene.vehicle)
    ):
        folder, caching = scene.public_folder, serving.PUBLIC
    elif len(folder8) == 8 and scene.folder[:8] == folder8 and _may_see(g.get("actor"), scene):
        folder, caching = scene.folder, serving.PRIVATE
    else:
        get_or_404(None, what)
    if path not in rules.SCENE_FILES and not rules.SCENE_PICTURE.fullmatch(path):
        get_or_404(None, what)
    try:
        found = store.current().file_in(folder, path)
    except FileNotFoundError:
        get_or_404(None, what)
    return serving.send_scene_file(found, f"{folder[:16]}-{path}", caching)


def _may_see(actor: Actor | None, scene: Scene) -> bool:
    """Who may read every source may see what was made of them."""
    if actor is None or actor.role not in READERS:
        return False
    return reads.may_see(actor, scene)


def _visible_scene(scene_id: str) -> Scene:
    scene = reads.get_scene(scene_id)
    get_or_404(_may_see(current_actor(), scene) or None, "这个全景或环视")
    return scene


@bp.get("/scenes/<scene_id>/progress")
@admit(*READERS)
def progress(scene_id: str) -> Response:
    """How far a worker is: {state, word, share, step, reason}."""
    return jsonify(_told(_visible_scene(scene_id)))


def _told(scene: Scene) -> dict[str, object]:
    state, now = reads.state_of(scene), reads.find_progress(scene)
    share = 100 if state is rules.State.READY else now.share if now is not None else 0
    reason = (
        say(Refused(scene.reason_code, scene.reason, **scene.reason_values)) if scene.reason else ""
    )
    return {"state": state, "share": share, "step": now.step if now else "", "reason": reason}


@bp.post("/scenes/<scene_id>/retry")
@admit(*MAKERS)
@refill("media.vehicle_of_scene")
def retry(scene_id: str) -> Response:
    """Try a failed scene again."""
    actor, scene = current_actor(), _visible_scene(scene_id)
    access.command_for(actor, scene.vehicle, "media.retry_scene")
    with act():
        scene_desk.retry_scene(actor, scene_id)
    return redirect(url_for("media.vehicle", vehicle_id=scene.vehicle), 303)


@bp.get("/scenes/<scene_id>")
@admit(*READERS)
def vehicle_of_scene(scene_id: str) -> str:
    """The page of the scene's vehicle."""
    return vehicle(_visible_scene(scene_id).vehicle)


@bp.get("/vehicles/<vehicle_id>")
@admit(*READERS)
def vehicle(vehicle_id: str) -> str:
    """A vehicle's pictures, what is made of them, and what still has to be confirmed."""
    actor = current_actor()
    shown = [media for media in reads.list_media(vehicle_id) if access.may_read(actor, media)]
    may_add = actor.role in MAKERS and _covers(actor, vehicle_id)
    get_or_404(shown or may_add or None, "这辆车")
    scenes = [scene for scene in reads.list_scenes(vehicle_id) if _may_see(actor, scene)]
    return render_template(
        "media/vehicle.html",
        vehicle_id=vehicle_id,
        name=access.name_vehicle(vehicle_id),
        groups=_groups(shown),
        scenes=[(scene, _told(scene)) for scene in scenes],
        uncleared=[media for media in reads.list_uncleared(vehicle_id) if media in shown],
        cleared={media.id for media in shown if reads.is_cleared(media)},
        proposed=proposal_reads.of_all(shown),
        kinds=[(kind, rules.KINDS[kind]) for kind in ADDED],
        orders=[
            (recipe, _choices(shown, kind), any(scene.recipe is recipe for scene in scenes))
            for recipe, kind in SOURCES.items()
        ],
        may_add=may_add,
        may_clear=actor.role in CLEARERS and may_add,
        rules=rules,
        reads=reads,
    )


def _choices(shown: list[Media], kind: rules.Kind) -> list[tuple[str, str]]:
    """What a scene can be made from: (id, side or number or time). Frames taken out of a video
    belong to the spin that is made of it."""
    return [
        (media.id, gettext(rules.FACES[media.slot]) if media.slot in rules.FACES else _place(media))
        for media in shown
        if media.kind == kind and not media.origin
    ]


def _place(media: Media) -> str:
    return f"{media.slot} {show_moment(media.time)}".strip()


def _covers(actor: Actor, vehicle_id: str) -> bool:
    try:
        return bool(access.command_for(actor, vehicle_id, "media.keep"))
    except Refused:
        return False


def _groups(shown: list[Media]) -> list[tuple[str, list[Media]]]:
    """(kind, files) in the order of the vocabulary; kinds of other rooms are shown there."""
    groups = [(kind, [media for media in shown if media.kind == kind]) for kind in rules.KINDS]
    return [(str(kind), group) for kind, group in groups if group]


@bp.post("/vehicles/<vehicle_id>")
@admit(*MAKERS)
@refill("media.vehicle")
def add(vehicle_id: str) -> Response:
    """Keep one or more files: a form, or a bare body with kind and slot in the address."""
    actor = current_actor()
    command = access.command_for(actor, vehicle_id, "media.keep")
    bare = request.mimetype != "multipart/form-data"
    upload = forms.read_upload(request.args if bare else request.form)
    kept: Media | None = None
    streams = [*enumerate(_streams(bare), 1)]
    for at, (name, stream) in each_once(streams, lambda item: str(item[0])):
        db.session.close()  # no connection is held while a body arrives
        received = door.receive(stream, limit=rules.limit_for(upload.kind))
        with act():
            kept = desk.keep(
                actor,
                received,
                kind=upload.kind,
                slot=_slot(upload, name, at),
                vehicle=vehicle_id,
                command=command,
                claimed=upload.claimed,
            )
    if kept is None:
        raise Refused("no_file", "还没有选择文件。请选择文件后再提交。", field="file")
    if wants_json():
        return jsonify(id=kept.id, url=url_for("media.derivative", media_id=kept.id, use="view"))
    return redirect(url_for("media.vehicle", vehicle_id=vehicle_id), 303)


def _streams(bare: bool) -> list[tuple[str, IO[bytes]]]:
    """(name of the field, body); guided photo sets name the field after the slot."""
    if bare:
        return [("file", request.stream)]
    files = request.files.items(multi=True)
    return [(name, file.stream) for name, file in files if file.filename]


def _slot(upload: forms.Upload, name: str, at: int) -> str:
    """The slot that was said, or the field's name, or a spin photo's place in its row."""
    if upload.slot or name != "file":
        return upload.slot or name
    return f"{at:02d}" if upload.kind is rules.Kind.SPIN else ""


@bp.post("/vehicles/<vehicle_id>/scenes")
@admit(*MAKERS)
@refill("media.vehicle")
def make_scene(vehicle_id: str) -> Response:
    """Order a panorama or a spin."""
    actor = current_actor()
    command = access.command_for(actor, vehicle_id, "media.make_scene")
    order = forms.read_scene(request.form)
    with act():
        scene_desk.make_scene(
            actor, vehicle_id, order.kind, order.recipe, order.sources, command, order.seat
        )
    return redirect(url_for("media.vehicle", vehicle_id=vehicle_id), 303)


@bp.get("/<media_id>/clear")
@admit(*CLEARERS)
def clear(media_id: str) -> str:
    """The picture, its rectangles, and the button that confirms it."""
    media = _readable(media_id)
    desk.check_publishable(media)
    left = [other for other in reads.list_uncleared(media.vehicle) if other.id != media.id]
    clearance, proposal = reads.find_clearance(media), proposal_reads.find(media.id)
    typed = forms.typed_masks(g.get("typed"))
    drawn = typed.rectangles if typed else clearance.rectangles if clearance else None
    shown = proposal.version if proposal else 0
    return render_template(
        "media/clear.html",
        media=media,
        view=reads.find_derivative(media, "view"),
        clearance=clearance,
        proposal=proposal,
        choices=proposals.choices(
            proposal.boxes if proposal else (),
            drawn,
            unseen=typed is not None and typed.seen != shown,
        ),
        words=proposals.WORDS,
        left=len(left),
        name=access.name_vehicle(media.vehicle),
        rules=rules,
    )


@bp.post("/<media_id>/clear")
@admit(*CLEARERS)
@refill("media.clear")
def confirm(media_id: str) -> Response:
    """Confirm the picture with its masks and go on to the next one."""
    actor, media = current_actor(), _readable(media_id)
    access.command_for(actor, media.vehicle, "media.clear")
    masks = forms.read_masks(request.form)
    with act():
        desk.clear(actor, media_id, masks.rectangles, masks.version, masks.seen)
    left = [one for one in reads.list_uncleared(media.vehicle) if access.may_read(actor, one)]
    if left:
        return redirect(url_for("media.clear", media_id=left[0].id), 303)
    return redirect(url_for("media.vehicle", vehicle_id=media.vehicle), 303)
