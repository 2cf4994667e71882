from __future__ import annotations

import io
import os
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image
from sqlalchemy import func, select, text

from station.ground import clock
from station.ground.database import act, db
from station.ground.refused import Refused
from station.jobs import engine
from station.media import desk, door, jobs, reads, rules
from station.media.models import Clearance, Derivative, Media
from station.media.rules import Kind

from . import pictures
from .conftest import CAR, Room

BOX = [0.1, 0.1, 0.2, 0.2]


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def waiting() -> list[str]:
    rows = db.session.execute(text("SELECT task_name FROM procrastinate_jobs ORDER BY id"))
    return list(rows.scalars())


def test_keeping_writes_a_row_a_line_and_a_job_and_the_same_again_writes_nothing(
    inside: Room,
) -> None:
    data = pictures.coded(pictures.scene())
    first = inside.keep(data, Kind.PHOTO, slot="front", command="c1", note="左前")
    again = inside.keep(data, Kind.PHOTO, slot="front", command="c2")
    assert again.id == first.id
    assert (first.width, first.height, first.by_name) == (320, 200, "林查")
    [line] = inside.lines()
    assert (line.act, line.subject, line.vehicle, line.command) == (
        "media.keep",
        f"media:{first.id}",
        CAR,
        "c1",
    )
    assert line.facts["sha256"] == first.sha256
    assert line.facts["bytes"] == len(data)
    assert waiting() == ["media.derive", "media.propose"]


def test_the_same_bytes_in_another_slot_or_from_another_organisation_are_another_file(
    inside: Room,
) -> None:
    data = pictures.coded(pictures.scene())
    kept = [
        inside.keep(data, Kind.PHOTO, slot="front"),
        inside.keep(data, Kind.PHOTO, slot="rear"),
        inside.keep(data, Kind.PHOTO, slot="front", actor=inside.stranger),
    ]
    assert len({media.id for media in kept}) == 3
    assert len(list(inside.store.names())) == 1
    assert len(inside.lines("media.keep")) == 3


def test_a_kind_that_nobody_reads_cannot_be_kept(inside: Room) -> None:
    with pytest.raises(ValueError, match="no room says"):
        inside.keep(pictures.coded(pictures.scene()), "diary")
    assert count(Media) == 0
    assert inside.lines() == []


def test_the_camera_is_believed_before_the_device_but_not_about_the_future(inside: Room) -> None:
    def taken(text: str, claimed: datetime | None) -> datetime | None:
        exif = Image.Exif()
        exif.get_ifd(0x8769)[0x9003] = text
        data = pictures.coded(pictures.scene(), exif=exif)
        return inside.keep(data, claimed=claimed).taken_at

    now = clock.now()
    said = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert taken("2025:03:04 05:06:07", said) == datetime(2025, 3, 3, 21, 6, 7, tzinfo=UTC)
    assert taken("2099:01:01 00:00:00", said) == said
    assert taken("0000:00:00 00:00:00", now + timedelta(hours=1)) is None
    assert inside.lines("media.keep")[-1].clock_doubtful


def test_a_file_whose_act_was_refused_is_swept_after_a_day_and_the_others_stay(
    inside: Room,
) -> None:
    named = inside.keep(pictures.scene(700, 500))
    jobs.derive(named.id)
    inside.clear(named, [BOX])
    orphan = door.receive(io.BytesIO(pictures.coded(pictures.scene(seed=9))))
    jobs.sweep()
    assert len(list(inside.store.names())) == 5
    for name, _ in list(inside.store.names()):
        os.utime(inside.store.path(name), (0, 0))
    jobs.sweep()
    left = {name for name, _ in inside.store.names()}
    assert len(left) == 4
    assert orphan.sha256 not in left
    assert named.sha256 in left


def test_thumb_and_view_are_drawn_once_and_no_line_tells_of_it(inside: Room) -> None:
    media = inside.keep(pictures.phone_photo(2736, 1824))
    jobs.derive(media.id)
    jobs.derive(media.id)
    assert count(Derivative) == 2
    thumb = reads.find_derivative(media, "thumb")
    assert thumb is not None
    assert (thumb.width, thumb.height) == (320, 480)
    assert thumb.recipe["quality"] == 82
    assert "pillow" in thumb.recipe["engine"]
    assert len(inside.lines()) == 1


def test_a_worker_draws_what_was_queued_with_the_act(room: Room) -> None:
    with room.app.app_context():
        media_id = room.keep(pictures.scene()).id
    engine.work(room.app, wait=False)
    with room.app.app_context():
        assert reads.find_derivative(reads.get_media(media_id), "view") is not None
        assert waiting() == []


def test_a_video_gets_its_counted_length_and_a_poster(inside: Room, tmp_path: object) -> None:
    data = pictures.film(inside.store.folder / "film.mp4", frames=25, rate=10)
    media = inside.keep(data, Kind.VIDEO)
    jobs.measure(media.id)
    jobs.measure(media.id)
    assert reads.get_media(media.id).duration_ms == 2500
    [line] = inside.lines("media.measure")
    assert (line.actor, line.role, line.facts["frames"]) == ("worker", "system", 25)
    assert reads.find_derivative(media, "thumb") is not None


def test_a_confirmed_picture_becomes_public_with_its_masks_painted(inside: Room) -> None:
    media = inside.keep(pictures.scene())
    assert reads.list_uncleared(CAR) == [media]
    assert not reads.is_public_ready(media)
    inside.clear(media, [BOX])
    assert reads.list_uncleared(CAR) == []
    assert reads.is_public_ready(media)
    [shown] = reads.list_public(CAR)
    assert shown.address.startswith(f"/media/public/{media.id}/")
    with Image.open(inside.store.path(shown.clearance.sha256)) as public:
        assert all(abs(value - 118) < 12 for value in public.getpixel((64, 40)))
    clear, public_line = inside.lines("media.clear")[0], inside.lines("media.public")[0]
    assert clear.facts["rectangles"] == "[[0.1,0.1,0.2,0.2]]"
    assert public_line.facts["sha256"] == shown.clearance.sha256


def test_new_masks_withdraw_the_public_picture_at_once(inside: Room) -> None:
    media = inside.keep(pictures.scene())
    inside.clear(media)
    with act():
        desk.clear(inside.inspector, media.id, [BOX], 1)
    assert reads.is_cleared(media)
    assert not reads.is_public_ready(media)
    assert reads.list_public(CAR) == []
    jobs.publish(media.id)
    assert reads.is_public_ready(media)


def test_a_picture_drawn_for_older_masks_is_not_published(inside: Room) -> None:
    media = inside.keep(pictures.scene())
    with act():
        desk.clear(inside.inspector, media.id, [], 0)
    with act():
        desk.clear(inside.inspector, media.id, [BOX], 1)
    drawn = {"sha256": "0" * 64, "width": 1, "height": 1, "recipe": {}}
    with act():
        assert not desk.publish(jobs.worker(media.organisation_id), media.id, 1, drawn)
    assert not reads.is_public_ready(media)
    assert inside.lines("media.public") == []


def test_the_same_confirmation_again_changes_nothing(inside: Room) -> None:
    media = inside.keep(pictures.scene())
    inside.clear(media, [BOX])
    before = reads.find_clearance(media)
    assert before is not None
    told = (before.version, before.at, before.sha256)
    inside.clear(media, [BOX], version=1)
    after = reads.find_clearance(media)
    assert after is not None
    assert (after.version, after.at, after.sha256) == told
    assert len(inside.lines("media.clear")) == 1


def test_a_stale_confirmation_says_who_was_first_and_changes_nothing(inside: Room) -> None:
    media = inside.keep(pictures.scene())
    inside.clear(media)
    with pytest.raises(Refused) as refusal, act():
        desk.clear(inside.stranger, media.id, [BOX], 0)
    assert (refusal.value.code, refusal.value.status) == ("stale", 409)
    assert refusal.value.values["who"] == "林查"
    clearance = reads.find_clearance(media)
    assert clearance is not None
    assert clearance.rectangles == []
    assert len(inside.lines("media.clear")) == 1


@pytest.mark.parametrize("kind", [Kind.BELONGINGS, Kind.IDENTITY, Kind.SIGNATURE, Kind.PAPER])
def test_belongings_and_papers_are_never_made_public(inside: Room, kind: Kind) -> None:
    media = inside.keep(pictures.scene(), kind)
    with pytest.raises(Refused, match="not_publishable"), act():
        desk.clear(inside.inspector, media.id, [], 0)
    assert count(Clearance) == 0
    assert reads.list_uncleared(CAR) == []


def test_a_close_up_of_a_defect_can_be_made_public_but_need_not_be(inside: Room) -> None:
    media = inside.keep(pictures.scene(), Kind.PHOTO)
    assert reads.list_uncleared(CAR) == []
    inside.clear(media)
    assert [shown.media.id for shown in reads.list_public(CAR)] == [media.id]


@pytest.mark.parametrize(
    "drawn",
    [
        "x",
        {"x": 1},
        [[0, 0, 1]],
        [[0, 0, 0, 1]],
        [[0.9, 0, 0.2, 0.1]],
        [[-0.1, 0, 0.2, 0.2]],
        [[0, 0, float("nan"), 1]],
        [["0", 0, 1, 1]],
        [[0, 0, 0.1, 0.1]] * 61,
    ],
)
def test_masks_that_leave_the_picture_are_refused_and_nothing_changes(
    inside: Room, drawn: object
) -> None:
    media = inside.keep(pictures.scene())
    with pytest.raises(Refused, match="wrong_rectangles"), act():
        desk.clear(inside.inspector, media.id, drawn, 0)
    assert count(Clearance) == 0
    assert inside.lines("media.clear") == []


def test_every_act_and_refusal_of_this_room_has_a_word() -> None:
    assert set(rules.REFUSALS) >= {limit.refusal for limit in (rules.PICTURE, rules.PAPER)}
    assert all(rules.KINDS[kind] for kind in Kind)
