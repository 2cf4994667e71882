"""Panoramas of a dual-fisheye picture and of photos taken round, through the cage and its worker."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from demo.fisheye import Frame
from station.ground.database import act
from station.media import jobs, reads, scene_desk
from station.media.models import Media, Scene
from station.media.rules import Kind, Recipe, SceneKind, State
from tests.panoramas.fisheyes import take, texture
from tests.panoramas.sets import Conditions, shoot

from .conftest import CAR, Room

SMALL = Conditions(rings=((0.0, 12),), width=300, height=400, jitter=2, told=True)


def order(room: Room, recipe: Recipe, sources: list[Media]) -> Scene:
    with act():
        return scene_desk.make_scene(
            room.inspector, CAR, SceneKind.PANORAMA, recipe, [one.id for one in sources], "c1"
        )


def test_a_dual_fisheye_picture_becomes_a_panorama(inside: Room) -> None:
    picture = Image.fromarray(take(Frame(side=480), texture, texture))
    scene = order(inside, Recipe.FISHEYE, [inside.keep(picture, Kind.FISHEYE)])
    jobs.build_scene(scene.id)
    scene = reads.get_scene(scene.id)
    assert scene.state is State.READY, scene.reason
    assert scene.manifest["width"] == 2 * scene.manifest["height"]
    assert inside.store.file_in(scene.folder, "poster.jpg").is_file()


def test_a_flat_photo_ordered_as_a_fisheye_fails_with_the_reason_and_is_kept(inside: Room) -> None:
    source = inside.keep(Image.effect_noise((960, 480), 60).convert("RGB"), Kind.FISHEYE)
    scene = order(inside, Recipe.FISHEYE, [source])
    jobs.build_scene(scene.id)
    scene = reads.get_scene(scene.id)
    assert (scene.state, scene.reason_code) == (State.FAILED, "not_fisheye")
    assert scene.reason
    assert reads.find_media(source.id) is not None


@pytest.mark.slow
def test_photos_taken_round_become_a_panorama_and_masks_make_it_again(
    inside: Room, tmp_path: Path
) -> None:
    taken = shoot(tmp_path / "set", "cafe", SMALL)
    sources = [inside.keep(path.read_bytes(), Kind.INSIDE) for path in taken.paths]
    scene_id, ids = order(inside, Recipe.PHOTOS, sources).id, [one.id for one in sources]
    jobs.build_scene(scene_id)
    scene = reads.get_scene(scene_id)
    assert scene.state is State.READY, scene.reason
    whole = scene.folder
    for one in ids:
        inside.clear(reads.get_media(one), [[0.4, 0.4, 0.1, 0.1]] if one == ids[0] else ())
    jobs.mask_scene(scene_id)
    assert reads.get_scene(scene_id).public_folder not in ("", whole)
