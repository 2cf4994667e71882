"""Live screens: one LISTEN connection a process, fanned out to its event streams.

A stream holds no database connection. What a page shows is read again by the page itself; the
event only says that something this reader may see has happened. Its id says how far the reader has
come, so that a browser which lost the line is told what it missed, once and in order.
"""

from __future__ import annotations

import json
import logging
import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import psycopg
from flask import Flask
from sqlalchemy import and_, or_, select

from station.ground import clock
from station.ground.database import db
from station.trail.models import TrailLine

Audience = Callable[[TrailLine], set[str]]
HEARTBEAT = 15.0
BEHIND = 100  # events that a reader may be behind before its stream is cut
OVERLAP = timedelta(seconds=10)  # a line bears the moment of its act, which is before its commit
AT_ONCE = 500  # lines read at once after a drop


@dataclass
class Place:
    """How far a reader has come: the moment it began, and its last line of each chain since.

    Chains have numbers without gaps and no common order, so the place of a stream is one number for
    each chain it was told of; of the others it has missed whatever happened since it began.
    """

    since: datetime
    numbers: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        told = [f"{chain}:{number}" for chain, number in self.numbers.items()]
        return "~".join([str(int(self.since.timestamp() * 1000)), *told])

    def passed(self, chain: str, number: int) -> bool:
        """Whether that line was told; if not, it is now the last."""
        if number <= self.numbers.get(chain, 0):
            return True
        self.numbers[chain] = number
        return False


def read_place(text: str, now: datetime) -> Place:
    """The place an event's id names; `now`, with nothing missed, for none that can be read."""
    began, *told = text.split("~")
    try:
        since = datetime.fromtimestamp(int(began) / 1000, UTC)
        pairs = (one.rpartition(":") for one in told)
        return Place(since, {chain: int(number) for chain, _, number in pairs})
    except (ValueError, OverflowError, OSError):
        return Place(now)


@dataclass(frozen=True)
class Told:
    """One event: the line's place on the trail, and what the reader is told."""

    chain: str
    number: int
    body: str


def told_of(line: TrailLine) -> Told:
    """The event of a line."""
    body = json.dumps({"act": line.act, "subject": line.subject})
    return Told(line.chain, line.number, body)


def _list_after(place: Place) -> Sequence[TrailLine]:
    known = [
        and_(TrailLine.chain == chain, TrailLine.number > number)
        for chain, number in place.numbers.items()
    ]
    fresh = and_(TrailLine.chain.not_in(place.numbers), TrailLine.at >= place.since - OVERLAP)
    return db.session.scalars(
        select(TrailLine)
        .where(or_(*known, fresh))
        .order_by(TrailLine.chain, TrailLine.number)  # moments of one chain may be out of order
        .limit(AT_ONCE)
    ).all()


class Stream:
    """What waits for one reader. `cut`: it must come again and say how far it had come."""

    def __init__(self) -> None:
        self.waiting: queue.Queue[Told | None] = queue.Queue(BEHIND)
        self.cut = False

    def put(self, told: Told | None) -> None:
        """Let it have an event, or with `None` an end; one that does not read is cut."""
        self.cut = self.cut or told is None
        try:
            self.waiting.put_nowait(told)
        except queue.Full:
            self.cut = True


@dataclass
class Hub:
    """The streams of this process, by organisation id."""

    app: Flask
    audience: Audience
    dsn: str
    streams: dict[str, set[Stream]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    thread: threading.Thread | None = None
    listening: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> None:
        """Start the one listening thread, once, and wait until it hears."""
        with self.lock:
            if self.thread is None:
                self.thread = threading.Thread(target=self._run, name="live", daemon=True)
                self.thread.start()
        self.listening.wait(HEARTBEAT)

    def join(self, organisation_id: str) -> Stream:
        """A new stream for readers of this organisation; what is committed from now on reaches it."""
        self.listen()
        stream = Stream()
        with self.lock:
            self.streams.setdefault(organisation_id, set()).add(stream)
        return stream

    def leave(self, organisation_id: str, stream: Stream) -> None:
        """The reader has gone."""
        with self.lock:
            self.streams.get(organisation_id, set()).discard(stream)

    def missed(self, organisation_id: str, place: Place) -> Iterator[Told]:
        """What a reader has missed since `place`, each chain in its order."""
        seen = Place(place.since, dict(place.numbers))
        while True:
            with self.app.app_context():
                lines = _list_after(seen)
                found = [told_of(line) for line in lines if organisation_id in self.audience(line)]
                seen.numbers |= {line.chain: line.number for line in lines}
                db.session.remove()
            yield from found
            if len(lines) < AT_ONCE:
                return

    def _run(self) -> None:
        while True:
            try:
                self._follow()
            except psycopg.OperationalError as error:
                logging.getLogger("station.live").warning("listening again: %s", error)
            self.listening.clear()
            self._cut_all()  # they come again, and are told what nobody heard
            threading.Event().wait(1)

    def _cut_all(self) -> None:
        with self.lock:
            streams = [stream for each in self.streams.values() for stream in each]
        for stream in streams:
            stream.put(None)

    def _follow(self) -> None:
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute("LISTEN trail")
            self.listening.set()
            for note in connection.notifies():
                self._tell(json.loads(note.payload))

    def _tell(self, place: dict[str, str | int]) -> None:
        with self.app.app_context():
            line = db.session.scalars(
                select(TrailLine).filter_by(chain=place["chain"], number=place["number"])
            ).one_or_none()
            readers = self.audience(line) if line else set()
            told = told_of(line) if line else None
            db.session.remove()
        if told is None:
            return
        with self.lock:
            streams = [s for organisation in readers for s in self.streams.get(organisation, ())]
        for stream in streams:
            stream.put(told)


def events(hub: Hub, organisation_id: str, last_id: str = "") -> Iterator[str]:
    """Server-sent events for one reader, with a comment now and then to keep the line open.

    `last_id`: of the last event that it was told, by its browser, after a drop: what it has missed
    comes first, and every event once. It ends when the reader is too far behind; the browser comes
    again by itself.
    """
    stream = hub.join(organisation_id)
    try:
        place = read_place(last_id, clock.now())
        yield f"retry: 2000\nid: {place}\n\n: connected\n\n"
        for told in hub.missed(organisation_id, place) if last_id else ():
            if not place.passed(told.chain, told.number):
                yield f"id: {place}\ndata: {told.body}\n\n"
        while not stream.cut:
            try:
                heard = stream.waiting.get(timeout=HEARTBEAT)
            except queue.Empty:
                yield ": here\n\n"
                continue
            if heard is not None and not place.passed(heard.chain, heard.number):
                yield f"id: {place}\ndata: {heard.body}\n\n"
    finally:
        hub.leave(organisation_id, stream)


def choose(audiences: Mapping[str, Audience], otherwise: Audience) -> Audience:
    """Who is told of a line: what the rooms' map says for its act, and the actor's own people.

    `audiences`: act → finder of organisation ids; `otherwise`: the finder for every other act.
    """

    def audience(line: TrailLine) -> set[str]:
        return {line.organisation} | audiences.get(line.act, otherwise)(line)

    return audience
