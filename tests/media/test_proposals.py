"""The program proposes, a person decides: from the look in the cage to what the trail says."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select, text

from station.ground.database import act, db
from station.ground.refused import Refused
from station.media import desk, jobs, looking, proposal_reads, proposals, reads, rules, scene_desk
from station.media.models import Clearance, Media, Proposal, Scene
from station.media.rules import Kind, Recipe, SceneKind
from tests.panoramas.privacy import drawn

from . import pictures
from .conftest import CAR, Room
from .test_views import kept, sign_in, staff

__all__ = ["staff"]
LOOK = looking.look  # the real one; `app` puts a blind one in its place
FACE = {"what": "face", "box": [0.1, 0.2, 0.1, 0.15], "sure": 91}
PLATE = {"what": "plate", "box": [0.6, 0.7, 0.2, 0.1], "sure": 88}
MODEL = {"model": "CenterFace", "version": "1.5.0", "sha256": "09189dea" + "0" * 56}
HAND = [0.4, 0.4, 0.1, 0.1]


@pytest.fixture
def seeing(monkeypatch: pytest.MonkeyPatch, room: Room) -> dict[str, Any]:
    """What the program will say of the next picture; a face and a plate unless told otherwise."""
    told: dict[str, Any] = {"boxes": [FACE, PLATE], "models": [MODEL]}
    monkeypatch.setattr(looking, "look", lambda path: told)
    return told


def looked_at(room: Room, **more: Any) -> Media:
    media = kept(room, **more)
    with room.app.app_context():
        looking.propose(media.id)
    return media


def clearance_of(room: Room, media: Media) -> Clearance | None:
    with room.app.app_context():
        return reads.find_clearance(media)


def confirm(client: FlaskClient, media: Media, *accept: Any, **form: Any) -> Any:
    data = {"version": "0", "seen": "1", "accept": [json.dumps(one) for one in accept], **form}
    return client.post(f"/media/{media.id}/clear", data=data)


def facts(room: Room) -> dict[str, Any]:
    with room.app.app_context():
        [line] = room.lines("media.clear")
        return dict(line.facts)


# --- the decision


def test_every_proposal_is_chosen_at_first_and_what_a_person_left_out_later_is_not() -> None:
    first = proposals.choices([FACE, PLATE], None)
    assert [(one.what, one.sure, one.chosen) for one in first] == [
        ("face", 91, True),
        ("plate", 88, True),
    ]
    later = proposals.choices([FACE, PLATE], [PLATE["box"], HAND])
    assert [(one.what, one.chosen) for one in later] == [
        ("face", False),
        ("plate", True),
        ("", True),
    ]
    assert all(one.chosen for one in proposals.choices([FACE], [HAND], unseen=True))


@pytest.mark.parametrize(
    ("box", "words"),
    [([0, 0, 0.1, 0.1], "左上"), ([0.45, 0.45, 0.1, 0.1], "中间"), ([0.9, 0.9, 0.1, 0.1], "右下")],
)
def test_a_rectangle_says_where_it_is(box: list[float], words: str) -> None:
    assert proposals.Choice(box, "", 0, True).place == words


def test_the_trail_tells_accepted_moved_removed_and_added_apart() -> None:
    moved = [0.62, 0.7, 0.2, 0.1]
    third = {"what": "plate", "box": [0.0, 0.9, 0.1, 0.05], "sure": 55}
    told = proposals.facts(
        [FACE, PLATE, third],
        [MODEL],
        "",
        [list(FACE["box"]), moved, HAND],  # type: ignore[call-overload]
    )
    assert told == {
        "looked": "yes",
        "models": "CenterFace/1.5.0/09189dea",
        "proposed": 3,
        "accepted": 1,
        "moved": 1,
        "removed": 1,
        "added": 1,
    }


# --- the look


def test_a_picture_that_may_be_published_is_looked_at_and_another_is_not(inside: Room) -> None:
    def queued() -> list[Any]:
        rows = "SELECT args->>'media_id', priority FROM procrastinate_jobs"
        where = " WHERE task_name = 'media.propose' ORDER BY id"
        return [tuple(row) for row in db.session.execute(text(rows + where))]

    inside.keep(pictures.PDF, Kind.PAPER)
    inside.keep(pictures.scene(seed=2), Kind.BELONGINGS)
    assert queued() == []
    media = inside.keep(pictures.scene(), Kind.PHOTO)
    assert queued() == [(media.id, -10)]


def test_a_drawn_plate_is_proposed_from_the_cage_and_nothing_is_public(
    inside: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "look", LOOK)
    picture = drawn.wall(900, 600)
    truth = drawn.hang_plate(picture, 200, (430, 310))
    media_id = inside.keep(Image.fromarray(picture)).id
    inside.published.add(CAR)
    looking.propose(media_id)
    found = proposal_reads.find(media_id)
    assert found is not None
    [one] = found.boxes
    x, y, w, h = one["box"]
    box = (x * 900, y * 600, (x + w) * 900, (y + h) * 600)
    assert (one["what"], found.reason) == ("plate", "")
    assert drawn.covered(box, truth) > 0.95
    assert one["box"] == rules.read_rectangles([one["box"]])[0]
    assert [model["licence"] for model in found.models] == ["MIT", "Apache-2.0"]
    assert not reads.is_cleared(reads.get_media(media_id))
    assert reads.list_public(CAR) == []
    assert [one.id for one in reads.list_uncleared(CAR)] == [media_id]
    assert [line.act for line in inside.lines()] == ["media.keep"]


def test_a_broken_file_is_no_crash_but_a_reason(
    inside: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "look", LOOK)
    media = inside.keep(pictures.scene())
    inside.store.path(media.sha256).chmod(0o600)
    inside.store.path(media.sha256).write_bytes(b"\xff\xd8 nothing")
    looking.propose(media.id)
    found = proposal_reads.find(media.id)
    assert found is not None
    assert (found.boxes, found.reason) == ([], "unreadable")


def test_a_look_that_comes_after_the_person_leaves_nothing(
    inside: Room, seeing: dict[str, Any]
) -> None:
    media = inside.keep(pictures.scene())
    inside.clear(media)
    looking.propose(media.id)
    assert proposal_reads.find(media.id) is None


def test_proposals_alone_make_neither_picture_nor_scene_public(
    inside: Room, seeing: dict[str, Any]
) -> None:
    inside.published.add(CAR)
    source = inside.keep(pictures.scene(1024, 512), Kind.PANORAMA).id
    with act():
        scene = scene_desk.make_scene(
            inside.inspector, CAR, SceneKind.PANORAMA, Recipe.READY, [source], ""
        ).id
    looking.propose(source)
    jobs.publish(source)
    with act():
        scene_desk.finish_scene(inside.inspector, scene, 1, "f" * 64, {})
    assert db.session.scalars(select(Scene.public_folder)).one() == ""
    assert db.session.scalar(select(func.count()).select_from(Clearance)) == 0
    assert reads.public_scene(CAR, SceneKind.PANORAMA) is None


def test_what_was_never_looked_at_or_in_vain_is_looked_at_again_at_night(
    inside: Room, seeing: dict[str, Any]
) -> None:
    cleared = inside.keep(pictures.scene(seed=9))
    inside.clear(cleared)
    never, vain, seen = (inside.keep(pictures.scene(seed=n)).id for n in range(3))
    inside.keep(pictures.PDF, Kind.PAPER)
    looking.propose(seen)
    seeing |= {"boxes": [], "refused": "decoding_limit"}
    looking.propose(vain)
    before = db.session.scalar(text("SELECT max(id) FROM procrastinate_jobs"))
    looking.look_over()
    rows = text("SELECT args->>'media_id' FROM procrastinate_jobs WHERE id > :before ORDER BY id")
    assert list(db.session.execute(rows, {"before": before}).scalars()) == [never, vain]


def test_a_hopeless_picture_is_marked_once_and_a_passing_fault_tried_three_times(
    inside: Room, seeing: dict[str, Any]
) -> None:
    broken, slow, unequipped = (inside.keep(pictures.scene(seed=n)).id for n in range(3))
    for media_id, reason, looks in (
        (broken, "broken_file", 1),
        (slow, "decoding_limit", 2),
        (unequipped, "model_missing", 9),
    ):
        seeing |= {"boxes": [], "refused": reason}
        for _ in range(looks):
            looking.propose(media_id)
    assert list(proposal_reads.list_unseen()) == [slow, unequipped]
    seeing |= {"refused": "decoding_limit"}
    looking.propose(slow)
    assert list(proposal_reads.list_unseen()) == [unequipped]


# --- the page


def test_the_page_shows_proposals_to_tick_without_scripts(
    room: Room, staff: FlaskClient, seeing: dict[str, Any]
) -> None:
    media = looked_at(room)
    page = staff.get(f"/media/{media.id}/clear").text
    assert re.findall(r'data-word="([^"]+)" checked', page) == ["建议·人脸 91％", "建议·车牌 88％"]
    assert page.count('class="mask-proposed"') == 2
    assert confirm(staff, media, FACE["box"], PLATE["box"]).status_code == 303
    clearance = clearance_of(room, media)
    assert clearance is not None
    assert clearance.rectangles == [FACE["box"], PLATE["box"]]
    told = facts(room)
    assert (told["proposed"], told["accepted"], told["removed"]) == (2, 2, 0)
    assert told["models"] == "CenterFace/1.5.0/09189dea"


def test_a_person_removes_one_and_draws_another_and_the_page_remembers(
    room: Room, staff: FlaskClient, seeing: dict[str, Any]
) -> None:
    media = looked_at(room)
    confirm(staff, media, PLATE["box"], rectangles=json.dumps([HAND]))
    told = facts(room)
    assert [told[word] for word in ("accepted", "moved", "removed", "added")] == [1, 0, 1, 1]
    page = staff.get(f"/media/{media.id}/clear").text
    ticks = re.findall(r'name="accept" value="([^"]+)"[^>]*?( checked)?>', page)
    assert [bool(checked) for _, checked in ticks] == [False, True, True]
    assert json.loads(ticks[2][0]) == HAND


def test_nobody_confirms_past_proposals_that_the_page_did_not_show(
    room: Room, staff: FlaskClient, seeing: dict[str, Any]
) -> None:
    media = looked_at(room)
    answer = confirm(staff, media, rectangles=json.dumps([HAND]), seen="0")
    assert answer.status_code == 409
    assert "建议遮挡 2 处" in answer.text
    assert answer.text.count(" checked>") == 3
    assert clearance_of(room, media) is None
    with room.app.app_context():
        assert room.lines("media.clear") == []
    assert confirm(staff, media, HAND, FACE["box"]).status_code == 303


@pytest.mark.parametrize(
    ("told", "words", "looked"),
    [
        ({"boxes": [], "refused": "model_missing"}, "程序没能看这张画面", "model_missing"),
        ({"boxes": []}, "程序没有发现人脸和车牌", "yes"),
    ],
)
def test_a_person_decides_by_hand_when_the_program_found_nothing(
    room: Room,
    staff: FlaskClient,
    seeing: dict[str, Any],
    told: dict[str, Any],
    words: str,
    looked: str,
) -> None:
    seeing |= told
    media = looked_at(room)
    assert words in staff.get(f"/media/{media.id}/clear").text
    assert confirm(staff, media, rectangles=json.dumps([HAND])).status_code == 303
    assert (facts(room)["looked"], facts(room)["added"]) == (looked, 1)


def test_a_person_need_not_wait_for_the_program(room: Room, staff: FlaskClient) -> None:
    media = kept(room)
    assert "程序还没有看过这张画面" in staff.get(f"/media/{media.id}/clear").text
    assert confirm(staff, media, seen="0").status_code == 303
    assert facts(room)["looked"] == "no"


def test_the_page_of_a_vehicle_says_what_waits_and_how_much_is_proposed(
    room: Room, staff: FlaskClient, seeing: dict[str, Any]
) -> None:
    looked_at(room, data=pictures.scene(seed=5))
    kept(room)
    page = staff.get(f"/media/vehicles/{CAR}").text
    waiting = page[page.index("<ol") : page.index("</ol>")]
    assert waiting.count("<li>") == 2
    assert "建议遮挡 2 处" in waiting
    assert "程序还没有看过" in waiting


@pytest.mark.parametrize("accept", ["nothing", "7", "[0.5, 0.5, 0.9, 0.9]"])
def test_a_tick_that_holds_no_rectangle_changes_nothing(
    room: Room, staff: FlaskClient, seeing: dict[str, Any], accept: str
) -> None:
    media = looked_at(room)
    answer = staff.post(
        f"/media/{media.id}/clear", data={"version": "0", "seen": "1", "accept": accept}
    )
    assert answer.status_code == 422
    assert clearance_of(room, media) is None
    with room.app.app_context():
        assert room.lines("media.clear") == []


def test_a_stranger_sees_no_proposals(room: Room, seeing: dict[str, Any]) -> None:
    media = looked_at(room)
    stranger = sign_in(room, "agency_manager")
    assert stranger.get(f"/media/{media.id}/clear").status_code == 404


def test_newer_proposals_are_a_version_more(inside: Room, seeing: dict[str, Any]) -> None:
    media = inside.keep(pictures.scene())
    for version in (1, 2):
        looking.propose(media.id)
        found = proposal_reads.find(media.id)
        assert found is not None
        assert found.version == version
    assert db.session.scalar(select(func.count()).select_from(Proposal)) == 1
    with pytest.raises(Refused) as no, act():
        desk.clear(inside.inspector, media.id, [], 0, 1)
    assert no.value.code == "proposals_unseen"
