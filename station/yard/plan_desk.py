"""Laying out the yard: rows of bays, where they stand, and what each bay is good for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from station.ground.actors import Actor
from station.ground.database import changed, db
from station.ground.ids import new_id
from station.ground.refused import Refused
from station.trail import desk as trail
from station.trail.rules import Fact

from . import plan, plan_reads
from .models import Bay, Care, PlacedRow, Stay
from .plan import Placing
from .rules import BayKind, BayRow


def add_bays(
    actor: Actor, rows: Sequence[BayRow], placings: Sequence[Placing | None] = ()
) -> list[Bay]:
    """Lay out rows of bays of the actor's station, each where `placings` says or south of all.

    Refuses a code that is there already, and ground that is taken.
    """
    made = [
        bay for row, place in zip_longest(rows, placings) for bay in _add_row(actor, row, place)
    ]
    told = " ".join(f"{row.zone}{row.first}-{row.last}:{row.kind}" for row in rows)
    facts: dict[str, Fact] = {"rows": told, "count": len(made)}
    trail.write(actor, "yard.add_bays", f"organisation:{actor.organisation_id}", facts=facts)
    return made


def _add_row(actor: Actor, row: BayRow, placing: Placing | None) -> list[Bay]:
    codes = row.codes()
    if len(codes) > plan.MOST_IN_ROW:
        raise Refused(
            "row_long",
            "一排最多 %(most)d 个库位，请分成几排划定。",
            field="last",
            most=plan.MOST_IN_ROW,
        )
    place = placing or plan.next_place(plan_reads.laid_out(actor))
    placed = _keep_row(actor, row.zone, place)
    made = [_bay(placed, code.number, str(code), row.kind) for code in codes]
    db.session.add_all(made)
    try:
        db.session.flush()
    except IntegrityError:
        raise Refused(
            "bay_twice",
            "其中有库位已经划定过，没有新增。请改用新的编号。",
            field="first",
            status=409,
        ) from None
    _check(actor, placed, place)
    return made


def _keep_row(actor: Actor, zone: str, at: Placing) -> PlacedRow:
    row = PlacedRow(
        id=new_id(),
        station_id=actor.organisation_id,
        zone=zone,
        x=max(at.x, 0),  # what lies outside is refused below, in words
        y=max(at.y, 0),
        direction=at.direction,
        gap=max(at.gap, 0),
        version=1,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _bay(row: PlacedRow, number: int, code: str, kind: BayKind) -> Bay:
    return Bay(
        id=new_id(),
        station_id=row.station_id,
        row_id=row.id,
        code=code,
        zone=row.zone,
        number=number,
        kind=kind,
    )


def _check(actor: Actor, row: PlacedRow, at: Placing) -> None:
    """Refuse a row that would not lie on free ground at `at`."""
    rows = {one.id: one for one in plan_reads.laid_out(actor)}
    mine = rows.pop(row.id)
    bays = db.session.execute(select(Bay.id, Bay.code).where(Bay.station_id == row.station_id))
    codes = {row[0]: row[1] for row in bays}
    plan.check_placing(plan.Row(row.id, at, mine.bays), list(rows.values()), codes)


def place_row(actor: Actor, row: PlacedRow, at: Placing) -> None:
    """Put a row elsewhere on the plan; the cars in it are not touched. Refuses taken ground."""
    before = row.placing
    _check(actor, row, at)
    moved = changed(
        update(PlacedRow)
        .where(PlacedRow.id == row.id, PlacedRow.version == row.version)
        .values(x=at.x, y=at.y, direction=at.direction, gap=at.gap, version=row.version + 1)
    )
    if not moved:
        raise _changed_meanwhile()
    facts: dict[str, Fact] = {"zone": row.zone, "from": _tell(before), "to": _tell(at)}
    trail.write(actor, "yard.place_row", row.subject, facts=facts)


def _tell(at: Placing) -> str:
    return f"{at.x},{at.y} {at.direction} {at.gap}"


def _changed_meanwhile() -> Refused:
    return Refused(
        "plan_changed", "平面图刚刚被别人改过，没有保存。请刷新后按最新的平面图再改。", status=409
    )


def remove_row(actor: Actor, row: PlacedRow) -> None:
    """Take a row away that no car has ever stood in, e.g. one with wrong numbers."""
    bays = db.session.execute(select(Bay.id, Bay.code).where(Bay.row_id == row.id)).all()
    ids = [bay for bay, _ in bays]
    used = (
        select(Stay.id)
        .where(Stay.bay_id.in_(ids))
        .union_all(select(Care.id).where(Care.bay_id.in_(ids)))
    )
    if db.session.execute(used.limit(1)).first():
        raise Refused(
            "row_used",
            "这一排停过车，记录要保留，不能撤销。可以改变库位种类或位置。",
            status=409,
        )
    told: dict[str, Fact] = {"bays": " ".join(sorted(code for _, code in bays))}
    subject, zone = row.subject, row.zone
    db.session.execute(delete(Bay).where(Bay.row_id == row.id))
    if not changed(delete(PlacedRow).where(PlacedRow.id == row.id)):
        raise _changed_meanwhile()
    trail.write(actor, "yard.remove_row", subject, facts={"zone": zone, **told})


def change_bay(actor: Actor, bay: Bay, kind: BayKind) -> None:
    """Say what a bay is good for from now on, e.g. since a charger was put up."""
    before = bay.kind
    if before is kind:
        raise Refused("bay_same_kind", "库位种类没有变化。", status=409, field="kind")
    if not changed(update(Bay).where(Bay.id == bay.id, Bay.kind == before).values(kind=kind)):
        raise _changed_meanwhile()
    row = plan_reads.get_row(actor, bay.row_id)
    _check(actor, row, row.placing)  # a large bay takes more ground
    facts: dict[str, Fact] = {"bay": bay.code, "from": before.value, "to": kind.value}
    trail.write(actor, "yard.change_bay", bay.subject, facts=facts)
