"""The 保养记录: issued from the vehicle's care page, opened ever after."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from station.court import reads as court
from station.ground.doors import admit, current_actor
from station.media.paper_desk import Draft
from station.media.papers import open_paper
from station.vehicles import reads as vehicles

from . import care_sheets, reads
from .pages import CARERS, bp


@bp.post("/care/<vehicle_id>/record")
@admit(*CARERS)
def print_record(vehicle_id: str) -> Response:
    """The care record as it stands; a new one takes the place of the last when care was done since."""
    actor = current_actor()
    vehicle = vehicles.get_vehicle(actor, vehicle_id)
    held = court.find_holder(vehicle_id)
    draft = Draft(
        "yard.care_record",
        "BY",
        vehicle_id,
        held.case_id if held else "",
        care_sheets.body_of(vehicle),
    )
    media_id = open_paper(
        actor,
        reads.CARE_RECORD,
        draft,
        lambda line: care_sheets.make_record(vehicles.get_vehicle(actor, vehicle_id), line),
    )
    return redirect(url_for("media.original", media_id=media_id), 303)
