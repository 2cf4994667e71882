"""Live screens: one LISTEN connection a process, fanned out to its event streams.

A stream holds no database connection. What a page shows is read again by the page itself; the
event only says that something this reader may see has happened.
"""

from __future__ import annotations

import json
import logging
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import psycopg
from flask import Flask
from sqlalchemy import select

from station.ground.database import db
from station.trail.models import TrailLine

Audience = Callable[[TrailLine], set[str]]
HEARTBEAT = 15.0


@dataclass
class Hub:
    """The streams of this process, by organisation id."""

    app: Flask
    audience: Audience
    dsn: str
    streams: dict[str, set[queue.Queue[str]]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    thread: threading.Thread | None = None

    def listen(self) -> None:
        """Start the one listening thread, once."""
        with self.lock:
            if self.thread is None:
                self.thread = threading.Thread(target=self._run, name="live", daemon=True)
                self.thread.start()

    def join(self, organisation_id: str) -> queue.Queue[str]:
        """A new stream for readers of this organisation."""
        self.listen()
        stream: queue.Queue[str] = queue.Queue(maxsize=100)
        with self.lock:
            self.streams.setdefault(organisation_id, set()).add(stream)
        return stream

    def leave(self, organisation_id: str, stream: queue.Queue[str]) -> None:
        """The reader has gone."""
        with self.lock:
            self.streams.get(organisation_id, set()).discard(stream)

    def _run(self) -> None:
        while True:
            try:
                self._follow()
            except psycopg.OperationalError as error:
                logging.getLogger("station.live").warning("listening again: %s", error)
                threading.Event().wait(1)

    def _follow(self) -> None:
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute("LISTEN trail")
            for note in connection.notifies():
                self._tell(json.loads(note.payload))

    def _tell(self, place: dict[str, str | int]) -> None:
        with self.app.app_context():
            line = db.session.scalars(
                select(TrailLine).filter_by(chain=place["chain"], number=place["number"])
            ).one_or_none()
            told = self.audience(line) if line else set()
            body = json.dumps({"act": line.act, "subject": line.subject}) if line else ""
            db.session.remove()
        with self.lock:
            streams = [s for organisation in told for s in self.streams.get(organisation, ())]
        for stream in streams:
            try:
                stream.put_nowait(body)
            except queue.Full:  # a reader that does not read sees it at its next page load
                continue


def events(hub: Hub, organisation_id: str) -> Iterator[str]:
    """Server-sent events for one reader, with a comment now and then to keep the line open."""
    stream = hub.join(organisation_id)
    try:
        yield "retry: 2000\n\n: connected\n\n"
        while True:
            try:
                yield f"data: {stream.get(timeout=HEARTBEAT)}\n\n"
            except queue.Empty:
                yield ": here\n\n"
    finally:
        hub.leave(organisation_id, stream)


def choose(audiences: Mapping[str, Audience], otherwise: Audience) -> Audience:
    """Who is told of a line: what the rooms' map says for its act, and the actor's own people.

    `audiences`: act → finder of organisation ids; `otherwise`: the finder for every other act.
    """

    def audience(line: TrailLine) -> set[str]:
        return {line.organisation} | audiences.get(line.act, otherwise)(line)

    return audience
