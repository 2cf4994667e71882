"""What the trail shows that should not be: by table, by property, and on a real trail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import pairwise

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from PIL import Image, ImageDraw

from station.ground import clock
from station.media import likeness
from station.trail.events import Event
from station.trail.rules import Fact
from station.vehicles.rules import Stage
from station.watch import exception_reads, exceptions
from station.watch.exceptions import Kind, Picture, follow, silence, twins
from tests.intake import makers as intake
from tests.makers import PASSWORD, House, make_house

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)


def event(days: float, act_name: str, subject: str = "x", **facts: Fact) -> Event:
    """An act `days` before now; its line is named after both."""
    return Event(act_name, NOW - timedelta(days=days), facts, f"{act_name}@{days}", subject)


CLEAN = [
    event(40, "intake.identify"),
    event(39, "intake.finish"),
    event(38, "yard.place"),
    event(37, "intake.inspect_sign"),
    event(36, "court.answer", about="fines", outcome="clear"),
    event(35, "court.file_survey"),
    event(30, "showroom.announce"),
    event(3, "release.scan", verdict="green"),
    event(2, "release.hand_over"),
]


def kinds(*events: Event) -> list[Kind]:
    return [one.kind for one in follow(sorted(events, key=lambda one: one.at), NOW)]


def test_a_trail_as_it_should_be_shows_nothing() -> None:
    assert follow(CLEAN, NOW) == []


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ([event(5, "yard.move", without_command=True)], [Kind.WITHOUT_COMMAND]),
        ([event(5, "yard.move", revoked=True)], [Kind.WITHOUT_COMMAND]),
        ([event(95, "yard.move", revoked=True)], []),
        ([event(5, "intake.check_in", far=True)], [Kind.FAR]),
        ([event(5, "intake.check_in", far=False)], []),
        ([event(5, "yard.odometer", doubtful=True)], [Kind.ODOMETER]),
        ([event(20, "court.answer", about="fines", outcome="found")], [Kind.EDITED]),
        ([event(20, "showroom.draft")], [Kind.EDITED]),
        ([event(20, "intake.report"), event(19, "intake.finding")], [Kind.EDITED]),
        (
            [
                event(20, "intake.report"),
                event(19, "intake.finding"),
                event(18, "intake.report"),
            ],
            [],
        ),
        ([event(9, "court.ask", about="quota", due="2026-11-25")], [Kind.ENQUIRY]),
        ([event(9, "court.ask", about="quota", due="2026-11-26")], []),
        ([event(99, "court.answer", about="quota", until="2026-11-25")], [Kind.ENQUIRY]),
        (
            [
                event(
                    2,
                    "intake.thing_out",
                    "thing:1",
                    kind="key",
                    number="1",
                    until="2026-11-25 09:00",
                )
            ],
            [Kind.THING_OVERDUE],
        ),
        (
            [
                event(2, "intake.thing_out", "thing:1", kind="key", until="2026-11-25 09:00"),
                event(1, "intake.thing_back", "thing:1"),
            ],
            [],
        ),
        (
            [event(9, "court.issue", "command:1", kind="show", due="2026-11-25")],
            [Kind.LATE_VIEWING],
        ),
        (
            [
                event(9, "court.issue", "command:1", kind="show", due="2026-11-20"),
                event(1, "court.report", "command:1", kind="show"),
            ],
            [Kind.LATE_VIEWING],
        ),
        (
            [
                event(9, "court.issue", "command:1", kind="show", due="2026-11-20"),
                event(8, "court.amend", "command:1", kind="show", due="2026-11-28"),
            ],
            [],
        ),
        (
            [
                event(9, "court.issue", "command:1", kind="show", due="2026-11-20"),
                event(7, "court.revoke", "command:1", kind="show"),
            ],
            [],
        ),
    ],
)
def test_what_is_found_and_what_is_not(more: list[Event], expected: list[Kind]) -> None:
    assert kinds(*CLEAN, *more) == expected


@pytest.mark.parametrize("left_out", range(len(CLEAN)))
def test_a_step_that_another_needs_is_missed(left_out: int) -> None:
    gone = CLEAN[left_out]
    needed = {one.act for order in exceptions.ORDERS for one in order.needs}
    found = follow([one for one in CLEAN if one is not gone], NOW)
    assert [one.kind for one in found] == [Kind.SKIPPED] * (gone.act in needed)


def test_a_clock_that_was_not_believed_is_told_with_its_line() -> None:
    odd = Event("yard.move", NOW - timedelta(hours=1), {}, "line", "x", doubtful=True)
    (found,) = follow([*CLEAN, odd], NOW)
    assert (found.kind, found.lines) == (Kind.CLOCK, ("line",))


@pytest.mark.parametrize("stage", list(exceptions.SILENCE))
def test_silence_is_measured_by_the_stage(stage: Stage) -> None:
    allowed = exceptions.SILENCE[stage]
    last = Event("yard.care", NOW - allowed, {}, "line", "x")
    assert silence(stage, last, NOW) is None
    odd = silence(stage, last, NOW + timedelta(days=1))
    assert odd is not None
    assert odd.lines == ("line",)


def test_who_has_left_may_be_silent() -> None:
    last = Event("release.hand_over", NOW - timedelta(days=900), {}, "line", "x")
    assert silence(Stage.RELEASED, last, NOW) is None
    assert silence(Stage.WITHDRAWN, last, NOW) is None


def test_a_table_with_an_act_that_nobody_can_do_is_refused() -> None:
    with pytest.raises(ValueError, match="no such acts"):
        exceptions.check_table(exceptions.ACTS - {"court.ask"})
    exceptions.check_table(exceptions.ACTS)


# --- pictures


BITS = st.integers(0, 2**64 - 1)


@given(st.lists(BITS, min_size=2, max_size=12), st.data())
def test_the_shelves_find_every_pair_that_is_near(bits: list[int], data: st.DataObject) -> None:
    flips = data.draw(st.sets(st.integers(0, 63), max_size=3))
    near = bits[0] ^ sum(1 << flip for flip in flips)
    rows = [
        Picture(str(place), f"car{place}", f"sha{place}", f"{value:016x}", NOW)
        for place, value in enumerate([*bits, near])
    ]
    found = {frozenset((one.id, other.id)) for one, other in twins(rows)}
    last = rows[-1]
    assert any(last.id in pair for pair in found)
    for pair in found:
        one, other = (rows[int(place)] for place in pair)
        assert (int(one.likeness, 16) ^ int(other.likeness, 16)).bit_count() <= 3


def test_the_same_car_is_no_twin_and_the_same_file_is_one() -> None:
    one = Picture("1", "a", "sha", "", NOW)
    assert twins([one, Picture("2", "a", "sha", "", NOW)]) == []
    assert len(twins([one, Picture("2", "b", "sha", "", NOW)])) == 1
    assert twins([one, Picture("2", "b", "other", "", NOW)]) == []


def _drawn(quality: int, moved: int = 0) -> bytes:
    picture = Image.radial_gradient("L").resize((192, 144)).convert("RGB")
    ImageDraw.Draw(picture).rectangle((40 + moved, 30, 120 + moved, 90), fill="navy")
    file = BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return file.getvalue()


def test_another_compression_is_the_same_picture_and_a_moved_car_is_not() -> None:
    assert likeness.same_picture(_drawn(92), _drawn(40))
    assert not likeness.same_picture(_drawn(92), _drawn(92, moved=30))
    steps = [likeness.mean_difference(_drawn(92), _drawn(92, moved)) for moved in (0, 8, 30)]
    assert all(less < more for less, more in pairwise(steps))


# --- on a real trail


@pytest.fixture
def house(app: Flask) -> House:
    with app.app_context():
        return make_house()


def test_the_page_tells_each_with_its_lines_and_only_to_whom_it_concerns(
    app: Flask, client: FlaskClient, house: House
) -> None:
    client.post("/sign-in", data={"login": "judge", "password": PASSWORD})
    assert "没有发现异常" in client.get("/watch/exceptions").text
    with app.app_context():
        vehicle = intake.make_taken_in(house).vehicle_id
        assert exception_reads.list_odd(house.judge) == []
        later = clock.now() + timedelta(days=30)
    with clock.moved_to(later):
        with app.app_context():
            found = exception_reads.list_odd(house.judge)
            assert [(one.odd.kind, one.vehicle.id) for one in found] == [(Kind.SILENCE, vehicle)]
            assert len(exception_reads.list_odd(house.agent)) == len(found)
            line = found[0].lines[0]
        client.post("/sign-in", data={"login": "judge", "password": PASSWORD})
        page = client.get("/watch/exceptions?kind=silence").text
        assert f"#line-{line.chain}-{line.number}" in page
        assert "没有任何操作" in page
        assert "没有任何操作" not in client.get("/watch/exceptions?kind=far").text
        with app.test_client() as other:
            other.post("/sign-in", data={"login": "other_judge", "password": PASSWORD})
            assert vehicle not in other.get("/watch/exceptions").text


def test_a_picture_of_one_car_that_is_shown_for_another_is_found(app: Flask, house: House) -> None:
    with app.app_context():
        first = intake.make_taken_in(house)
        second = intake.make_arrived(house, number=1235, plate="浙A54321")
        body = intake.jpeg(77)
        for car in (first.vehicle, second.vehicle):
            intake.keep(house.inspector, car, "photo", "front", body)
        found = exception_reads.list_odd(house.judge)
        (twin,) = [one for one in found if one.odd.kind is Kind.SAME_PICTURE]
        assert twin.vehicle.id == second.vehicle_id
        assert {line.vehicle for line in twin.lines} == {first.vehicle_id, second.vehicle_id}


def test_the_list_goes_out_as_it_is_filtered(app: Flask, client: FlaskClient, house: House) -> None:
    with app.app_context():
        model = intake.make_taken_in(house).vehicle.model
        later = clock.now() + timedelta(days=30)
    with clock.moved_to(later):
        client.post("/sign-in", data={"login": "judge", "password": PASSWORD})
        for kind, rows in (("silence", 1), ("far", 0)):
            body = client.get(f"/watch/exceptions.xlsx?kind={kind}").data
            sheet = load_workbook(BytesIO(body)).worksheets[0]
            assert sheet.max_row == 1 + rows
        assert client.get("/watch/exceptions.pdf").data.startswith(b"%PDF-")
        for stage, rows in (("taken_in", 1), ("sold", 0)):
            body = client.get(f"/watch/vehicles.xlsx?stage={stage}").data
            sheet = load_workbook(BytesIO(body)).worksheets[0]
            assert sheet.max_row == 1 + rows
            assert rows == 0 or sheet["A2"].value == model
        assert client.get("/watch/vehicles.pdf").data.startswith(b"%PDF-")
