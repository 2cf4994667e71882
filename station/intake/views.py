"""The gate-in in an inspector's hand: one thing a screen; label and sheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from station.court import reads as court
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import act, each_once
from station.ground.doors import admit, current_actor, refill
from station.ground.refused import Refused
from station.ground.web import limiter
from station.ground.words import N_
from station.media.rules import Kind
from station.people import device_reads
from station.people import second as at_device
from station.people.rules import STATION_ROLES, Role
from station.vehicles import reads as vehicles
from station.vehicles.rules import STAGE_WORDS

from . import desk, findings, forms, holdings, identity_reads, paper_views, reads, rules, shots
from . import finding_views as finding_views
from . import identity_views as identity_views
from . import inspection_views as inspection_views
from . import thing_views as thing_views
from . import tow_views as tow_views
from .models import Intake
from .paper_views import LABELLERS
from .rules import Step
from .shots import INSPECTORS, SENDERS, WATCHERS, answer_upload, bp, keep_files, slot_of, view_slot

NAV = [
    ((*SENDERS, Role.GATE), "intake.tows", N_("拖车")),
    ((Role.TOW_DRIVER,), "intake.my_tow", N_("拖车任务")),
    (LABELLERS, "intake.gate_ins", N_("入库查验")),
    (STATION_ROLES, "intake.cabinet", N_("钥匙柜")),
]


def list_work(actor: Actor) -> list[str]:
    """Pages to take along for a day at the gate."""
    if actor.role == Role.TOW_DRIVER:
        return [url_for("intake.tow", tow_id=actor.scope.partition(":")[2])]
    pages = [url_for("intake.gate_ins"), url_for("intake.tows")]
    pages += [url_for("intake.tow", tow_id=tow.id) for tow in reads.list_coming(actor)]
    if actor.role in INSPECTORS:
        for row in reads.list_open(actor):
            pages.append(url_for("intake.gate_in", intake_id=row.id))
            pages += [url_for("intake.screen", intake_id=row.id, step=step.value) for step in Step]
    return pages


WORK = {"intake": list_work}


@bp.get("/")
@admit(*STATION_ROLES)
def gate_ins() -> str:
    """Vehicles waiting at the gate, and those just taken in."""
    actor = current_actor()
    waiting = [(row, reads.list_progress(reads.get_record(row))) for row in reads.list_open(actor)]
    return render_template(
        "intake/gate_ins.html", waiting=waiting, finished=reads.list_finished(actor)
    )


@bp.get("/<intake_id>")
@admit(*WATCHERS)
def gate_in(intake_id: str) -> str:
    """One vehicle's gate-in: what is done, what is missing, and the way on."""
    row = reads.get_intake(current_actor(), intake_id)
    record = reads.get_record(row)
    return render_template(
        "intake/gate_in.html",
        intake=row,
        progress=reads.list_progress(record),
        missing=rules.missing_for_bay(record),
        reasons=reads.list_reasons(row),
        findings=reads.list_findings(row.vehicle_id),
        report=reads.find_report(row),
        check=identity_reads.find_check(row.vehicle_id),
        kept_off=identity_reads.is_kept_off_show(row.vehicle_id),
        licence=vehicles.find_licence(row.vehicle_id),
        remarks=vehicles.list_remarks(row.vehicle, clock.today()),
        words=findings,
        rules=rules,
        stage=STAGE_WORDS[row.vehicle.stage],
        may_work=current_actor().role in INSPECTORS and row.finished_at is None,
        may_label=current_actor().role in LABELLERS,
    )


@bp.get("/<intake_id>/<any(photos, readings, keys, papers, seal, belongings):step>")
@admit(*INSPECTORS)
def screen(intake_id: str, step: str) -> str:
    """One screen of the gate-in."""
    row = reads.get_intake(current_actor(), intake_id)
    record = reads.get_record(row)
    here = Step(step)
    progress = reads.list_progress(record)
    saved = reads.find_answer(row, here)
    return render_template(
        f"intake/{here}.html",
        intake=row,
        here=next(p for p in progress if p.step is here),
        progress=progress,
        number=list(Step).index(here) + 1,
        saved=saved,
        value=saved.value if saved else {},
        version=saved.version if saved else 0,
        asked=rules.required_items(record.energy, record.kind),
        reasons=reads.list_reasons(row),
        onward=_onward(row, here),
        sharp=shots.SHARP,
        rules=rules,
        holdings=holdings,
        **_pictures(row, here),
    )


def _pictures(row: Intake, step: Step) -> dict[str, Any]:
    match step:
        case Step.PHOTOS:
            there = reads.gate_photos(row)
            views = rules.GATE_IN_VIEWS[row.vehicle.kind]
            film = slot_of(reads.WALK_ROUND, rules.ITEM_WORDS["video"], reads.find_video(row))
            return {
                "slots": [view_slot(v, row.vehicle.kind, there.get(v)) for v in views],
                "films": [film],
            }
        case Step.SEAL:
            photo = reads.find_seal_photo(row)
            return {"slots": [slot_of("seal", rules.ITEM_WORDS["seal_photo"], photo)]}
        case Step.BELONGINGS:
            return {
                "things": reads.list_thing_pictures(row),
                "film": reads.find_things_video(row),
                "items": reads.list_belongings(row),
                "lines": forms.SEALED,
                "hands": device_reads.list_hands(device) if (device := at_device.here()) else [],
            }
        case _:
            return {}


def _onward(row: Intake, here: Step | None = None) -> str:
    """The next screen that still asks for something, else the vehicle's own page."""
    progress = reads.list_progress(reads.get_record(row))
    order = list(Step)
    start = order.index(here) + 1 if here else 0
    later = [p for p in progress[start:] + progress[:start] if not p.done and p.step is not here]
    if later:
        return url_for("intake.screen", intake_id=row.id, step=later[0].step.value)
    return url_for("intake.gate_in", intake_id=row.id)


SHOTS = {
    "photos": (Kind.PHOTO.value, Step.PHOTOS),
    "film": (Kind.VIDEO.value, Step.PHOTOS),
    "seal": (reads.SEAL_PHOTO, Step.SEAL),
    "things": (Kind.BELONGINGS.value, Step.BELONGINGS),
    "things_film": (Kind.VIDEO.value, Step.BELONGINGS),
}


@bp.post("/<intake_id>/shots/<any(photos, film, seal, things, things_film):what>")
@admit(*INSPECTORS)
def shoot(intake_id: str, what: str) -> Response:
    """Keep photos or a video of one screen; the name of the file field is the slot."""
    actor = current_actor()
    row = reads.get_intake(actor, intake_id)
    kind, step = SHOTS[what]
    desk.check_open(row)
    covering = court.get_cover(actor, row.vehicle_id, "media.keep")
    kept = keep_files(actor, kind, row.vehicle_id, row.case_id, covering.id)
    return answer_upload(kept, url_for("intake.screen", intake_id=intake_id, step=step.value))


Save = Callable[[Actor, Intake, Any, int], None]
SAVES: dict[Step, tuple[Callable[[forms.Form], Any], Save]] = {
    Step.READINGS: (forms.read_readings, desk.save_readings),
    Step.KEYS: (forms.read_keys, desk.save_keys),
    Step.PAPERS: (forms.read_papers, desk.save_papers),
    Step.SEAL: (forms.read_seal, desk.save_seal),
}


@bp.post("/<intake_id>/<any(readings, keys, papers, seal):step>")
@admit(*INSPECTORS)
@refill("intake.screen")
def save(intake_id: str, step: str) -> Response:
    """Save one screen and go on to the next that asks for something."""
    actor, here = current_actor(), Step(step)
    read, write = SAVES[here]
    typed, version = read(request.form), forms.read_version(request.form)
    with act():
        write(actor, reads.get_intake(actor, intake_id), typed, version)
    return redirect(_onward(reads.get_intake(actor, intake_id), here), 303)


@bp.post("/<intake_id>/<any(belongings):step>")
@admit(*INSPECTORS)
@limiter.limit("20/minute")
@refill("intake.screen")
def save_belongings(intake_id: str, step: str) -> Response:
    """The count of belongings, signed by a second person who stays at this device."""
    actor = current_actor()
    typed, version = forms.read_belongings(request.form), forms.read_version(request.form)
    second = at_device.second_person(actor, request.form)
    with act():
        row = reads.get_intake(actor, intake_id)
        desk.save_belongings(actor, row, typed, version, second)
    return redirect(_onward(reads.get_intake(actor, intake_id), Step(step)), 303)


@bp.post("/<intake_id>/<any(photos, readings, keys, papers, seal, belongings):step>/excuse")
@admit(*INSPECTORS)
@refill("intake.screen")
def excuse(intake_id: str, step: str) -> Response:
    """Cannot, because …: for the items ticked on one screen."""
    actor = current_actor()
    items = request.form.getlist("item")
    if not items:
        raise Refused("no_item", "请先点选无法查验的事项，再选原因。", field="item")
    typed = request.form.get("reason_text", "").strip()
    reason = typed or holdings.REASON_WORDS.get(request.form.get("reason", ""), "")
    for item in each_once(items, str):
        with act():
            desk.excuse(actor, reads.get_intake(actor, intake_id), item, reason)
    return redirect(url_for("intake.screen", intake_id=intake_id, step=step), 303)


@bp.post("/<intake_id>/finish")
@admit(*INSPECTORS)
@refill("intake.gate_in")
def finish(intake_id: str) -> Response:
    """End the gate-in; its sheet is printed and kept at once."""
    actor = current_actor()
    with act():
        desk.finish(actor, reads.get_intake(actor, intake_id))
    paper_views.print_at_end(actor, intake_id)
    return redirect(url_for("intake.gate_in", intake_id=intake_id), 303)
