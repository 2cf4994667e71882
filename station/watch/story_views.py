"""The whole story of one vehicle, on one page."""

from __future__ import annotations

from flask import current_app, render_template, url_for
from flask_babel import gettext

from station.court import enquiry_reads as surveys
from station.court import reads as court
from station.court import rules as court_rules
from station.court.rules import COMMANDS, WAITING, CommandKind
from station.ground import clock
from station.ground.actors import Actor
from station.ground.doors import admit, current_actor
from station.ground.web import show_moment
from station.ground.words import N_
from station.intake import identity, identity_reads, inspections, things
from station.intake import reads as intake
from station.intake import rules as intake_rules
from station.media import reads as media
from station.media.access import may_read
from station.media.models import Scene
from station.media.shown import Pin, panorama_part
from station.people import reads as people
from station.release import reads as release
from station.sales import halt_reads
from station.sales import reads as sales
from station.sales import rules as sales_rules
from station.showroom import reads as showroom
from station.vehicles import reads as vehicles
from station.vehicles import rules as vehicle_rules
from station.vehicles.models import Vehicle
from station.vehicles.rules import Stage
from station.yard import incident_reads
from station.yard import incidents as incident_rules
from station.yard import reads as yard
from station.yard import rules as yard_rules

from . import custody, pairs, reads, sights, steps, stories, talk
from .rules import GONE
from .sights import Defect, Sights
from .steps import Step
from .ways import INSIDE, bp, link

NEIGHBOURS = 12
SOLD_ON = (Stage.SOLD, Stage.PAID, Stage.RELEASE_ORDERED)


@bp.get("/watch/vehicles/<vehicle_id>")
@admit(*INSIDE)
def vehicle(vehicle_id: str) -> str:
    """Everything about one vehicle, as far as the reader's organisation has to do with it."""
    actor = current_actor()
    row = vehicles.get_vehicle(actor, vehicle_id)
    step = steps.next_step(stories.standing_of(actor, row))
    seen = sights.sights_of(actor, vehicle_id)
    return render_template(
        "watch/vehicle.html",
        vehicle=row,
        **_identity(actor, row),
        step=steps.STEP_WORDS[step] if step else None,
        step_url=_step_url(actor, row, step) if step else "",
        links=_links(row),
        commands=court.list_commands(actor, vehicle_id=vehicle_id),
        court_rules=court_rules,
        custody=vehicles.list_custody(f"vehicle:{vehicle_id}"),
        held=custody.list_held(vehicle_id),
        remarks=vehicles.list_remarks(row, clock.today()),
        mismatch=identity_reads.find_mismatch(vehicle_id),
        checked=identity_reads.find_check(vehicle_id),
        identity=identity,
        incidents=incident_reads.list_incidents(vehicle_id),
        incident_rules=incident_rules,
        things=things,
        now=clock.now(),
        **_places(row),
        **_papers(actor, row),
        **_pictures(seen),
        comparable=bool(pairs.list_series(actor, vehicle_id)),
        story=stories.read_story(actor, row),
        acts=current_app.extensions["trail.acts"],
        neighbours=_neighbours(actor, row),
        today=clock.today(),
    )


def _identity(actor: Actor, row: Vehicle) -> dict[str, object]:
    """Who the vehicle is, masked for the reader, and in which case."""
    audience = vehicles.audience_of(actor)
    holder = court.find_holder(row.id)
    entrustment = court.find_entrustment(row.id)
    lot = sales.find_lot(row.id)
    return {
        "plate": vehicle_rules.mask_plate(row.plate, audience),
        "vin": vehicle_rules.mask_vin(row.vin, audience),
        "stages": vehicle_rules.STAGE_WORDS,
        "kinds": vehicle_rules.VEHICLE_KIND_WORDS,
        "energies": vehicle_rules.ENERGY_WORDS,
        "seizure": holder,
        "case_url": link("court.case", case_id=holder.case_id)
        if holder and holder.case.court_id == actor.organisation_id
        else "",
        "court": people.get_organisation(holder.case.court_id).name if holder else "",
        "agency": entrustment.agency.name if entrustment else "",
        "lot": lot,
        "lot_words": sales_rules.LOT_STATES.words,
    }


def to_map(latitude: float, longitude: float) -> str:
    """The place as Chinese maps draw it (GCJ-02), six digits: to be pasted into one."""
    lat, lon = intake_rules.to_gcj02(intake_rules.Position(latitude, longitude))
    return f"{lat:.6f},{lon:.6f}"


def _places(row: Vehicle) -> dict[str, object]:
    """Where it stands, who cared for it, and how it came."""
    tow = intake.find_live_tow(row.id) or intake.find_arrived_tow(row.id)
    check_ins = intake.list_check_ins(tow.id) if tow else []
    return {
        "stay": yard.find_stay(row.id),
        "storage": yard.find_storage(row),
        "value_url": link("court.new_value", vehicle_id=row.id),
        "care": yard.list_care(row.id, 8),
        "follow_ups": yard.list_follow_ups([row.id]),
        "yard_rules": yard_rules,
        "check_ins": [(one, reads.doubt_of(one)) for one in check_ins],
        "tow": tow,
        "tow_words": intake_rules.TOW_STATES.words,
        "tow_photos": len(intake.pickup_photos(tow)) if tow else 0,
        "tow_views": len(intake_rules.PICKUP_VIEWS),
        "to_map": to_map,
        "not_checked": [*intake.list_not_checked(row.id), *inspections.list_unchecked(row.id)],
    }


def _papers(actor: Actor, row: Vehicle) -> dict[str, object]:
    """The documents that were printed about it and that the reader may open, newest first."""
    kinds = current_app.extensions["trail.documents"]
    found = [one for one in media.list_media(row.id) if one.kind in kinds]
    return {
        "papers": [one for one in reversed(found) if may_read(actor, one)],
        "paper_words": kinds,
    }


# --- the next step

STEP_PAGES = {
    Step.COMMAND: "court.new_command",
    Step.DRAFT: "showroom.draft",
    Step.ANNOUNCE: "showroom.draft",
    Step.APPROVE: "showroom.review",
    Step.ORDER_RELEASE: "release.review",
}
"""Steps whose page takes the vehicle itself."""


def _step_url(actor: Actor, row: Vehicle, step: Step) -> str:
    """The page of the next step, if the reader is the one who takes it."""
    if step in STEP_PAGES:
        return link(STEP_PAGES[step], vehicle_id=row.id)
    match step:
        case Step.ENTRUST if holder := court.find_holder(row.id):
            return link("court.new_entrustment", seizure_id=holder.id)
        case Step.ANSWER if entrustment := court.find_entrustment(row.id):
            return link("court.entrustment", entrustment_id=entrustment.id)
        case Step.SIGN:
            waiting = court.list_commands(actor, states=WAITING, vehicle_id=row.id)
            first = next(one for one in waiting if not COMMANDS[one.kind].reported)
            mine = first.addressee_id == actor.organisation_id
            return link("court.command", command_id=first.id) if mine else ""
        case Step.BALANCE | Step.RULING if lot := sales.find_lot(row.id):
            return link("sales.lot", lot_id=lot.id)
        case Step.RESULT:
            return link("sales.new_import")
        case _:
            return _yard_step(row, step)


def _yard_step(row: Vehicle, step: Step) -> str:
    match step:
        case Step.SEND_TOW if command := court.find_command(row.id, CommandKind.TOW_IN):
            return link("intake.send", command_id=command.id)
        case Step.FETCH if tow := intake.find_live_tow(row.id):
            return link("intake.tow", tow_id=tow.id)
        case Step.TAKE_IN if there := intake.find_intake(row.id):
            return link("intake.gate_in", intake_id=there.id)
        case Step.PLACE:
            return link("yard.scan", car=row.vin_tail)
        case Step.HAND_OVER:
            return link("release.gate.scan_page") or link("release.leaving")
        case _:
            return ""


def _links(row: Vehicle) -> list[tuple[str, str]]:
    """(words, address) of the other rooms' pages of this vehicle that the reader may open."""
    there, stay = intake.find_intake(row.id), yard.find_stay(row.id)
    listing, lot = showroom.find_listing(row.id), sales.find_lot(row.id)
    leaving = release.find_release(row.id)
    left = leaving.id if leaving and leaving.left_at else ""
    public = listing.public_id if listing and showroom.is_published(row.id) else ""
    here = row.stage in vehicle_rules.IN_HANDS
    halt = row.stage not in (*GONE, *SOLD_ON) or halt_reads.list_halts(row.id)
    urgent = link("court.emergency.new", vehicle_id=row.id) if here else ""
    found = [
        (_talk(row), link("watch.conversation", vehicle_id=row.id)),
        (N_("前期调查"), _survey(row)),
        (N_("办事事项"), link("watch.work_list", vehicle_id=row.id)),
        (N_("考评"), link("scores.vehicle", vehicle_id=row.id)),
        (N_("影像"), link("media.vehicle", vehicle_id=row.id)),
        (N_("入库查验"), link("intake.gate_in", intake_id=there.id) if there else ""),
        (N_("缺陷清单"), link("intake.list_findings", vehicle_id=row.id) if there else ""),
        (N_("技术查验"), link("intake.list_inspections", vehicle_id=row.id) if there else ""),
        (N_("养护"), link("yard.care_car", vehicle_id=row.id) if stay else ""),
        (N_("上架资料"), link("showroom.draft", vehicle_id=row.id) if there else ""),
        (N_("公示审核"), link("showroom.review", vehicle_id=row.id) if listing else ""),
        (N_("拍品"), link("sales.lot", lot_id=lot.id) if lot else ""),
        (N_("处置车内物品"), link("release.clearing", vehicle_id=row.id) if there else ""),
        (N_("放行审核"), link("release.review", vehicle_id=row.id) if lot and lot.price else ""),
        (N_("出库交接"), link("release.gate.left", release_id=left) if left else ""),
        (N_("补登保管物"), link("intake.new_thing", vehicle_id=row.id) if here and there else ""),
        (N_("暂缓、中止、撤回"), link("showroom.halt.page", vehicle_id=row.id) if halt else ""),
        (N_("撤回交还"), _give_back(row)),
        (N_("报告异常"), link("yard.new_incident", vehicle_id=row.id) if here and there else ""),
        (N_("紧急处置"), urgent),
        (N_("公示页面"), link("showroom.car", public_id=public) if public else ""),
    ]
    return [(words, url) for words, url in found if url]


def _give_back(row: Vehicle) -> str:
    if court.find_command(row.id, CommandKind.WITHDRAW) is None:
        return ""
    return link("release.back.giving_back", vehicle_id=row.id)


def _talk(row: Vehicle) -> str:
    unread = talk.count_unread(current_actor(), row.id)
    words: str = gettext(N_("沟通（%(n)d 条未读）"), n=unread) if unread else N_("沟通")
    return words


def _survey(row: Vehicle) -> str:
    if not surveys.may_survey(current_actor(), row.id):
        return ""
    return link("court.survey.page", vehicle_id=row.id)


# --- pictures


def _pictures(seen: Sights) -> dict[str, object]:
    spin = seen.spin
    return {
        "photos": [_photo(one) for one in seen.photos],
        "file_count": seen.count,
        "spin": spin,
        "frames": intake.list_frames(spin) if spin else [],
        "spin_pins": [
            {"id": d.id, "number": d.number, "label": _label(d), "frames": d.frames}
            for d in seen.defects
            if spin and d.frames
        ],
        "panoramas": [_panorama(one, seen) for one in seen.panoramas],
        "defects": [_defect(one, seen) for one in seen.defects],
    }


def _panorama(scene: Scene, seen: Sights) -> dict[str, object]:
    pins = [
        Pin(d.id, d.number, _label(d), *d.inside)
        for d in seen.defects
        if d.inside and d.panorama_id == scene.id
    ]
    about = gettext("拍摄于 %(when)s", when=show_moment(scene.taken_at))
    return panorama_part(media.sphere_of(scene), about, pins)


def _photo(one: sights.Photo) -> dict[str, object]:
    return {
        "url": url_for("media.original", media_id=one.id),
        "thumb": url_for("media.derivative", media_id=one.id, use="thumb"),
        "label": gettext(one.zh),
        "taken": one.taken,
    }


def _label(one: Defect) -> str:
    return f"{gettext(one.panel)} · {gettext(one.defect)}"


def _defect(one: Defect, seen: Sights) -> dict[str, object]:
    in_scene = one.panorama_id in {scene.id for scene in seen.panoramas}
    where = "spin" if one.frames else "panorama" if one.inside and in_scene else "photo"
    photo = _photo(one.photo)
    return {
        "id": one.id,
        "number": one.number,
        "label": _label(one),
        "note": one.sentence,
        "photo": photo["url"],
        "thumb": photo["thumb"] if one.photo.drawn else "",
        "where": where,
        "at": one.in_photo,
    }


def _neighbours(actor: Actor, row: Vehicle) -> list[Vehicle]:
    """Other vehicles at the same stage: the list on the left."""
    found = vehicles.list_vehicles(actor, stages=[row.stage], limit=NEIGHBOURS + 1)
    return [one for one in found if one.id != row.id][:NEIGHBOURS]
