"""The history of the demonstration, made by the real desks in the order of time.

One job does a batch of steps and queues itself again behind the work that those steps queued, so
that one worker does both in turn. Until the history has ended, every other job runs at the
history's time too, and visitors can only read: so no chain ever goes back in time.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, current_app, request
from sqlalchemy import text

from demo import people
from demo.drawer import DrawnAlbum
from demo.hand import TOKEN, Hand, after_all, note, read_done
from demo.plan import SPAN, Row, read_plan
from demo.shots import REAL, Album, Sizes
from demo.stories import list_steps
from demo.story import Step
from station.ground import clock
from station.ground.database import db, upkeep
from station.ground.refused import Refused
from station.ground.words import N_
from station.jobs import desk as jobs
from station.jobs import reads as job_reads
from station.people.reads import get_organisation
from station.trail.desk import INSTALLATION

JOB = "demo.history"
LAST = -20  # whatever else waits goes first: a settled step waits for all of it
STEP, FINISHED = f"{TOKEN}step:", f"{TOKEN}finished"
PAUSE = 0.2
BATCH = 8.0  # seconds of work, then the media jobs have their turn
# Its plates are known to the one who draws it, and looking at every picture takes hours.
NOT_MEANWHILE = {"media.propose"}
READING = {"GET", "HEAD", "OPTIONS"}
WAIT = N_(
    "演示的历史正在生成，已完成 %(share)d％。现在可以浏览公示车辆；生成完毕后即可登录和办理，请稍候再试。"
)

Job = Callable[..., None]


def founded_at() -> datetime:
    """The moment when the demonstration was founded: the history's founding acts, and its span."""
    return get_organisation(INSTALLATION).founded_at + SPAN


@dataclass(frozen=True)
class Telling:
    """What is told: these rows with pictures of these sizes. `ahead`: other processes draw."""

    rows: Sequence[Row] = read_plan()
    sizes: Sizes = REAL
    ahead: bool = True
    seconds: float = BATCH


def _told() -> list[Step]:
    telling: Telling = current_app.extensions["demo.telling"]
    return list_steps(founded_at(), telling.rows, telling.sizes)


def go_on() -> None:
    """Do the next batch; queue the one after it, unless the history has ended."""
    if is_finished():
        return
    album = _album()
    if make(_told(), album, current_app.extensions["demo.telling"].seconds):
        _finish(album)
        return
    with upkeep():
        jobs.queue(JOB, lock=JOB, priority=LAST)


def make(steps: Sequence[Step], album: Album, seconds: float) -> bool:
    """Do steps that are not done yet, until one has to wait or time is up; whether all are done."""
    now, done, cast = founded_at(), read_done(), people.find_cast()
    waiting = [step for step in steps if f"{STEP}{step.key}" not in done]
    end = time.monotonic() + seconds
    for place, step in enumerate(waiting):
        drawing = album.drawn_elsewhere() and not all(map(album.has, step.shots))
        if place and (drawing or time.monotonic() > end):
            return False
        if step.settled and job_reads.count_waiting(but=JOB):
            time.sleep(0 if place else PAUSE)  # what waits may be a job that is tried again later
            return False
        step.do(Hand(step, now, cast, album, done))
        with upkeep():
            note(f"{STEP}{step.key}")
    return True


def _album() -> Album:
    """This process's album; its drawers are started with it."""
    told = current_app.extensions
    if "demo.album" not in told:
        folder = told["settings"].home / "drawn"
        telling: Telling = told["demo.telling"]
        told["demo.album"] = DrawnAlbum(folder, founded_at()) if telling.ahead else Album(folder)
    album: Album = told["demo.album"]
    return album


def _finish(album: Album) -> None:
    with upkeep():
        note(FINISHED)
        jobs.queue("trail.checkpoint")
        jobs.queue("media.look_over")
    shutil.rmtree(album.folder, ignore_errors=True)


# --- how far it is


def is_finished() -> bool:
    """Whether the history has ended; asked of the database until it has."""
    told = current_app.extensions
    if not told.get("demo.finished"):
        row = db.session.execute(
            text("SELECT 1 FROM ground_once WHERE token = :token"), {"token": FINISHED}
        ).scalar()
        told["demo.finished"] = row is not None
    return bool(told["demo.finished"])


def share() -> int:
    """How much of the history is made, in per cent."""
    count = db.session.execute(
        text("SELECT count(*) FROM ground_once WHERE token LIKE :like"), {"like": f"{STEP}%"}
    ).scalar_one()
    return int(100 * count // len(_told()))


# --- what the application is given


def _moved(name: str, job: Job) -> Job:
    def run(**arguments: Any) -> None:
        ended = is_finished()
        db.session.rollback()
        if not ended and name in NOT_MEANWHILE:
            return
        if ended:
            job(**arguments)
            return
        with clock.running(after_all):
            job(**arguments)

    run.__doc__ = job.__doc__
    return run


def attend(app: Flask, others: Mapping[str, Job]) -> dict[str, Job]:
    """The application's jobs and the history's own. Until the history has ended, the others run
    at its time, and visitors may only read."""
    app.extensions["demo.span"] = SPAN
    app.extensions["demo.telling"] = Telling()

    @app.before_request
    def read_only() -> None:
        if request.method not in READING and not is_finished():
            raise Refused("history_in_the_making", WAIT, status=503, share=share())

    @app.context_processor
    def progress() -> dict[str, int]:
        return {} if is_finished() else {"demo_share": share()}

    return {**{name: _moved(name, job) for name, job in others.items()}, JOB: go_on}
