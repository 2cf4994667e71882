"""A vehicle at two dates, looked at from the same side."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from station.ground.actors import Actor
from station.ground.database import act, get_or_404
from station.ground.doors import admit, current_actor, may_enter, refill
from station.ground.refused import Refused
from station.ground.web import say, show_moment
from station.intake import reads as intake
from station.media import comparison_desk, serving, store
from station.media import comparison_reads as comparisons
from station.media import reads as media
from station.media.models import Comparison, Scene
from station.media.rules import COMPARED, SceneKind
from station.media.shown import Pin, panorama_part
from station.people.rules import COURT_ROLES, Role
from station.vehicles import reads as vehicles
from station.vehicles import rules as vehicle_rules

from . import pairs
from .pairs import Pair
from .ways import INSIDE, bp

ORDERERS = (*COURT_ROLES, Role.STATION_MANAGER, Role.INSPECTOR)


@bp.get("/watch/vehicles/<vehicle_id>/compare")
@admit(*INSIDE)
def compare(vehicle_id: str) -> str:
    """Two pictures of the same kind beside one another; the reader chooses the dates."""
    actor = current_actor()
    row = vehicles.get_vehicle(actor, vehicle_id)
    series = pairs.list_series(actor, vehicle_id)
    asked = [request.args.get(name, "") for name in ("before", "after", "series")]
    pair = pairs.choose(series, *asked)
    made = comparisons.find(pair.before.id, pair.after.id) if pair else None
    return render_template(
        "watch/compare.html",
        vehicle=row,
        plate=vehicle_rules.mask_plate(row.plate, vehicles.audience_of(actor)),
        series=series,
        pair=pair,
        sides=_sides(pair, made) if pair else [],
        made=made,
        changes=comparisons.list_changes(made) if made and made.folder else [],
        reason=say(Refused("compare", made.reason, **made.reason_values))
        if made and made.reason
        else "",
        may_order=may_enter("watch.order_comparison"),
    )


@bp.post("/watch/vehicles/<vehicle_id>/compare")
@admit(*ORDERERS)
@refill("watch.compare")
def order_comparison(vehicle_id: str) -> Response:
    """Have two panoramas laid over one another."""
    actor = current_actor()
    row = vehicles.get_vehicle(actor, vehicle_id)
    scenes = [_readable(actor, request.form.get(name, "")) for name in ("before", "after")]
    if any(scene.vehicle != row.id for scene in scenes):
        get_or_404(None, "这个全景或环视")
    with act():
        comparison_desk.order(actor, *scenes)
    before, after = (scene.id for scene in scenes)
    page = url_for("watch.compare", vehicle_id=row.id, before=before, after=after)
    return redirect(f"{page}#changes", 303)


@bp.get("/watch/comparisons/<comparison_id>/<name>")
@admit(*INSIDE)
def comparison_file(comparison_id: str, name: str) -> Response:
    """The pair or the map of change, for one who may read both panoramas."""
    made = comparisons.get(comparison_id)
    for scene_id in (made.before_id, made.after_id):
        _readable(current_actor(), scene_id)
    get_or_404((name in COMPARED and made.folder) or None, "这个文件")
    found = store.current().file_in(made.folder, name)
    return serving.send_scene_file(found, f"{made.folder[:16]}-{name}", serving.PRIVATE)


def _readable(actor: Actor, scene_id: str) -> Scene:
    scene = media.get_scene(scene_id)
    get_or_404(media.may_see(actor, scene) or None, "这个全景或环视")
    return scene


def _sides(pair: Pair, made: Comparison | None) -> list[dict[str, object]]:
    """Both sides; what has changed is pinned on the earlier one, in whose degrees it is told."""
    pins = []
    if made is not None and made.before_id == pair.before.id:
        pins = [
            Pin(f"c{at}", at, gettext("变化 %(n)d", n=at), one["yaw"], one["pitch"])
            for at, one in enumerate(comparisons.list_changes(made), 1)
        ]
    before, after = pairs.angles_of(pair) or ([], [])
    return [_side(pair.before, pins, before), _side(pair.after, [], after)]


def _side(scene: Scene, pins: list[Pin], angles: list[float]) -> dict[str, object]:
    """What the part of the page that shows this scene needs."""
    taken = show_moment(scene.taken_at)
    if scene.kind is SceneKind.PANORAMA:
        return {"taken": taken, "panorama": panorama_part(media.sphere_of(scene), "", pins)}
    told = {"frames": intake.list_frames(scene), "size": scene.manifest["size"], "way": scene.way}
    return {"taken": taken, **told, "angles": angles}
