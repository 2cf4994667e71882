"""The inspection to the standard in an inspector's hand: one section a screen, then two signatures."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from station.ground.database import act
from station.ground.doors import admit, current_actor, refill
from station.ground.web import limiter
from station.people import device_reads
from station.people import second as at_device
from station.vehicles import reads as vehicles

from . import (
    body_map,
    forms,
    inspection_desk,
    inspection_forms,
    inspections,
    reports,
    standard,
)
from .models import Inspection
from .shots import INSPECTORS, WATCHERS, bp
from .standard import Section

SECTIONS = "any(" + ", ".join(Section) + ")"


@bp.get("/vehicles/<vehicle_id>/inspections")
@admit(*WATCHERS)
def list_inspections(vehicle_id: str) -> str:
    """The inspections of a vehicle, and the way to begin one."""
    actor = current_actor()
    rows = inspections.list_inspections(vehicle_id)
    return render_template(
        "intake/inspections.html",
        vehicle=vehicles.get_vehicle(actor, vehicle_id),
        inspections=rows,
        may_begin=actor.role in INSPECTORS
        and all(row.signed_at or row.station_id != actor.organisation_id for row in rows),
    )


@bp.post("/vehicles/<vehicle_id>/inspections")
@admit(*INSPECTORS)
@refill("intake.list_inspections")
def begin_inspection(vehicle_id: str) -> Response:
    """Begin an inspection."""
    actor = current_actor()
    with act():
        row = inspection_desk.begin(actor, vehicles.get_vehicle(actor, vehicle_id))
        opened = row.id
    return redirect(url_for("intake.inspection", inspection_id=opened), 303)


@bp.get("/inspections/<inspection_id>")
@admit(*WATCHERS)
def inspection(inspection_id: str) -> str:
    """How far an inspection is, what it comes to, and every deduction with its reason."""
    row = inspections.get_inspection(current_actor(), inspection_id)
    told = inspections.grading_of(row)
    return render_template(
        "intake/inspection.html",
        inspection=row,
        grading=told,
        marks=inspections.list_marks(row),
        parts=inspections.list_parts(row),
        unchecked=inspections.reasons_in(row, standard.Choice.UNCHECKED),
        lacking=inspections.reasons_in(row, standard.Choice.NOT_APPLICABLE),
        left=inspections.list_open_sections(row) if row.signed_at is None else [],
        map=body_map.draw(inspections.flaws_of(row)),
        altered=reports.list_altered(row),
        as_signed=reports.is_as_signed(row),
        standard=standard,
        hands=device_reads.list_hands(device) if (device := at_device.here()) else [],
        may_work=current_actor().role in INSPECTORS and row.signed_at is None,
    )


@bp.get(f"/inspections/<inspection_id>/<{SECTIONS}:section>")
@admit(*INSPECTORS)
def inspection_part(inspection_id: str, section: str) -> str:
    """One section of the form."""
    row = inspections.get_inspection(current_actor(), inspection_id)
    here = Section(section)
    saved = inspections.list_parts(row).get(here)
    sections = standard.sections_of(row.vehicle.energy)
    return render_template(
        "intake/inspection_part.html",
        inspection=row,
        part=standard.PARTS[here],
        number=sections.index(here) + 1 if here in sections else 0,
        count=len(sections),
        saved=saved,
        version=saved.version if saved else 0,
        marks=inspections.list_marks(row),
        absent=standard.items_absent(row.vehicle.energy),
        map=body_map.draw(inspections.flaws_of(row)) if here is Section.BODY else None,
        standard=standard,
    )


@bp.post(f"/inspections/<inspection_id>/<{SECTIONS}:section>")
@admit(*INSPECTORS)
@refill("intake.inspection_part")
def save_inspection_part(inspection_id: str, section: str) -> Response:
    """Save one section and go on to the next that nobody saved."""
    actor, here = current_actor(), Section(section)
    with act():
        row = inspections.get_inspection(actor, inspection_id)
        marks = inspection_forms.read_marks(request.form, here, row.vehicle.energy)
        version = forms.read_version(request.form)
        inspection_desk.save_part(actor, row, here, marks, version)
    row = inspections.get_inspection(actor, inspection_id)
    return redirect(_onward(row, here), 303)


@bp.post("/inspections/<inspection_id>/sign")
@admit(*INSPECTORS)
@limiter.limit("20/minute")
@refill("intake.inspection")
def sign_inspection(inspection_id: str) -> Response:
    """Both persons sign; the second one stays at this device."""
    actor = current_actor()
    second = at_device.second_person(actor, request.form)
    with act():
        row = inspections.get_inspection(actor, inspection_id)
        inspection_desk.sign(actor, row, second)
    return redirect(url_for("intake.inspection", inspection_id=inspection_id), 303)


def _onward(row: Inspection, here: Section) -> str:
    left = inspections.list_open_sections(row)
    later = [s for s in left if list(Section).index(s) > list(Section).index(here)] or left
    if later:
        return url_for("intake.inspection_part", inspection_id=row.id, section=later[0].value)
    return url_for("intake.inspection", inspection_id=row.id)
