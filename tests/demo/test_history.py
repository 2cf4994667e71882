"""The history of the demonstration, told short: three cars, small pictures, and cut off again and
again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

import app as composition
from commands import demonstration
from demo import hand as hands
from demo import history
from demo.plan import Row, car_of, read_plan
from demo.shots import Sizes
from station.court.models import Case, Command, Seizure
from station.ground import clock
from station.ground.database import db
from station.ground.settings import Settings
from station.intake.models import Finding, Intake, Tow
from station.jobs import engine
from station.jobs import reads as jobs
from station.media import looking
from station.media import reads as media
from station.media.models import Media, Scene
from station.release.models import Release
from station.sales.models import Lot
from station.showroom import pictures, reads
from station.trail import reads as trail
from station.trail.models import TrailLine
from station.vehicles.models import Vehicle
from station.vehicles.rules import Stage
from station.yard.models import Care, Stay
from tests.conftest import _empty

SMALL = Sizes(photo=256, small=160, spin=512, panorama=1024, film=160, seconds=16, frames=16)
CARS = (7, 8, 14)  # on show, released, stored without keys
CUT = 37  # the history is cut off at every so-many-th deed, once before and once after its commit


class CutOff(Exception):
    """What a killed worker leaves behind: nothing after this point was done."""


def rows() -> tuple[Row, ...]:
    return tuple(row for row in read_plan() if row.car in CARS)


@pytest.fixture(scope="module")
def demo(settings: Settings) -> Iterator[Flask]:
    """The demonstration with its whole (short) history, made by a worker that was cut off often."""
    made = composition.create_app(replace(settings, demonstration=True))
    made.extensions["demo.telling"] = history.Telling(rows(), SMALL, ahead=False, seconds=3)
    demonstration.found_demonstration(made)
    with made.app_context():
        _tell_to_the_end(made)
        yield made
        db.session.remove()
        db.engine.dispose()
    _empty(settings.owner_url)


def _tell_to_the_end(made: Flask) -> None:
    whole, counted = hands.Hand.once, [0]

    def cut(self: Any, name: str, deed: Any, **more: Any) -> None:
        fresh = not self.is_done(name)
        counted[0] += fresh
        if fresh and counted[0] % CUT == 0:
            raise CutOff(name)
        whole(self, name, deed, **more)
        if fresh and counted[0] % CUT == CUT // 2:
            raise CutOff(name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hands.Hand, "once", cut)
        patch.setattr(looking, "look", lambda path: {"boxes": [], "models": []})
        while not history.is_finished():
            try:
                history.go_on()
            except CutOff:
                db.session.rollback()
                continue
            engine.work(made, wait=False)


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def find(car: int) -> Vehicle:
    row = next(row for row in rows() if row.car == car)
    vin = car_of(row).vin
    return db.session.scalars(select(Vehicle).where(Vehicle.vin == vin)).one()


@pytest.mark.slow
def test_every_car_comes_to_its_stage(demo: Flask) -> None:
    wanted = {row.car: row.until for row in rows()}
    assert {car: find(car).stage for car in wanted} == wanted
    assert wanted == {7: Stage.PUBLISHED, 8: Stage.RELEASED, 14: Stage.STORED}


@pytest.mark.slow
def test_the_trail_and_every_file_are_whole(demo: Flask) -> None:
    assert list(trail.find_faults()) == []
    assert list(media.find_faults()) == []


@pytest.mark.slow
def test_no_chain_goes_back_in_time_or_past_the_founding(demo: Flask) -> None:
    lines = db.session.execute(
        select(TrailLine.chain, TrailLine.at).order_by(TrailLine.chain, TrailLine.number)
    ).all()
    assert [b for a, b in pairwise(lines) if a.chain == b.chain and b.at < a.at] == []
    assert max(line.at for line in lines) <= clock.now()
    assert min(line.at for line in lines) == history.founded_at() - history.SPAN


@pytest.mark.slow
def test_a_history_that_was_cut_off_did_nothing_twice(demo: Flask) -> None:
    assert (count(Case), count(Vehicle), count(Seizure)) == (3, 3, 3)
    assert (count(Tow), count(Intake), count(Lot), count(Release)) == (3, 3, 2, 1)
    kinds = db.session.scalars(select(Command.kind)).all()
    assert sorted(kinds) == ["belongings"] + ["publish"] * 2 + ["release"] + ["tow_in"] * 3
    files = db.session.execute(select(Media.vehicle, Media.kind, Media.slot, Media.sha256)).all()
    assert len(files) == len(set(files))
    acts = db.session.scalars(select(TrailLine.act).where(TrailLine.vehicle != "")).all()
    assert acts.count("intake.finish") == 3
    assert acts.count("yard.place") == count(Stay) == 3
    assert acts.count("intake.finding") == count(Finding)
    assert acts.count("yard.care") == count(Care) > 0


@pytest.mark.slow
def test_the_public_page_shows_every_flaw_in_its_place(demo: Flask) -> None:
    (listing,) = reads.list_published()
    album = pictures.album_of(listing.vehicle_id)
    assert album.spin is not None
    assert len(album.panoramas) == 1
    assert len(album.photos) >= 8
    flaws = car_of(next(row for row in rows() if row.car == 7)).defects
    assert len(album.defects) == len(flaws)
    assert all(defect.close_up for defect in album.defects)
    outside = [d for d, flaw in zip(album.defects, flaws, strict=True) if not flaw.inside]
    assert all(defect.spin for defect in outside)


@pytest.mark.slow
def test_plates_are_masked_in_every_public_picture_that_shows_one(demo: Flask) -> None:
    (listing,) = reads.list_published()
    shown = {one.media.slot: one.clearance for one in media.list_public(listing.vehicle_id)}
    assert all(shown[view].rectangles for view in ("front", "rear", "front_left"))
    assert not any(shown[view].rectangles for view in ("left", "dashboard"))
    spins = db.session.scalars(select(Scene).where(Scene.kind == "spin")).all()
    assert all(scene.public_folder not in ("", scene.folder) for scene in spins)


@pytest.mark.slow
def test_when_the_history_ends_visitors_may_act_and_nothing_waits(demo: Flask) -> None:
    assert jobs.count_waiting(but=history.JOB) == 0  # its own batches that were cut off do nothing
    assert not (demo.extensions["settings"].home / "drawn").exists()
    assert history.share() == 100
