"""What is wrong with a vehicle, in the inspector's hand: adding, placing, taking back."""

from __future__ import annotations

from flask import g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from station.court import reads as court
from station.ground.database import act
from station.ground.doors import admit, current_actor, refill
from station.ground.web import show_moment
from station.media import reads as media
from station.media.models import Scene
from station.media.rules import SceneKind
from station.media.shown import Pin, panorama_part
from station.vehicles import reads as vehicles
from station.vehicles.models import Vehicle

from . import finding_desk, findings, forms, reads
from .findings import Source
from .models import Finding
from .shots import INSPECTORS, WATCHERS, bp, keep_photo


@bp.get("/vehicles/<vehicle_id>/findings")
@admit(*WATCHERS)
def list_findings(vehicle_id: str) -> str:
    """What is wrong with a vehicle."""
    actor = current_actor()
    return render_template(
        "intake/findings.html",
        vehicle=vehicles.get_vehicle(actor, vehicle_id),
        intake=reads.find_intake(vehicle_id),
        findings=reads.list_findings(vehicle_id),
        words=findings,
        may_add=actor.role in INSPECTORS,
    )


@bp.get("/vehicles/<vehicle_id>/findings/new")
@admit(*INSPECTORS)
def new_finding(vehicle_id: str) -> str:
    """The form of a finding; from a screen of the inspection it leads back there."""
    back = request.args.get("inspection", "")
    return finding_form(
        vehicles.get_vehicle(current_actor(), vehicle_id),
        url_for("intake.add_finding", vehicle_id=vehicle_id, inspection=back or None),
        _after_finding(vehicle_id, back),
        request.args.get("panel", ""),
    )


def finding_form(vehicle: Vehicle, action: str, back: str, panel: str = "") -> str:
    """The form of a finding of this vehicle, sent to `action`; `back`: where it was opened."""
    return render_template(
        "intake/finding_new.html",
        vehicle=vehicle,
        action=action,
        back=back,
        panel=panel,
        words=findings,
        photo_kept=g.get("photo_kept", ""),
    )


@bp.post("/vehicles/<vehicle_id>/findings/new")
@admit(*INSPECTORS)
@refill("intake.new_finding")
def add_finding(vehicle_id: str) -> Response:
    """Add a finding with its photo, and come back ready for the next one."""
    actor = current_actor()
    vehicle = vehicles.get_vehicle(actor, vehicle_id)
    covering = court.get_cover(actor, vehicle_id, "intake.finding")
    source = Source.INTAKE if vehicle.stage == "at_gate" else Source.YARD
    photo = keep_photo(actor, vehicle_id, covering.case_id, covering.id)
    new = forms.read_finding(request.form, photo)
    with act():
        finding_desk.add_finding(actor, vehicles.get_vehicle(actor, vehicle_id), new, source)
    return redirect(_after_finding(vehicle_id, request.args.get("inspection", "")), 303)


def _after_finding(vehicle_id: str, inspection_id: str) -> str:
    if inspection_id:
        return url_for("intake.inspection_part", inspection_id=inspection_id, section="body")
    return url_for("intake.list_findings", vehicle_id=vehicle_id)


@bp.get("/findings/<finding_id>/place")
@admit(*INSPECTORS)
def spot(finding_id: str) -> str:
    """Where a finding is: the spin and the panorama to press on."""
    row = reads.get_finding(current_actor(), finding_id)
    spin = reads.find_scene(row.vehicle_id, SceneKind.SPIN)
    photo = media.get_media(row.media_id)
    return render_template(
        "intake/place.html",
        finding=row,
        vehicle=vehicles.get_vehicle(current_actor(), row.vehicle_id),
        spin=spin,
        frames=reads.list_frames(spin) if spin else [],
        panoramas=[_panorama(one, row) for one in reads.list_panoramas(row.vehicle_id)],
        photo=photo,
        photo_drawn=media.find_derivative(photo, "view") is not None,
        words=findings,
    )


def _panorama(scene: Scene, finding: Finding) -> dict[str, object]:
    """A panorama to press on, with the place that the finding has in it."""
    pins = []
    if finding.inside and finding.panorama_id == scene.id:
        pins = [Pin(finding.id, finding.number, gettext("缺陷位置"), *finding.inside)]
    about = gettext("拍摄于 %(when)s", when=show_moment(scene.taken_at))
    return panorama_part(media.sphere_of(scene), about, pins)


@bp.post("/findings/<finding_id>/place")
@admit(*INSPECTORS)
@refill("intake.spot")
def place_finding(finding_id: str) -> Response:
    """Save the place of a finding."""
    actor = current_actor()
    typed, version = forms.read_spot(request.form), forms.read_version(request.form)
    with act():
        row = reads.get_finding(actor, finding_id)
        pictures = reads.pictures_of(row.vehicle_id)
        finding_desk.place_finding(actor, row, typed, version, pictures)
    return redirect(url_for("intake.list_findings", vehicle_id=row.vehicle_id), 303)


@bp.post("/findings/<finding_id>/withdraw")
@admit(*INSPECTORS)
@refill("intake.spot")
def withdraw_finding(finding_id: str) -> Response:
    """Take a wrong finding back."""
    actor = current_actor()
    with act():
        row = reads.get_finding(actor, finding_id)
        finding_desk.withdraw_finding(
            actor, row, request.form.get("reason", ""), forms.read_version(request.form)
        )
    return redirect(url_for("intake.list_findings", vehicle_id=row.vehicle_id), 303)
