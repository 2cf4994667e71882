"""Sending a tow driver, and the two check-ins of the drive."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import update

from station.court import reads as court
from station.court.models import Command
from station.court.rules import CommandKind
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import changed, db
from station.ground.ids import new_id
from station.ground.refused import Refused
from station.ground.words import N_
from station.people import desk as people
from station.people.reads import get_organisation
from station.people.rules import Role
from station.trail import desk as trail
from station.trail.rules import Fact
from station.vehicles import desk as vehicles
from station.vehicles.custody import Holder
from station.vehicles.rules import Stage

from . import reads, rules
from .models import CheckInRow, Intake, Tow
from .rules import CheckIn, Position, TowState, Whereabouts

MESSAGE = N_("您有一项拖车任务。请打开链接，输入验证码后按提示拍照、打卡。")
DISPATCHED = "intake.tow_dispatched"


def dispatch(actor: Actor, command: Command, name: str, phone: str) -> Tow:
    """Send a driver to fetch the vehicle; link and code go into the outbox.

    Before departure another driver replaces the first, whose link opens nothing any more; on
    the road the same drive gets a new link (a lost phone).
    """
    if command.kind is not CommandKind.TOW_IN or command.station_id != actor.organisation_id:
        raise Refused("not_a_tow_order", "这不是发给本站的拖车指令，请从拖车列表中选择。")
    if not name.strip():
        raise Refused("driver_name", "请填写司机姓名。", field="driver_name")
    covering = court.get_covering(actor, command.vehicle_id, DISPATCHED)
    before = reads.find_live_tow(command.vehicle_id)
    tow = before if before and before.state is TowState.TOWING else None
    if tow is None:
        tow = _replace(actor, covering, before, name.strip(), rules.read_phone(phone))
    station = get_organisation(actor.organisation_id)
    people.make_link(
        station,
        Role.TOW_DRIVER,
        tow.subject,
        name=tow.driver_name,
        phone=rules.read_phone(phone),
        text=MESSAGE,
    )
    facts = {"state": tow.state.value, "replaces": before.id if before else ""}
    private = {"driver": name.strip(), "phone": phone}
    _write(actor, DISPATCHED, tow, facts, private, tow.command_id)
    return tow


def _replace(actor: Actor, command: Command, before: Tow | None, name: str, phone: str) -> Tow:
    if command.vehicle.stage is not Stage.TOW_ORDERED:
        raise Refused("tow_not_due", "这辆车不在待拖车状态，不能派车。请刷新列表。", status=409)
    if before is not None:
        _step(before, TowState.CANCELLED)
    row = Tow(
        id=new_id(),
        vehicle_id=command.vehicle_id,
        command_id=command.id,
        case_id=command.case_id,
        station_id=actor.organisation_id,
        driver_name=name,
        driver_phone=phone,
        state=TowState.DISPATCHED,
        reasons={},
        dispatched_at=clock.now(),
        departed_at=None,
        arrived_at=None,
    )
    db.session.add(row)
    db.session.flush()
    return row


def check_in(actor: Actor, tow: Tow, where: Whereabouts, reasons: Mapping[str, str]) -> CheckInRow:
    """Depart with the vehicle. Refuses while a pick-up photo has neither picture nor reason.

    A missing position and a doubtful clock are flagged, not refused.
    """
    rules.TOW_STATES.check(tow.state, TowState.TOWING)
    views = frozenset(reads.pickup_photos(tow))
    given = rules.check_departure(views, reasons)
    court.get_covering(actor, tow.vehicle_id, "intake.check_in")
    row = _note(actor, tow, "depart", where, None)
    _step(tow, TowState.TOWING, departed_at=row.at, reasons=given)
    vehicles.advance(tow.vehicle, Stage.TOWING)
    court_house = get_organisation(tow.command.court_id)
    vehicles.hand_over(
        f"vehicle:{tow.vehicle_id}",
        tow.vehicle_id,
        Holder.organisation(court_house.id, court_house.short_name),
        _driver(tow),
        place="扣押地",
        odometer_km=where.odometer_km,
        by_name=actor.name,
    )
    facts: dict[str, Fact] = {"leg": "pickup", "photos": len(views), "without": " ".join(given)}
    _write_check_in(actor, "intake.check_in", tow, row, facts, tow.command_id)
    return row


def arrive(actor: Actor, tow: Tow, where: Whereabouts) -> Intake:
    """Arrive at the station's gate: closes the tow and opens the gate-in record."""
    rules.TOW_STATES.check(tow.state, TowState.ARRIVED)
    cover = court.get_cover(actor, tow.vehicle_id, "intake.arrive")
    station = get_organisation(tow.station_id)
    known = station.latitude is not None and station.longitude is not None
    place = Position(station.latitude or 0, station.longitude or 0) if known else None
    row = _note(actor, tow, "arrive", where, place)
    _step(tow, TowState.ARRIVED, arrived_at=row.at)
    vehicles.advance(tow.vehicle, Stage.AT_GATE)
    vehicles.hand_over(
        f"vehicle:{tow.vehicle_id}",
        tow.vehicle_id,
        _driver(tow),
        Holder.organisation(station.id, station.short_name),
        place="库门",
        odometer_km=where.odometer_km,
        by_name=actor.name,
    )
    intake = Intake(
        id=new_id(),
        tow_id=tow.id,
        vehicle_id=tow.vehicle_id,
        command_id=tow.command_id,
        case_id=tow.case_id,
        station_id=tow.station_id,
        opened_at=row.at,
        finished_at=None,
        finished_by="",
        number=None,
        sheet_media="",
    )
    db.session.add(intake)
    told: dict[str, Fact] = {"leg": "gate", "intake": intake.id, **cover.facts}
    _write_check_in(actor, "intake.arrive", tow, row, told, cover.id)
    return intake


def _driver(tow: Tow) -> Holder:
    return Holder.outsider(tow.subject, tow.driver_name)


def _step(tow: Tow, to: TowState, **values: object) -> None:
    moved = changed(
        update(Tow).where(Tow.id == tow.id, Tow.state == tow.state).values(state=to, **values)
    )
    if not moved:
        raise Refused("tow_moved_on", "这项拖车任务刚刚被别人改变，请刷新页面后再办。", status=409)


def _note(
    actor: Actor, tow: Tow, step: str, where: Whereabouts, place: Position | None
) -> CheckInRow:
    now = clock.now()
    if where.odometer_km is not None:
        rules.check_number("odometer", where.odometer_km)
    weighed: CheckIn = rules.weigh(place, where, now)
    position = where.position
    row = CheckInRow(
        tow_id=tow.id,
        step=step,
        latitude=position.lat if position else None,
        longitude=position.lon if position else None,
        accuracy_m=where.accuracy_m,
        device_at=where.device_at,
        at=now,
        by_person=actor.person_id,
        by_name=actor.name,
        distance_m=weighed.distance_m,
        far=weighed.far,
        skew_s=weighed.skew_s,
        clock_doubtful=weighed.clock_doubtful,
        odometer_km=where.odometer_km,
    )
    db.session.add(row)
    return row


def _write_check_in(
    actor: Actor, act: str, tow: Tow, row: CheckInRow, facts: Mapping[str, Fact], command: str
) -> None:
    told: dict[str, Fact] = {
        **facts,
        "located": row.latitude is not None,
        "far": row.far,
        "skew_s": row.skew_s,
        "doubtful_clock": row.clock_doubtful,
    }
    numbers = {
        "distance_m": row.distance_m,
        "accuracy_m": row.accuracy_m,
        "odometer_km": row.odometer_km,
    }
    told |= {name: number for name, number in numbers.items() if number is not None}
    place = "" if row.latitude is None else f"{row.latitude:.6f},{row.longitude:.6f}"
    _write(actor, act, tow, told, {"position": place}, command)


def _write(
    actor: Actor,
    act: str,
    tow: Tow,
    facts: Mapping[str, Fact],
    private: Mapping[str, str],
    command: str,
) -> None:
    trail.write(
        actor,
        act,
        tow.subject,
        vehicle=tow.vehicle_id,
        case=tow.case_id,
        command=command,
        facts=facts,
        private=private,
    )
