"""Questions about tows, gate-ins and findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from station.court import reads as court
from station.court.models import Command
from station.court.rules import BEGUN, CommandKind
from station.ground.actors import Actor
from station.ground.database import db, get_or_404
from station.media import reads as media
from station.media.models import Media, Scene
from station.media.rules import Kind, SceneKind
from station.vehicles import reads as vehicles

from . import identity_reads, rules
from .holdings import Item, bags_of
from .models import AnswerRow, Belonging, CheckInRow, Finding, Intake, ReasonRow, Report, Tow
from .rules import GateInRecord, Missing, Step, TowState
from .spots import Pictures, Place, read_keys, track
from .things import Found

TOW_PHOTO, SEAL_PHOTO, SHEET = "tow", "seal", "intake_sheet"
REPORT = "inspection_report"
HAND_LIST = "hand_list"
DAMAGE = "damage"
WALK_ROUND, THINGS = "walk_round", "things"

# --- tows


def list_tow_orders(actor: Actor) -> list[tuple[Command, Tow | None]]:
    """Signed tow commands of the actor's station that are not at the gate yet, and their tows."""
    commands = court.list_commands(actor, states=BEGUN)
    wanted = [c for c in commands if c.kind is CommandKind.TOW_IN]
    tows = {tow.vehicle_id: tow for tow in _live_tows([c.vehicle_id for c in wanted])}
    arrived = set(
        db.session.scalars(
            select(Intake.command_id).where(Intake.command_id.in_([c.id for c in wanted]))
        )
    )
    return [(c, tows.get(c.vehicle_id)) for c in wanted if c.id not in arrived]


def _live_tows(vehicle_ids: Sequence[str]) -> Sequence[Tow]:
    live = (TowState.DISPATCHED, TowState.TOWING)
    return db.session.scalars(
        select(Tow).where(Tow.vehicle_id.in_(vehicle_ids), Tow.state.in_(live))
    ).all()


def find_live_tow(vehicle_id: str) -> Tow | None:
    """The tow that is on its way to or with the vehicle."""
    rows = _live_tows([vehicle_id])
    return rows[0] if rows else None


def get_tow(actor: Actor, tow_id: str) -> Tow:
    """One tow of the actor's station, or the one that the actor's link opens; else 404."""
    row = db.session.get(Tow, tow_id)
    mine = row is not None and row.station_id == actor.organisation_id
    if row is not None and actor.by_link:
        mine = mine and actor.scope == row.subject and row.state is not TowState.CANCELLED
    tow: Tow = get_or_404(row if mine else None, "这项拖车任务")
    return tow


def list_coming(actor: Actor) -> Sequence[Tow]:
    """Tows on the road to the actor's station, the first to have left on top."""
    return db.session.scalars(
        select(Tow)
        .where(Tow.station_id == actor.organisation_id, Tow.state == TowState.TOWING)
        .order_by(Tow.departed_at)
    ).all()


def list_check_ins(tow_id: str) -> Sequence[CheckInRow]:
    """Departure and arrival of a tow, in order."""
    return db.session.scalars(
        select(CheckInRow).where(CheckInRow.tow_id == tow_id).order_by(CheckInRow.at)
    ).all()


def find_arrived_tow(vehicle_id: str) -> Tow | None:
    """The tow that last brought the vehicle here."""
    return db.session.scalars(
        select(Tow)
        .where(Tow.vehicle_id == vehicle_id, Tow.state == TowState.ARRIVED)
        .order_by(Tow.arrived_at.desc())
        .limit(1)
    ).first()


def newest_by_slot(vehicle_id: str, kind: str, since: datetime) -> dict[str, Media]:
    """The last picture of every slot of a kind kept since a moment."""
    rows = media.list_media(vehicle_id, kind)
    return {row.slot: row for row in rows if row.kept_at >= since}


def pickup_photos(tow: Tow) -> dict[str, Media]:
    """The pick-up photos of a tow by view."""
    found = newest_by_slot(tow.vehicle_id, TOW_PHOTO, tow.dispatched_at)
    return {view: found[view] for view in rules.PICKUP_VIEWS if view in found}


# --- gate-ins


def find_intake(vehicle_id: str) -> Intake | None:
    """The newest gate-in record of a vehicle."""
    return db.session.scalars(
        select(Intake)
        .where(Intake.vehicle_id == vehicle_id)
        .order_by(Intake.opened_at.desc())
        .limit(1)
    ).first()


def get_intake(actor: Actor, intake_id: str) -> Intake:
    """One gate-in of the actor's station, or of a vehicle the actor may see; else 404."""
    row = db.session.get(Intake, intake_id)
    mine = row is not None and not actor.by_link and vehicles.may_see(actor, row.vehicle_id)
    intake: Intake = get_or_404(row if mine else None, "这份入库查验记录")
    return intake


def list_open(actor: Actor) -> Sequence[Intake]:
    """Gate-ins of the actor's station that are not finished, the longest waiting first."""
    return db.session.scalars(
        select(Intake)
        .where(Intake.station_id == actor.organisation_id, Intake.finished_at.is_(None))
        .order_by(Intake.opened_at)
    ).all()


def list_finished(actor: Actor, limit: int = 20) -> Sequence[Intake]:
    """The last finished gate-ins of the actor's station."""
    return db.session.scalars(
        select(Intake)
        .where(Intake.station_id == actor.organisation_id, Intake.finished_at.is_not(None))
        .order_by(Intake.finished_at.desc())
        .limit(limit)
    ).all()


def find_answer(intake: Intake, step: Step) -> AnswerRow | None:
    """What was recorded on one screen."""
    return db.session.get(AnswerRow, (intake.id, step))


def answer_subject(intake: Intake, step: Step) -> str:
    """Name of one screen's record on the trail."""
    return f"{step}:{intake.id}"


def list_reasons(intake: Intake) -> dict[str, ReasonRow]:
    """Every "cannot, because …" of a gate-in, by item."""
    rows = db.session.scalars(select(ReasonRow).where(ReasonRow.intake_id == intake.id))
    return {row.item: row for row in rows}


def list_belongings(intake: Intake) -> Sequence[Belonging]:
    """What lay in the vehicle, in the order of the list."""
    return db.session.scalars(
        select(Belonging).where(Belonging.intake_id == intake.id).order_by(Belonging.number)
    ).all()


def gate_photos(intake: Intake) -> dict[str, Media]:
    """The photos of the required set by view, the last of each."""
    found = newest_by_slot(intake.vehicle_id, Kind.PHOTO, intake.opened_at)
    views = rules.GATE_IN_VIEWS[intake.vehicle.kind]
    return {view: found[view] for view in views if view in found}


def find_video(intake: Intake) -> Media | None:
    """The video round the vehicle."""
    return newest_by_slot(intake.vehicle_id, Kind.VIDEO, intake.opened_at).get(WALK_ROUND)


def find_seal_photo(intake: Intake) -> Media | None:
    """The picture of the seal on the vehicle."""
    return newest_by_slot(intake.vehicle_id, SEAL_PHOTO, intake.opened_at).get("seal")


def find_things_video(intake: Intake) -> Media | None:
    """The video of the count of belongings; never public."""
    return newest_by_slot(intake.vehicle_id, Kind.VIDEO, intake.opened_at).get(THINGS)


def has_things_picture(intake: Intake) -> bool:
    """Whether somebody filmed or photographed the belongings."""
    return bool(find_things_video(intake) or list_thing_pictures(intake))


def list_thing_pictures(intake: Intake) -> list[Media]:
    """Pictures of the belongings; never public."""
    rows = media.list_media(intake.vehicle_id, Kind.BELONGINGS)
    return [row for row in rows if row.kept_at >= intake.opened_at]


def get_record(intake: Intake) -> GateInRecord:
    """Everything recorded so far, as the rules see it."""
    answers = db.session.scalars(select(AnswerRow).where(AnswerRow.intake_id == intake.id))
    by_step = {row.step: row for row in answers}
    values = {step: row.value for step, row in by_step.items()}
    readings, counted = values.get(Step.READINGS, {}), by_step.get(Step.BELONGINGS)
    return GateInRecord(
        energy=intake.vehicle.energy,
        kind=intake.vehicle.kind,
        views=frozenset(gate_photos(intake)),
        has_video=find_video(intake) is not None,
        odometer_km=readings.get("odometer"),
        fuel_percent=readings.get("fuel"),
        charge_percent=readings.get("charge"),
        keys=values.get(Step.KEYS, {}).get("count"),
        has_papers_list=Step.PAPERS in values,
        seal_number=values.get(Step.SEAL, {}).get("number", ""),
        has_seal_photo=find_seal_photo(intake) is not None,
        counted_by=(counted.by_person, counted.second_person) if counted else (),
        reasons={item: row.text for item, row in list_reasons(intake).items()},
    )


@dataclass(frozen=True)
class Progress:
    """One screen of a gate-in: `missing` keeps the car from a bay, `excused` is not checked."""

    step: Step
    total: int
    missing: tuple[Missing, ...]
    excused: tuple[Missing, ...]

    @property
    def done(self) -> bool:
        """Whether the screen asks for nothing more."""
        return not self.missing


def list_progress(record: GateInRecord) -> list[Progress]:
    """How far every screen is, in the order of the work."""
    required = rules.required_items(record.energy, record.kind)
    missing, excused = rules.missing_for_bay(record), rules.not_checked(record)
    return [
        Progress(
            step,
            sum(rules.step_of(item.code) is step for item in required),
            tuple(item for item in missing if rules.step_of(item.code) is step),
            tuple(item for item in excused if rules.step_of(item.code) is step),
        )
        for step in Step
    ]


def list_not_checked(vehicle_id: str) -> list[tuple[Missing, str]]:
    """What could not be checked at the gate and why, for every page that shows the vehicle."""
    intake = find_intake(vehicle_id)
    if intake is None:
        return []
    return list_excused(intake)


def list_excused(intake: Intake) -> list[tuple[Missing, str]]:
    """What one gate-in leaves unchecked, each with its reason: excused items, marks of identity that
    were not read, pictures that were not taken before the tow, pictures too blurred to show anything."""
    record = get_record(intake)
    found = [(item, record.reasons[item.code]) for item in rules.not_checked(record)]
    unread = identity_reads.list_unread(intake.vehicle_id)
    found += [(Missing(f"identity.{zh}", zh), why) for zh, why in unread]
    tow = db.session.get(Tow, intake.tow_id)
    for code, why in (tow.reasons if tow else {}).items():
        found.append((_view(code.removeprefix("photo.")), f"起运前没有拍：{why}"))
    blurred = ((view, photo.note) for view, photo in gate_photos(intake).items())
    return found + [(_view(view), note) for view, note in blurred if note]


def _view(view: str) -> Missing:
    return Missing(f"photo.{view}", rules.VIEW_WORDS[view])


def list_found(intake: Intake) -> Found:
    """What came with the vehicle, as the screens have it."""
    answers = (find_answer(intake, step) for step in (Step.KEYS, Step.PAPERS, Step.SEAL))
    keys, papers, seal = (row.value if row else {} for row in answers)
    items = [Item(row.kind, row.what, row.bag) for row in list_belongings(intake)]
    there = tuple(papers.get("there", ()))
    told = keys.get("count", 0), keys.get("tags", ""), there, seal.get("number", "")
    return Found(*told, bags_of(items))


def find_report(intake: Intake) -> Report | None:
    """The report in force: the newest version."""
    return db.session.scalars(
        select(Report).where(Report.intake_id == intake.id).order_by(Report.version.desc()).limit(1)
    ).first()


def get_report(intake: Intake, number: str) -> Report:
    """One report of a gate-in, else 404."""
    row = db.session.get(Report, number)
    report: Report = get_or_404(row if row and row.intake_id == intake.id else None, "这份报告")
    return report


# --- findings


def list_findings(vehicle_id: str, *, withdrawn: bool = False) -> Sequence[Finding]:
    """What is wrong with a vehicle, in the order it was found."""
    question = select(Finding).where(Finding.vehicle_id == vehicle_id).order_by(Finding.number)
    if not withdrawn:
        question = question.where(Finding.withdrawn_at.is_(None))
    return db.session.scalars(question).all()


def get_finding(actor: Actor, finding_id: str) -> Finding:
    """One finding on a vehicle that the actor may see, else 404."""
    row = db.session.get(Finding, finding_id)
    mine = row is not None and not actor.by_link and vehicles.may_see(actor, row.vehicle_id)
    finding: Finding = get_or_404(row if mine else None, "这项缺陷")
    return finding


def count_findings(vehicle_id: str) -> int:
    """How many numbers were given to findings of a vehicle, withdrawn ones among them."""
    question = select(func.max(Finding.number)).where(Finding.vehicle_id == vehicle_id)
    return db.session.scalar(question) or 0


def find_scene(vehicle_id: str, kind: str) -> Scene | None:
    """The newest finished spin or panorama."""
    ready = [s for s in media.list_scenes(vehicle_id) if s.kind == kind and s.folder]
    return ready[0] if ready else None


def list_panoramas(vehicle_id: str) -> list[Scene]:
    """The newest finished panorama of every seat, those at the front first."""
    scenes = media.list_scenes(vehicle_id)
    return media.one_a_seat([s for s in scenes if s.kind == SceneKind.PANORAMA and s.folder])


def pictures_of(vehicle_id: str) -> Pictures:
    """On what the findings of a vehicle can be placed now."""
    spin = find_scene(vehicle_id, SceneKind.SPIN)
    return Pictures(
        spins={spin.id: len(spin.manifest["frames"])} if spin else {},
        panoramas=frozenset(scene.id for scene in list_panoramas(vehicle_id)),
    )


def places_in(finding: Finding, spin_id: str, count: int) -> dict[str, Place]:
    """Frame (as text) → where the finding is seen in it; nothing when it was placed on another
    spin. `count`: frames of this one."""
    if finding.spin_id != spin_id:
        return {}
    seen = track(read_keys(finding.keys), count)
    return {str(frame): place for frame, place in seen.items()}


def list_frames(spin: Scene) -> list[dict[str, str]]:
    """Addresses of a spin's pictures in order, for staff: small and full."""
    base = media.address_of(spin)
    return [
        {"url": base + frame["file"], "full": base + frame["full"]}
        for frame in spin.manifest["frames"]
    ]


# --- who reads the files


def may_read_pictures(actor: Actor, media: Media) -> bool:
    """Staff and courts that have to do with the vehicle; a tow driver what they took themselves."""
    if actor.by_link:
        tow = find_live_tow(media.vehicle)
        mine = tow is not None and actor.scope == tow.subject
        return mine and media.by_person == actor.person_id
    return vehicles.may_see(actor, media.vehicle)


def may_read_inside(actor: Actor, media: Media) -> bool:
    """What lay in the vehicle, and papers about it: nobody who came by a link."""
    return not actor.by_link and vehicles.may_see(actor, media.vehicle)


READERS = {
    TOW_PHOTO: may_read_pictures,
    SEAL_PHOTO: may_read_pictures,
    Kind.PHOTO.value: may_read_pictures,
    Kind.VIDEO.value: may_read_pictures,
    Kind.BELONGINGS.value: may_read_inside,
    SHEET: may_read_inside,
    REPORT: may_read_inside,
    HAND_LIST: may_read_inside,
}
