from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from station.ground.database import act
from station.media import jobs, reads, scene_desk
from station.media.models import Media
from station.media.rules import Kind, Recipe, SceneKind

from . import pictures
from .conftest import CAR, Room

pytestmark = pytest.mark.slow


def filled(room: Room, *, scene: bool = True) -> None:
    media = room.keep(pictures.scene(1024, 512), Kind.PANORAMA)
    room.keep(pictures.scene(seed=3), Kind.PHOTO, slot="front")
    room.keep(pictures.PDF, Kind.PAPER, case="case-1")
    room.clear(media, [[0.1, 0.1, 0.1, 0.1]])
    if scene:
        build(room, media)


def build(room: Room, media: Media) -> None:
    with act():
        scene = scene_desk.make_scene(
            room.inspector, CAR, SceneKind.PANORAMA, Recipe.READY, [media.id], ""
        )
    jobs.build_scene(scene.id)
    jobs.mask_scene(scene.id)


def faults() -> list[str]:
    return [str(fault) for fault in reads.find_faults()]


def tamper(room: Room, statement: str) -> None:
    """What the owner of the database can do behind the application's back."""
    engine = create_engine(room.app.extensions["settings"].owner_url)
    with engine.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        assert connection.execute(text(statement)).rowcount == 1
    engine.dispose()


def test_an_untouched_store_has_no_faults(inside: Room) -> None:
    filled(inside)
    assert faults() == []


def test_any_changed_byte_of_any_original_or_public_file_is_found(inside: Room) -> None:
    filled(inside, scene=False)
    names = sorted(name for name, _ in inside.store.names())
    assert len(names) == 4

    @settings(max_examples=20, deadline=None)
    @given(st.integers(0, 3), st.integers(0, 10**9), st.integers(1, 255))
    def check(which: int, where: int, flip: int) -> None:
        place = inside.store.path(names[which])
        whole = place.read_bytes()
        changed = bytearray(whole)
        changed[where % len(whole)] ^= flip
        place.chmod(0o600)
        place.write_bytes(changed)
        try:
            [found] = faults()
        finally:
            place.write_bytes(whole)
        assert "was swapped" in found

    check()
    assert faults() == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("sha256", "(SELECT sha256 FROM media_media WHERE kind = 'panorama')"),
        ("bytes", "1"),
        ("mime", "'image/png'"),
        ("kind", "'show'"),
        ("slot", "'rear'"),
        ("vehicle", "'car-2'"),
        ('"case"', "'case-2'"),
        ("command", "'c9'"),
        ("by_person", "'somebody'"),
        ("width", "1"),
    ],
)
def test_a_changed_row_is_found_by_its_line(inside: Room, column: str, value: str) -> None:
    filled(inside, scene=False)
    tamper(inside, f"UPDATE media_media SET {column} = {value} WHERE kind = 'photo'")
    [found] = faults()
    assert "was altered" in found


def test_a_file_a_row_or_a_tile_that_is_gone_or_changed_is_found(inside: Room) -> None:
    filled(inside)
    tamper(inside, "DELETE FROM media_media WHERE kind = 'paper'")
    photo = reads.list_media(CAR, Kind.PHOTO)[0]
    inside.store.path(photo.sha256).unlink()
    scene = reads.list_scenes(CAR)[0]
    tile = inside.store.file_in(scene.public_folder, "poster.jpg")
    tile.write_bytes(tile.read_bytes() + b"x")
    found = faults()
    assert len(found) == 3
    assert sum("has no row any more" in fault for fault in found) == 1
    assert sum("is gone from the store" in fault for fault in found) == 1
    assert sum("files of" in fault for fault in found) == 1


def test_a_swapped_public_picture_or_scene_is_found(inside: Room) -> None:
    filled(inside)
    other = "(SELECT sha256 FROM media_media WHERE kind = 'photo')"
    tamper(inside, f"UPDATE media_clearance SET sha256 = {other}")
    tamper(inside, "UPDATE media_scene SET folder = public_folder")
    found = faults()
    assert len(found) == 2
    assert all("is not the one on the trail" in fault for fault in found)
