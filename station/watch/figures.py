"""Counts of one organisation's day: what stands on its first page and on its wall."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from sqlalchemy import func, select

from station.court import enquiry_reads
from station.court import reads as court
from station.court.rules import BEGUN, OPEN, EntrustmentState
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import db
from station.ground.words import N_
from station.intake import reads as intake
from station.intake import thing_reads
from station.notices import reads as notices
from station.orders import reads as orders
from station.orders.rules import OrderState
from station.release import reads as release
from station.showroom import reads as showroom
from station.showroom.rules import ListingState
from station.vehicles.models import Access, Vehicle
from station.vehicles.rules import Stage
from station.yard import presence_reads
from station.yard import reads as yard

from . import reads


class Count(StrEnum):
    """What is counted."""

    UNSIGNED = "unsigned"
    LATE = "late"
    OPEN = "open"
    TOWS = "tows"
    GATE = "gate"
    TO_PLACE = "to_place"
    CARE = "care"
    KEYS_LATE = "keys_late"
    PRESENCE = "presence"
    STORED = "stored"
    OUTBOX = "outbox"
    ORDERS = "orders"
    TO_RELEASE = "to_release"
    TO_CLEAR = "to_clear"
    OFFERED = "offered"
    TO_SURVEY = "to_survey"
    TO_DRAFT = "to_draft"
    TO_ANNOUNCE = "to_announce"
    PUBLISHED = "published"
    SOLD = "sold"
    RELEASED = "released"


COUNT_WORDS = {
    Count.UNSIGNED: N_("待签收的指令"),
    Count.LATE: N_("过期未办结的指令"),
    Count.OPEN: N_("办理中的指令"),
    Count.TOWS: N_("待派和在途的拖车"),
    Count.GATE: N_("库门待查验"),
    Count.TO_PLACE: N_("待安排库位"),
    Count.CARE: N_("今天要养护的车"),
    Count.KEYS_LATE: N_("超时未还的钥匙和证照"),
    Count.PRESENCE: N_("待答复的现场核查"),
    Count.STORED: N_("在库车辆"),
    Count.OUTBOX: N_("待转交的消息"),
    Count.ORDERS: N_("待办的服务订单"),
    Count.TO_RELEASE: N_("已令放行，待提车"),
    Count.TO_CLEAR: N_("待清退车内物品"),
    Count.OFFERED: N_("待答复的委托"),
    Count.TO_SURVEY: N_("须跟进的协查"),
    Count.TO_DRAFT: N_("待拟的上架资料"),
    Count.TO_ANNOUNCE: N_("待发布的公告"),
    Count.PUBLISHED: N_("公示中"),
    Count.SOLD: N_("已成交，待付清"),
    Count.RELEASED: N_("本月出库"),
}
IN_YARD = (Stage.STORED, Stage.PUBLISHED, Stage.SOLD, Stage.PAID, Stage.RELEASE_ORDERED)
TO_DO = (OrderState.PLACED, OrderState.PAID, OrderState.IN_WORK)


@dataclass(frozen=True)
class Figure:
    """One figure. `total`: out of how many, if that is known."""

    what: Count
    number: int
    total: int | None = None

    @property
    def alarming(self) -> bool:
        """Whether it is a deadline that has passed."""
        return self.what in (Count.LATE, Count.KEYS_LATE) and self.number > 0


def _commands(actor: Actor) -> list[Figure]:
    rows, today = court.list_commands(actor, states=OPEN), clock.today()
    signed = [row for row in rows if row.state in BEGUN]
    return [
        Figure(Count.LATE, sum(row.due < today for row in rows)),
        Figure(Count.UNSIGNED, len(rows) - len(signed)),
        Figure(Count.OPEN, len(signed)),
    ]


def station_day(actor: Actor) -> list[Figure]:
    """What a station has before it today, in the order of the work."""
    stages = reads.count_stages(actor)
    tows = intake.list_tow_orders(actor)
    waiting = [row for row in orders.list_orders(actor) if row.state in TO_DO]
    unsent = [row for row in notices.list_outbox(actor) if row.passed_on_at is None]
    return [
        *_commands(actor),
        Figure(Count.TOWS, len(tows)),
        Figure(Count.GATE, len(intake.list_open(actor))),
        Figure(Count.TO_PLACE, stages.get(Stage.TAKEN_IN, 0)),
        Figure(Count.CARE, len(yard.list_due(actor, clock.today()))),
        Figure(Count.PRESENCE, len(presence_reads.list_open(actor.organisation_id))),
        Figure(Count.KEYS_LATE, thing_reads.count_overdue(actor.organisation_id, clock.now())),
        Figure(Count.ORDERS, len(waiting)),
        Figure(Count.TO_RELEASE, stages.get(Stage.RELEASE_ORDERED, 0)),
        Figure(Count.TO_CLEAR, len(release.list_uncleared(actor))),
        Figure(Count.OUTBOX, len(unsent)),
    ]


def agency_day(actor: Actor) -> list[Figure]:
    """What an agency has before it today."""
    entrusted = court.list_entrustments(actor)
    offered = [row for row in entrusted if row.state is EntrustmentState.OFFERED]
    mine = [row.vehicle_id for row in entrusted if row.state is EntrustmentState.ACCEPTED]
    standing = [showroom.state_of(row) if row else None for _, row in showroom.list_waiting(actor)]
    drafts = (None, ListingState.DRAFT, ListingState.WITHDRAWN)
    return [
        Figure(Count.OFFERED, len(offered)),
        Figure(Count.TO_SURVEY, len(enquiry_reads.list_alarms(mine))),
        Figure(Count.TO_DRAFT, sum(state in drafts for state in standing)),
        Figure(Count.TO_ANNOUNCE, sum(state is ListingState.ORDERED for state in standing)),
        *_commands(actor),
        Figure(Count.SOLD, reads.count_stages(actor).get(Stage.SOLD, 0)),
    ]


def wall(actor: Actor) -> list[Figure]:
    """Eight figures for the wall of a station or a court; nothing personal."""
    stages = reads.count_stages(actor)
    late, unsigned, _ = _commands(actor)
    return [
        _stored(actor, stages),
        unsigned,
        late,
        Figure(Count.TOWS, stages.get(Stage.TOW_ORDERED, 0) + stages.get(Stage.TOWING, 0)),
        Figure(Count.GATE, stages.get(Stage.AT_GATE, 0)),
        Figure(Count.PUBLISHED, stages.get(Stage.PUBLISHED, 0)),
        Figure(Count.SOLD, stages.get(Stage.SOLD, 0)),
        Figure(Count.RELEASED, _released_this_month(actor)),
    ]


def _stored(actor: Actor, stages: dict[Stage, int]) -> Figure:
    """Bays taken out of all bays of a station; for a court its own vehicles in yards."""
    if bays := len(yard.list_bays(actor)):
        return Figure(Count.STORED, len(yard.list_present(actor)), bays)
    return Figure(Count.STORED, sum(stages.get(stage, 0) for stage in IN_YARD))


def _released_this_month(actor: Actor) -> int:
    first = datetime.combine(clock.today().replace(day=1), time(), clock.SHANGHAI)
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Vehicle)
            .join(Access, Access.vehicle_id == Vehicle.id)
            .where(Access.organisation_id == actor.organisation_id)
            .where(Vehicle.stage == Stage.RELEASED, Vehicle.stage_since >= first)
        )
        or 0
    )
