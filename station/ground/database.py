"""The database and `act()`: the one place that commits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from flask import g, has_request_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    Enum,
    Executable,
    LargeBinary,
    MetaData,
    Text,
    event,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session, registry

from .refused import Refused

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


# A word of a closed vocabulary, stored as its value, with a CHECK.
WORD = Enum(
    StrEnum,
    native_enum=False,
    create_constraint=True,
    length=40,
    values_callable=lambda words: [word.value for word in words],
)


class Base(DeclarativeBase):
    """Every row. Text without length, aware times, 64-bit integers (money is fen)."""

    metadata = MetaData(naming_convention=NAMES)
    registry = registry(
        metadata=metadata,
        type_annotation_map={
            str: Text,
            int: BigInteger,
            bytes: LargeBinary,
            date: Date,
            datetime: DateTime(timezone=True),
            dict[str, Any]: JSONB,
            list[Any]: JSONB,
            StrEnum: WORD,
        },
    )


Item = TypeVar("Item")

db = SQLAlchemy(model_class=Base, session_options={"autoflush": True})

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

# Tables of a technical nature: a sign-in session, a job's progress, an attempt to deliver.
# They say nothing about a car and may change without a line on the trail, by `upkeep()` only.
UPKEEP: dict[str, Any] = {"upkeep": True}


class Unwitnessed(RuntimeError):
    """Rows changed without a trail line, or outside of any act: a programming fault."""


class AlreadyDone(Exception):
    """This very form was acted on before; `location` is where that act led, if known."""

    def __init__(self, location: str | None) -> None:
        super().__init__("already done")
        self.location = location


@dataclass
class Acting:
    """What the running act has done so far."""

    upkeep: bool = False
    changed: bool = False
    witnessed: bool = False


@contextmanager
def act(*, final: bool = True) -> Iterator[Session]:
    """One act, committed whole or not at all.

    `final=False`: the form's own act is still to come and takes the form's token, for an act that
    does no harm when it is done twice (keeping a file). Raises `Unwitnessed` when rows changed and no trail line was written, `AlreadyDone` when the
    same form was acted on before (its token is taken in this very transaction), and lets every
    `Refused` through after rolling back.
    """
    with _transaction(Acting()) as session:
        if final:
            _take_token(session)
        yield session
        session.flush()
        acting: Acting = session.info["acting"]
        if acting.changed and not acting.witnessed:
            raise Unwitnessed("rows changed without a line on the trail")


@contextmanager
def upkeep() -> Iterator[Session]:
    """A technical change (see UPKEEP): no line on the trail, no business table."""
    with _transaction(Acting(upkeep=True)) as session:
        yield session


@contextmanager
def _transaction(acting: Acting) -> Iterator[Session]:
    session: Session = db.session()
    if "acting" in session.info:
        raise RuntimeError("acts do not nest")
    session.rollback()  # what was read before is read again inside the act
    session.info["acting"] = acting
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("acting", None)


def witness() -> None:
    """Called by the trail when it has written the line of the running act."""
    acting: Acting | None = db.session().info.get("acting")
    if acting is None:
        raise Unwitnessed("a trail line outside of an act")
    acting.witnessed = True


def each_once(items: Iterable[Item], name: Callable[[Item], str]) -> Iterator[Item]:
    """The items of a form that is several acts, each with a token of its own (`name`, unlike the
    others'): when the form comes a second time, what was done is left out. Raises `AlreadyDone`
    when that is all of it.
    """
    form = g.pop("once", None) if has_request_context() else None
    again, location = False, None
    for item in items:
        token = f"{form}/{name(item)}" if form else None
        taken = _find_taken(db.session(), token) if token else None
        if taken is not None:
            again, location = True, taken[0]
            continue
        g.once, again = token, False
        yield item
    if again:
        raise AlreadyDone(location)


def _take_token(session: Session) -> None:
    token = g.pop("once", None) if has_request_context() else None
    if not token:
        return
    taken = session.execute(
        text(
            "INSERT INTO ground_once (token, taken_at) VALUES (:token, now())"
            " ON CONFLICT DO NOTHING RETURNING token"
        ),
        {"token": token},
    ).scalar()
    if taken is None:
        before = _find_taken(session, token)
        raise AlreadyDone(before[0] if before else None)
    g.once_taken = token


def _find_taken(session: Session, token: str) -> tuple[str | None] | None:
    """(where the act of this token led,); None when no act took it."""
    found = session.execute(
        text("SELECT location FROM ground_once WHERE token = :token"), {"token": token}
    ).one_or_none()
    return None if found is None else (found.location,)


def _guard(session: Session, tables: set[Any]) -> None:
    acting: Acting | None = session.info.get("acting")
    business = {table.name for table in tables if not table.info.get("upkeep")}
    if acting is None:
        raise Unwitnessed(f"change outside of act(): {sorted(t.name for t in tables)}")
    if acting.upkeep and business:
        raise Unwitnessed(f"business rows in upkeep(): {sorted(business)}")
    acting.changed = acting.changed or bool(business)


@event.listens_for(Session, "before_flush")
def _guard_flush(session: Session, *_: object) -> None:
    rows = [*session.new, *session.deleted, *(r for r in session.dirty if session.is_modified(r))]
    if rows:
        _guard(session, {row.__table__ for row in rows})


@event.listens_for(Session, "do_orm_execute")
def _guard_execute(state: ORMExecuteState) -> Any:
    """Statements, too; one that met no row has changed nothing."""
    if not (state.is_insert or state.is_update or state.is_delete):
        return None
    acting: Acting | None = state.session.info.get("acting")
    before = acting.changed if acting else False
    _guard(state.session, {state.statement.table})  # type: ignore[attr-defined]
    result = state.invoke_statement()
    if acting and getattr(result, "rowcount", -1) == 0:
        acting.changed = before
    return result


def changed(statement: Executable) -> int:
    """Run a conditional UPDATE or DELETE; how many rows met the condition."""
    result = db.session.execute(statement, execution_options={"synchronize_session": "fetch"})
    return int(result.rowcount)  # type: ignore[attr-defined]


def get_or_404(row: Any, what: str = "") -> Any:
    """`row`, or the refusal that it is not there (or not for this reader: the same answer)."""
    if row is None:
        raise Refused(
            "not_found",
            "没有找到%(what)s，或您无权查看。请返回列表重新选择。",
            status=404,
            what=what,
        )
    return row
