"""The 保养记录: issued from the vehicle's care page, opened ever after."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from station.ground.doors import admit, current_actor
from station.intake.vehicle_papers import open_about

from . import care_sheets
from .pages import CARERS, bp


@bp.post("/care/<vehicle_id>/record")
@admit(*CARERS)
def print_record(vehicle_id: str) -> Response:
    """The care record as it stands; a new one takes the place of the last when care was done since."""
    media_id = open_about(current_actor(), vehicle_id, care_sheets.PAPER)
    return redirect(url_for("media.original", media_id=media_id), 303)
