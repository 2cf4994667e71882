"""Cases, entrustments and commands in the browser."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from station.agencies import reads as agencies
from station.ground import clock
from station.ground.actors import Actor
from station.ground.afterwards import offered_again
from station.ground.database import act
from station.ground.doors import admit, current_actor, refill
from station.ground.refused import Refused
from station.ground.web import limiter
from station.ground.words import N_
from station.media import door
from station.media.upload import keep_upload
from station.people import desk as people
from station.people import reads as people_reads
from station.people.rules import COURT_ROLES, STATION_ROLES, OrganisationKind, Role
from station.trail import reads as trail
from station.vehicles import reads as vehicles
from station.vehicles import rules as vehicle_rules
from station.vehicles.valuations import BASIS_WORDS

from . import (
    choice_views,
    desk,
    emergency_views,
    enquiry_reads,
    enquiry_views,
    forms,
    import_views,
    reads,
    report_views,
    reports,
    rules,
    seizure_views,
    sheets,
    value_desk,
)
from .enquiries import SUBJECTS
from .list_views import bp as list_bp
from .models import Case
from .rules import CommandKind

bp = Blueprint("court", __name__, url_prefix="/court")
bp.register_blueprint(emergency_views.bp)
bp.register_blueprint(report_views.bp)
bp.register_blueprint(seizure_views.bp)
bp.register_blueprint(choice_views.bp)
bp.register_blueprint(enquiry_views.bp)
bp.register_blueprint(import_views.bp)
bp.register_blueprint(list_bp)
READERS = (*COURT_ROLES, *STATION_ROLES, Role.AGENCY_MANAGER)
NAV = [
    (COURT_ROLES, "court.cases", N_("案件")),
    ((Role.AGENCY_MANAGER,), "court.entrustments", N_("委托")),
    ((*STATION_ROLES, Role.AGENCY_MANAGER), "court.commands", N_("指令")),
]


@bp.get("/cases")
@admit(*COURT_ROLES)
def cases() -> str:
    """The court's cases."""
    return render_template("court/cases.html", cases=reads.list_cases(current_actor()))


@bp.get("/cases/new")
@admit(Role.JUDGE)
def new_case() -> str:
    """The form of a new case."""
    return render_template("court/case_new.html")


@bp.post("/cases/new")
@admit(Role.JUDGE)
@refill("court.new_case")
def open_case() -> Response:
    """Open a case."""
    typed = forms.read_case(request.form)
    with act():
        row = desk.open_case(
            current_actor(), typed.number, creditor=typed.creditor, debtor=typed.debtor
        )
    return redirect(url_for("court.case", case_id=row.id), 303)


@bp.get("/cases/<case_id>")
@admit(*COURT_ROLES)
def case(case_id: str) -> str:
    """One case: its vehicles and commands, and what can be done next."""
    actor = current_actor()
    row = reads.get_case(actor, case_id)
    seizures = reads.list_seizures(row)
    return render_template(
        "court/case.html",
        case=row,
        seizures=seizures,
        entrustments={s.vehicle_id: reads.find_entrustment(s.vehicle_id) for s in seizures},
        commands=[c for c in reads.list_commands(actor) if c.case_id == row.id],
        rules=rules,
        stages=vehicle_rules.STAGE_WORDS,
    )


@bp.get("/cases/<case_id>/vehicles/new")
@admit(Role.JUDGE, Role.CLERK)
def new_vehicle(case_id: str) -> str:
    """The form of a seized vehicle."""
    return render_template(
        "court/vehicle_new.html",
        case=reads.get_case(current_actor(), case_id),
        kinds=vehicle_rules.VEHICLE_KIND_WORDS,
        energies=vehicle_rules.ENERGY_WORDS,
    )


@bp.post("/cases/<case_id>/vehicles/new")
@admit(Role.JUDGE, Role.CLERK)
@limiter.limit("20/minute")
@refill("court.new_vehicle")
def register(case_id: str) -> Response:
    """Register a seized vehicle; says the rank when it queues, and nothing of the other case."""
    actor = current_actor()
    row = reads.get_case(actor, case_id)
    voucher, photo = _vouch(actor, row)
    identity = forms.read_identity(request.form, voucher=voucher, photo=photo)
    with act():
        desk.register(actor, row, identity)
    return redirect(url_for("court.case", case_id=case_id), 303)


def _vouch(actor: Actor, case: Case) -> tuple[str | None, str | None]:
    """The second person and the photo that stand for a failed check digit, if given."""
    photo = _keep_paper(actor, "vin_photo", "", case.id)
    if not photo or not request.form.get("second_login", "").strip():
        return None, None
    second = people.second_person(
        actor, request.form["second_login"], request.form.get("second_password", "")
    )
    return second.id, photo


@bp.get("/vehicles/<vehicle_id>/value")
@admit(Role.JUDGE, Role.CLERK)
def new_value(vehicle_id: str) -> str:
    """The form of a valuation, and those before it."""
    return render_template(
        "court/value.html",
        seizure=reads.get_held(current_actor(), vehicle_id),
        rows=vehicles.list_valuations([vehicle_id]),
        words=BASIS_WORDS,
        today=clock.today(),
    )


@bp.post("/vehicles/<vehicle_id>/value")
@admit(Role.JUDGE, Role.CLERK)
@refill("court.new_value")
def value(vehicle_id: str) -> Response:
    """Write down what a vehicle is worth."""
    actor = current_actor()
    typed = forms.read_value(request.form)
    with act():
        seizure = reads.get_held(actor, vehicle_id)
        value_desk.value(actor, seizure, typed.fen, typed.basis, typed.on)
    return redirect(url_for("watch.vehicle", vehicle_id=vehicle_id), 303)


@bp.get("/seizures/<seizure_id>/entrust")
@admit(Role.JUDGE)
def new_entrustment(seizure_id: str) -> str:
    """The entrustment letter's form."""
    actor = current_actor()
    seizure = reads.get_seizure(actor, seizure_id)
    desk.check_holds(seizure)
    return render_template(
        "court/entrust.html",
        seizure=seizure,
        agencies=agencies.list_agencies(actor.organisation_id),
    )


@bp.post("/seizures/<seizure_id>/entrust")
@admit(Role.JUDGE)
@refill("court.new_entrustment")
def entrust(seizure_id: str) -> Response:
    """Offer the vehicle to an agency, with letter and ruling."""
    actor = current_actor()
    seizure = reads.get_seizure(actor, seizure_id)
    desk.check_holds(seizure)
    letter = forms.read_letter(request.form, actor.organisation_name)
    agency_id = forms.needed(request.form, "agency", "辅助机构")
    papers = {
        name: _keep_paper(actor, name, seizure.vehicle_id, seizure.case_id)
        for name in ("letter", "ruling")
    }
    with act():
        row = desk.entrust(
            actor,
            seizure,
            people_reads.get_organisation(agency_id),
            letter,
            letter_media=papers["letter"],
            ruling_media=papers["ruling"],
        )
    back = url_for("court.case", case_id=seizure.case_id)
    with offered_again(f"letter of entrustment:{row.id}"):  # it is entrusted
        _file_letter(actor, row.id)
    return redirect(back, 303)


def _file_letter(actor: Actor, entrustment_id: str) -> None:
    row = reads.get_entrustment(actor, entrustment_id)
    line = trail.find_last_line(f"entrustment:{row.id}", "court.entrust")
    if row.sheet_media or not row.number or line is None:
        return
    kept = door.receive_document(sheets.make_letter(row, line))
    with act():
        desk.file_letter(actor, reads.get_entrustment(actor, entrustment_id), kept, line)


@bp.post("/entrustments/<entrustment_id>/letter")
@admit(Role.JUDGE)
@refill("court.entrustment")
def print_letter(entrustment_id: str) -> Response:
    """The 委托书; made now when entrusting could not make it."""
    _file_letter(current_actor(), entrustment_id)
    row = reads.get_entrustment(current_actor(), entrustment_id)
    if not row.sheet_media:
        raise Refused("no_letter", "这项委托没有可出具的委托书，请核对委托是否已提交。", status=409)
    return redirect(url_for("media.original", media_id=row.sheet_media), 303)


KINDS = {"letter": "entrustment_letter", "ruling": "ruling", "vin_photo": "vin"}


def _keep_paper(actor: Actor, name: str, vehicle: str, case: str) -> str:
    return keep_upload(actor, name, kind=KINDS[name], vehicle=vehicle, case=case)


@bp.get("/entrustments")
@admit(Role.AGENCY_MANAGER)
def entrustments() -> str:
    """What courts entrust to this agency."""
    rows = reads.list_entrustments(current_actor())
    return render_template(
        "court/entrustments.html",
        entrustments=rows,
        settled=enquiry_reads.count_settled([row.vehicle_id for row in rows]),
        subjects=len(SUBJECTS),
        rules=rules,
    )


@bp.get("/entrustments/<entrustment_id>")
@admit(Role.AGENCY_MANAGER, *COURT_ROLES)
def entrustment(entrustment_id: str) -> str:
    """One entrustment: letter, papers, vehicle, and the answer."""
    row = reads.get_entrustment(current_actor(), entrustment_id)
    return render_template("court/entrustment.html", entrustment=row, rules=rules)


@bp.post("/entrustments/<entrustment_id>")
@admit(Role.AGENCY_MANAGER)
@refill("court.entrustment")
def decide(entrustment_id: str) -> Response:
    """Accept or decline."""
    actor = current_actor()
    with act():
        desk.decide(
            actor,
            reads.get_entrustment(actor, entrustment_id),
            accept=request.form.get("answer") == "accept",
            reason=request.form.get("reason", "").strip(),
        )
    return redirect(url_for("court.entrustments"), 303)


@bp.get("/vehicles/<vehicle_id>/command")
@admit(Role.JUDGE)
def new_command(vehicle_id: str) -> str:
    """The form of a command; publishing, release and belongings are ordered from their checklists."""
    actor = current_actor()
    today, kind = clock.today(), _kind(request.args)
    tow = reads.find_command(vehicle_id, CommandKind.TOW_IN)
    return render_template(
        "court/command_new.html",
        vehicle=vehicles.get_vehicle(actor, vehicle_id),
        seizure=reads.get_held(actor, vehicle_id),
        ordered=kind,
        rule=rules.COMMANDS[kind],
        agency=reads.find_entrustment(vehicle_id),
        stations=people_reads.list_organisations(OrganisationKind.STATION),
        station=tow.station_id if tow else "",
        needed=[gettext(reports.EVIDENCE_WORDS[one]) for one in rules.COMMANDS[kind].evidence],
        due=rules.default_due(kind, today),
        today=today,
    )


@bp.post("/vehicles/<vehicle_id>/command")
@admit(Role.JUDGE)
@refill("court.new_command")
def issue(vehicle_id: str) -> Response:
    """Issue a command; it is on the screen of who does it at once."""
    actor = current_actor()
    typed = forms.read_command({**request.form, "kind": _kind(request.args)})
    with act():
        row = desk.issue(
            actor,
            typed.kind,
            vehicles.get_vehicle(actor, vehicle_id),
            people_reads.get_organisation(typed.station_id) if typed.station_id else None,
            due=typed.due,
            note=typed.note,
        )
    return redirect(url_for("court.command", command_id=row.id), 303)


def _kind(said: Mapping[str, str]) -> CommandKind:
    named = said.get("kind", CommandKind.TOW_IN)
    return CommandKind(named) if named in rules.BY_FORM else CommandKind.TOW_IN


@bp.get("/commands")
@admit(*STATION_ROLES, Role.AGENCY_MANAGER)
def commands() -> str:
    """The station's screen of commands; follows the trail without reload."""
    return render_template(
        "court/commands.html",
        commands=reads.list_commands(current_actor(), states=rules.OPEN),
        rules=rules,
        today=clock.today(),
    )


@bp.get("/commands/<command_id>")
@admit(*READERS)
def command(command_id: str) -> str:
    """One command, its receipt, and how far it has come."""
    actor = current_actor()
    row = reads.get_command(actor, command_id)
    return render_template(
        "court/command.html",
        command=row,
        rule=rules.COMMANDS[row.kind],
        rules=rules,
        mine=actor.organisation_id == row.addressee_id,
        addressee=people_reads.get_organisation(row.addressee_id).name,
        today=clock.today(),
        **report_views.told(row),
        issuer=people_reads.name_of(row.issued_by),
    )


@bp.post("/commands/<command_id>/delivered")
@admit(*STATION_ROLES, Role.AGENCY_MANAGER)
def deliver(command_id: str) -> tuple[str, int]:
    """The screen says that it has shown the command: the receipt."""
    actor = current_actor()
    with act():
        desk.deliver(actor, reads.get_command(actor, command_id))
    return "", 204


@bp.post("/commands/<command_id>/acknowledge")
@admit(*STATION_ROLES, Role.AGENCY_MANAGER)
@refill("court.command")
def acknowledge(command_id: str) -> Response:
    """Sign for a command."""
    actor = current_actor()
    with act():
        desk.acknowledge(actor, reads.get_command(actor, command_id))
    return redirect(url_for("court.command", command_id=command_id), 303)


@bp.post("/commands/<command_id>/revoke")
@admit(Role.JUDGE)
@refill("court.command")
def revoke(command_id: str) -> Response:
    """Take a command back."""
    actor = current_actor()
    with act():
        desk.revoke(
            actor, reads.get_command(actor, command_id), request.form.get("reason", "").strip()
        )
    return redirect(url_for("court.command", command_id=command_id), 303)
