"""Identity and papers of a vehicle in the browser, and the judge's word on a difference."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from station.ground import clock
from station.ground.database import act
from station.ground.doors import admit, current_actor, refill
from station.people.rules import COURT_ROLES, STATION_ROLES, Role
from station.vehicles import conformity
from station.vehicles import reads as vehicles

from . import forms, identity, identity_desk, identity_reads, reads
from .identity import Mark
from .shots import INSPECTORS, WATCHERS, bp


@bp.get("/<intake_id>/identity")
@admit(*INSPECTORS)
def identity_form(intake_id: str) -> str:
    """Read VIN, engine number and plate off the vehicle; what the case says is not shown before."""
    row = reads.get_intake(current_actor(), intake_id)
    check = identity_reads.find_check(row.vehicle_id)
    return render_template(
        "intake/identity.html",
        intake=row,
        check=check,
        compared=identity_reads.compared(row.vehicle, check) if check else [],
        mismatch=identity_reads.find_mismatch(row.vehicle_id),
        identity=identity,
    )


@bp.post("/<intake_id>/identity")
@admit(*INSPECTORS)
@refill("intake.identity_form")
def identify(intake_id: str) -> Response:
    """Compare what was read with the case."""
    actor, read = current_actor(), forms.read_marks(request.form)
    with act():
        identity_desk.compare(
            actor,
            reads.get_intake(actor, intake_id),
            read,
            reason=request.form.get("reason", ""),
            confirmed=request.form.get("confirmed") == "1",
        )
    return redirect(url_for("intake.identity_form", intake_id=intake_id), 303)


@bp.get("/mismatches/<mismatch_id>")
@admit(*WATCHERS)
def mismatch(mismatch_id: str) -> str:
    """A difference: what the case says, what was read, the pictures; and the judge's word."""
    actor = current_actor()
    row = identity_reads.get_mismatch(actor, mismatch_id)
    intake = reads.find_intake(row.vehicle_id)
    photos = reads.gate_photos(intake) if intake else {}
    return render_template(
        "intake/mismatch.html",
        mismatch=row,
        compared=identity_reads.compared(row.vehicle, row.check),
        photos=[photos[mark] for mark in (Mark.VIN, Mark.PLATE) if mark in photos],
        identity=identity,
        may_judge=actor.role == Role.JUDGE and actor.organisation_id == row.court_id,
        court=actor.role in COURT_ROLES,
    )


@bp.post("/mismatches/<mismatch_id>")
@admit(Role.JUDGE)
@refill("intake.mismatch")
def judge_mismatch(mismatch_id: str) -> Response:
    """The judge says whether this is the vehicle of the case."""
    actor = current_actor()
    with act():
        identity_desk.judge(
            actor,
            identity_reads.get_judged(actor, mismatch_id),
            request.form.get("words", ""),
            same=request.form.get("verdict") == "same",
        )
    return redirect(url_for("intake.mismatch", mismatch_id=mismatch_id), 303)


@bp.get("/vehicles/<vehicle_id>/licence")
@admit(*STATION_ROLES)
def licence_form(vehicle_id: str) -> str:
    """What the vehicle licence says, and what follows from it."""
    row = vehicles.get_vehicle(current_actor(), vehicle_id)
    return render_template(
        "intake/licence.html",
        vehicle=row,
        licence=vehicles.find_licence(vehicle_id),
        remarks=vehicles.list_remarks(row, clock.today()),
        conformity=conformity,
        today=clock.today(),
    )


@bp.post("/vehicles/<vehicle_id>/licence")
@admit(*STATION_ROLES)
@refill("intake.licence_form")
def note_licence(vehicle_id: str) -> Response:
    """Write down what the vehicle licence says."""
    actor, licence = current_actor(), forms.read_licence(request.form)
    version = forms.read_version(request.form)
    with act():
        vehicle = vehicles.get_vehicle(actor, vehicle_id)
        identity_desk.note_licence(actor, vehicle, licence, version)
    return redirect(url_for("intake.licence_form", vehicle_id=vehicle_id), 303)
