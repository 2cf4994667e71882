"""Questions about things held for vehicles."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import or_, select

from station.ground.actors import Actor
from station.ground.database import db, get_or_404
from station.ground.refused import Refused
from station.media import reads as media
from station.media.labels import Purpose
from station.vehicles import reads as vehicles
from station.vehicles.models import Custody

from . import things
from .models import Belonging
from .thing_models import Thing
from .things import ThingKind, ThingState

NOT_GONE = (ThingState.OUT, ThingState.LOST, ThingState.HELD)


def list_things(vehicle_id: str) -> Sequence[Thing]:
    """Everything held for a vehicle, keys first; what has left it among them."""
    rows = db.session.scalars(select(Thing).where(Thing.vehicle_id == vehicle_id)).unique().all()
    order = list(ThingKind)
    return sorted(rows, key=lambda row: (order.index(row.kind), row.tag, row.what))


def list_held(station_id: str) -> Sequence[Thing]:
    """Keys, papers and plates in the station's hands, those out first, then by hook."""
    return (
        db.session.scalars(
            select(Thing)
            .where(
                Thing.station_id == station_id,
                Thing.kind.in_(things.LENT),
                Thing.state.in_(NOT_GONE),
            )
            .order_by(Thing.state == ThingState.HELD, Thing.due_at, Thing.kind, Thing.tag)
        )
        .unique()
        .all()
    )


def list_kind(station_id: str, kind: ThingKind) -> Sequence[Thing]:
    """Things of one kind that a station answers for, by number."""
    question = (
        select(Thing)
        .where(Thing.station_id == station_id, Thing.kind == kind, Thing.state.in_(NOT_GONE))
        .order_by(Thing.tag, Thing.id)
    )
    return db.session.scalars(question).unique().all()


def count_overdue(station_id: str, now: datetime) -> int:
    """How many things of a station should be back by now."""
    return sum(things.is_overdue(row.state, row.due_at, now) for row in _list_out(station_id))


def _list_out(station_id: str) -> Sequence[Thing]:
    return (
        db.session.scalars(
            select(Thing).where(Thing.station_id == station_id, Thing.state == ThingState.OUT)
        )
        .unique()
        .all()
    )


def list_missing(vehicle_ids: Collection[str], now: datetime) -> list[Thing]:
    """Things that the judge is told of: out too long, or lost and not settled."""
    rows = db.session.scalars(
        select(Thing).where(
            Thing.vehicle_id.in_(vehicle_ids),
            or_(
                Thing.state == ThingState.OUT,
                (Thing.state == ThingState.LOST) & (Thing.settled == ""),
            ),
        )
    ).unique()
    return [
        row
        for row in rows
        if row.state is ThingState.LOST or things.is_told(row.state, row.due_at, now)
    ]


def list_keeping(vehicle_id: str) -> list[Thing]:
    """Things that keep their vehicle from leaving."""
    return [
        row for row in list_things(vehicle_id) if things.keeps_vehicle(row.state, row.settled != "")
    ]


def list_leaving(vehicle_id: str) -> list[Thing]:
    """What is delivered with a vehicle: everything in place but the belongings, which never are."""
    return [
        row
        for row in list_things(vehicle_id)
        if row.state is ThingState.HELD and row.kind is not ThingKind.BAG
    ]


def list_bags(vehicle_id: str) -> list[Thing]:
    """Sealed bags of a vehicle that the station still has."""
    rows = list_things(vehicle_id)
    return [row for row in rows if row.kind is ThingKind.BAG and row.state is ThingState.HELD]


def get_thing(actor: Actor, thing_id: str) -> Thing:
    """One thing of a vehicle that the actor may see; else 404."""
    row = db.session.get(Thing, thing_id)
    mine = row is not None and not actor.by_link and vehicles.may_see(actor, row.vehicle_id)
    thing: Thing = get_or_404(row if mine else None, "这件保管物")
    return thing


def find_scanned(actor: Actor, text: str) -> tuple[Thing, bool]:
    """The thing that was scanned, or whose number was typed; the last: whether a label was read.

    Raises `Refused` (field ``key``) for nothing, a label of something else or of another station.
    """
    tag = things.read_tag(text)
    if not tag:
        raise Refused("thing_scan_empty", "请扫描钥匙牌，或输入钥匙牌编号。", field="key")
    typed = _by_tag(actor, tag)
    if typed is not None:
        return typed, False
    try:
        code = media.read_code(text, Purpose.KEY)
    except Refused as refusal:
        if refusal.code == "label_foreign":
            raise Refused(
                "thing_unknown",
                "没有找到“%(text)s”：它不是本站在管的钥匙牌或编号。请重新扫描或核对。",
                field="key",
                status=404,
                text=text.strip()[:40],
            ) from None
        refusal.field = "key"
        raise
    row = db.session.get(Thing, code.subject.partition(":")[2])
    if row is None or row.station_id != actor.organisation_id:
        raise Refused("thing_elsewhere", "这块钥匙牌属于别的服务站，请核对。", field="key")
    return row, True


def _by_tag(actor: Actor, tag: str) -> Thing | None:
    return db.session.scalars(
        select(Thing).where(
            Thing.station_id == actor.organisation_id,
            Thing.tag == tag,
            Thing.kind.in_(things.LENT),
            Thing.state != ThingState.GONE,
        )
    ).first()


def list_tags(station_id: str, kind: ThingKind) -> set[str]:
    """Numbers of a kind that cannot be given again at a station."""
    question = select(Thing.tag).where(Thing.station_id == station_id, Thing.kind == kind)
    if kind not in things.ONCE:
        question = question.where(Thing.state != ThingState.GONE)
    return set(db.session.scalars(question))


def list_hooks(station_id: str) -> set[str]:
    """Hooks of the cabinet that belong to a key, be it out."""
    return set(
        db.session.scalars(
            select(Thing.place).where(
                Thing.station_id == station_id,
                Thing.kind == ThingKind.KEY,
                Thing.state.in_((ThingState.HELD, ThingState.OUT)),
            )
        )
    )


def is_number_used(
    station_id: str, kind: ThingKind, number: str, *, other_than: str, intake_id: str = ""
) -> bool:
    """Whether a seal or bag of this number is known at the station for another vehicle than
    `other_than`, or on the list of another gate-in than `intake_id`."""
    row = db.session.scalars(
        select(Thing.id).where(
            Thing.station_id == station_id,
            Thing.kind == kind,
            Thing.tag == number,
            Thing.vehicle_id != other_than,
        )
    ).first()
    if row is not None or kind is not ThingKind.BAG:
        return row is not None
    listed = select(Belonging.number).where(
        Belonging.station_id == station_id,
        Belonging.bag == number,
        Belonging.intake_id != intake_id,
    )
    return db.session.scalars(listed).first() is not None


def chain_of(thing: Thing) -> Sequence[Custody]:
    """Everybody who had the thing, oldest first."""
    return vehicles.list_custody(thing.subject)
