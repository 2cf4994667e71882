"""The one clock. The demonstration moves it; nothing else may."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_moved: ContextVar[Callable[[], datetime] | None] = ContextVar("moved", default=None)


def now() -> datetime:
    """Aware UTC time of this moment, or the moment the clock was moved to."""
    moved = _moved.get()
    return datetime.now(UTC) if moved is None else moved().astimezone(UTC)


def today() -> date:
    """The court's day: the date in Shanghai."""
    return in_shanghai(now()).date()


def in_shanghai(moment: datetime) -> datetime:
    """The same moment as people at the station read it; refuses naive times."""
    if moment.tzinfo is None:
        raise ValueError("a time without zone")
    return moment.astimezone(SHANGHAI)


def read_claim(text: str) -> datetime | None:
    """The time that a device claims (ISO 8601 with a zone), None for what is none.

    A year that no working clock shows is none either: with another zone it may be a time that the
    database keeps and nobody can read back.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None and 1970 < moment.year < 9999 else None


@contextmanager
def moved_to(moment: datetime) -> Iterator[None]:
    """Let acts inside happen at `moment` (aware); for history and tests."""
    if moment.tzinfo is None:
        raise ValueError("a time without zone")
    with running(lambda: moment):
        yield


@contextmanager
def running(hand: Callable[[], datetime]) -> Iterator[None]:
    """Let another clock tell the time inside, asked every time; for history."""
    token = _moved.set(hand)
    try:
        yield
    finally:
        _moved.reset(token)
