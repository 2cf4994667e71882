"""A vehicle at two dates, looked at from the same side."""

from __future__ import annotations

from flask import render_template, request

from station.ground.doors import admit, current_actor
from station.ground.web import show_moment
from station.intake import reads as intake
from station.media import reads as media
from station.media.models import Scene
from station.media.rules import SceneKind
from station.media.shown import panorama_part
from station.vehicles import reads as vehicles
from station.vehicles import rules as vehicle_rules

from . import pairs
from .ways import INSIDE, bp


@bp.get("/watch/vehicles/<vehicle_id>/compare")
@admit(*INSIDE)
def compare(vehicle_id: str) -> str:
    """Two pictures of the same kind beside one another; the reader chooses the dates."""
    actor = current_actor()
    row = vehicles.get_vehicle(actor, vehicle_id)
    series = pairs.list_series(actor, vehicle_id)
    asked = [request.args.get(name, "") for name in ("before", "after", "series")]
    pair = pairs.choose(series, *asked)
    return render_template(
        "watch/compare.html",
        vehicle=row,
        plate=vehicle_rules.mask_plate(row.plate, vehicles.audience_of(actor)),
        series=series,
        pair=pair,
        sides=[_side(one) for one in (pair.before, pair.after)] if pair else [],
    )


def _side(scene: Scene) -> dict[str, object]:
    """What the part of the page that shows this scene needs."""
    taken = show_moment(scene.taken_at)
    if scene.kind is SceneKind.PANORAMA:
        return {"taken": taken, "panorama": panorama_part(media.sphere_of(scene), "", [])}
    return {"taken": taken, "frames": intake.list_frames(scene), "size": scene.manifest["size"]}
