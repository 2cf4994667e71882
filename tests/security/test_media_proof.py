"""Files that were exchanged together with their rows: what the proof of the media must name."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from station.ground.actors import Actor
from station.ground.database import act, db
from station.media import desk, jobs, reads, scene_desk, store
from station.media.models import Media, Scene
from station.media.rules import Kind, Recipe, SceneKind
from station.media.store import DiskStore
from station.trail import desk as trail
from station.trail.rules import Fact
from tests.intake import makers
from tests.makers import House, make_house
from tests.media import pictures

from .conftest import Owner

CAR = "car-1"


@pytest.fixture
def inside(ctx: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """The house in a context with a store of its own."""
    monkeypatch.setitem(ctx.extensions, "media.store", DiskStore(tmp_path / "blobs"))
    for kind in Kind:  # the vehicle is none, so nobody could read its pictures
        monkeypatch.setitem(ctx.extensions["media.readers"], kind, lambda *_: True)
    return make_house()


def keep(actor: Actor, body: bytes, kind: str = Kind.SHOW) -> Media:
    with act():
        return desk.keep(actor, makers.kept(body), kind=kind, vehicle=CAR)


def masked_scene(house: House) -> Scene:
    """A panorama whose public files are painted over."""
    panorama = pictures.coded(pictures.scene(1024, 512), quality=92)
    media = keep(house.inspector, panorama, Kind.PANORAMA)
    with act():
        desk.clear(house.inspector, media.id, [[0.1, 0.1, 0.1, 0.1]], 0)
    jobs.publish(media.id)
    with act():
        scene = scene_desk.make_scene(
            house.inspector, CAR, SceneKind.PANORAMA, Recipe.READY, [media.id], ""
        )
    scene_id = scene.id
    jobs.build_scene(scene_id)
    jobs.mask_scene(scene_id)
    made = reads.get_scene(scene_id)
    assert made.public_folder not in {"", made.folder}
    assert faults() == []
    return made


def faults() -> list[str]:
    db.session.rollback()
    return [str(fault) for fault in reads.find_faults()]


def test_the_unmasked_folder_in_the_place_of_the_public_one_is_named(
    inside: House, as_owner: Owner
) -> None:
    masked_scene(inside)
    assert as_owner("UPDATE media_scene SET public_folder = folder") == 1
    [found] = faults()
    assert "is not the one on the trail" in found


def test_masks_taken_off_in_the_row_are_named(inside: House, as_owner: Owner) -> None:
    masked_scene(inside)
    assert as_owner("UPDATE media_clearance SET rectangles = '[]'") == 1
    assert any("masks" in found for found in faults())


def test_a_picture_exchanged_with_a_second_line_is_named(inside: House, as_owner: Owner) -> None:
    """A line can be added by whoever writes as the application: the first one counts."""
    real = keep(inside.inspector, makers.jpeg(1))
    false = keep(inside.inspector, makers.jpeg(2), Kind.SPIN)
    facts: dict[str, Fact] = {**reads.facts_of(false), "media": real.id, "kind": real.kind}
    with act():
        trail.write(inside.inspector, "media.keep", real.subject, facts=facts, vehicle=CAR)
    as_owner(
        f"UPDATE media_media SET sha256 = '{false.sha256}', bytes = {false.bytes}"
        f" WHERE id = '{real.id}'"
    )
    assert any(real.id in found for found in faults())


def test_a_file_given_to_another_organisation_is_named(inside: House, as_owner: Owner) -> None:
    keep(inside.inspector, makers.jpeg(1))
    as_owner(f"UPDATE media_media SET organisation_id = '{inside.agency.id}'")
    [found] = faults()
    assert "organisation" in found


def test_a_changed_small_picture_is_named(inside: House) -> None:
    media = keep(inside.inspector, pictures.coded(pictures.scene()))
    jobs.derive(media.id)
    drawn = reads.find_derivative(reads.get_media(media.id), "view")
    assert drawn
    place = store.current().path(drawn.sha256)
    place.chmod(0o600)
    place.write_bytes(makers.jpeg(7))
    assert any("swapped" in found for found in faults())
