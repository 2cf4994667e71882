from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.ground.clock import SHANGHAI
from station.scores.checkpoints import CHECKPOINTS
from station.scores.rules import (
    DIM_WORDS,
    STAGE_WORDS,
    STANDING_WORDS,
    Dim,
    Event,
    Scored,
    band,
    dim_points,
    format_points,
    lot_points,
    score_lot,
)
from station.scores.ruleset import RULES, TABLE, Stage, Standing, hundredths


def at(day: int, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of March 2026 in Shanghai; the 2nd is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


END = at(31)


def clean() -> list[Event]:
    """A lot that did everything right."""
    return [
        Event("court.entrust", at(2, 9), {"letter": "m1", "ruling": "m2"}, "c:1"),
        Event("court.accept", at(2, 11), {}, "a:1"),
        Event("court.issue", at(2, 14), {"kind": "tow_in", "due": "2026-03-04"}, "c:2"),
        Event("court.acknowledge", at(2, 15), {"kind": "tow_in"}, "s:1"),
        Event("intake.tow_dispatched", at(3, 8), {}, "s:2"),
        Event("intake.check_in", at(3, 10), {"located": True, "far": False, "photos": 6}, "s:3"),
        Event("intake.arrive", at(3, 12), {"located": True, "far": False}, "s:5"),
        Event("intake.seal", at(3, 13), {"number": "F-1", "photo": "m3"}, "s:6"),
        Event("intake.keys", at(3, 13), {"count": 0}, "s:7"),
        Event("intake.papers", at(3, 13), {"listed": 0}, "s:8"),
        Event("intake.belongings", at(3, 13), {"persons": 2, "video": "m4"}, "s:9"),
        Event("intake.finish", at(3, 14), {}, "s:12"),
        Event("yard.place", at(3, 14), {"bay": "A-07"}, "s:10"),
        Event("showroom.announce", at(9), {"photos": 8, "views_360": 1}, "s:11"),
    ]


def without(act: str) -> list[Event]:
    return [event for event in clean() if event.act != act]


def changed(act: str, *, when: datetime | None = None, **facts: str | int | bool) -> list[Event]:
    """The clean lot with the first `act` moved or given other facts."""
    events, done = [], False
    for event in clean():
        if event.act == act and not done:
            done = True
            event = Event(act, when or event.at, {**event.facts, **facts}, event.line)  # noqa: PLW2901
        events.append(event)
    return events


def of(rule_id: str, events: list[Event], as_of: datetime = END) -> Scored:
    score = score_lot(events, as_of)
    return next(s for d in score.dims for s in (*d.scored, *d.waiting) if s.rule_id == rule_id)


@pytest.mark.parametrize("rule_id", sorted(CHECKPOINTS))
def test_a_faultless_lot_loses_nothing_and_names_its_lines(rule_id: str) -> None:
    one = of(rule_id, clean())
    assert (one.standing, one.points) == (Standing.SCORED, 0)
    assert one.kept == one.cap == RULES[rule_id].cap
    assert one.lines
    assert all(one.lines)
    assert one.zh % one.values


@pytest.mark.parametrize(
    ("rule_id", "events", "points"),
    [
        ("PRE-N01", changed("court.entrust", letter=""), -200),
        ("PRE-N01", changed("court.entrust", letter="", ruling=""), -400),
        ("PRE-T01", changed("court.acknowledge", when=at(3, 9, 30)), 0),
        ("PRE-T01", changed("court.acknowledge", when=at(3, 9, 31)), -50),
        ("PRE-T01", changed("court.acknowledge", when=at(3, 15)), -50),
        ("PRE-T01", changed("court.acknowledge", when=at(3, 15, 1)), -100),
        ("PRE-T01", changed("court.acknowledge", when=at(20)), -200),
        ("PRE-T01", without("court.acknowledge"), -200),
        ("PRE-T02", changed("intake.check_in", when=at(4, 23)), 0),
        ("PRE-T02", changed("intake.check_in", when=at(5, 0, 1)), -100),
        ("PRE-T02", changed("intake.check_in", when=at(20)), -500),
        ("PRE-N02", changed("intake.check_in", photos=5), -100),
        ("PRE-N02", changed("intake.check_in", far=True), -100),
        ("PRE-N02", changed("intake.check_in", located=False), -100),
        ("PRE-N02", changed("intake.arrive", located=False), -100),
        ("PRE-N02", changed("intake.arrive", far=True), -100),
        ("PRE-N02", without("intake.check_in"), -100),
        ("PRE-N04", without("intake.seal"), -100),
        ("PRE-N04", changed("intake.seal", photo=""), -100),
        ("PRE-N05", without("intake.keys"), -100),
        ("PRE-N05", [e for e in without("intake.keys") if e.act != "intake.papers"], -200),
        ("PRE-N06", without("intake.belongings"), -200),
        ("PRE-N06", changed("intake.belongings", persons=1), -200),
        ("PRE-N06", changed("intake.belongings", video=""), -200),
        ("PRE-T03", changed("yard.place", when=at(4, 12)), 0),
        ("PRE-T03", changed("yard.place", when=at(4, 12, 1)), -50),
        ("PRE-T03", changed("yard.place", when=at(6, 12)), -100),
        ("PRE-T03", changed("yard.place", when=at(30)), -200),
        ("PRE-T03", without("yard.place"), -200),
        ("PRE-N10", changed("showroom.announce", photos=7), -300),
        ("PRE-N12", changed("showroom.announce", views_360=0), -150),
    ],
)
def test_each_fault_costs_its_points_within_the_cap(
    rule_id: str, events: list[Event], points: int
) -> None:
    one = of(rule_id, events)
    assert (one.standing, one.points) == (Standing.SCORED, points)
    assert one.zh % one.values


def test_papers_brought_within_one_working_day_are_in_time() -> None:
    late = [
        *changed("court.entrust", ruling=""),
        Event("court.add_paper", at(3, 17), {"paper": "ruling"}, "c:9"),
    ]
    one = of("PRE-N01", late)
    assert one.points == 0
    assert "c:9" in one.lines
    later = [*late[:-1], Event("court.add_paper", at(4, 9), {"paper": "ruling"}, "c:9")]
    assert of("PRE-N01", later).points == -200


def test_an_item_excused_in_writing_counts_as_recorded() -> None:
    def excused(*codes: str) -> list[Event]:
        facts = [{"code": code, "reason": "车门变形"} for code in codes]
        return [Event("intake.excuse", at(3, 13), f, f"s:2{i}") for i, f in enumerate(facts)]

    lot = without("intake.seal")
    one = of("PRE-N04", [*lot, *excused("seal_number", "seal_photo")])
    assert one.points == 0
    assert {"s:20", "s:21"} <= set(one.lines)
    assert of("PRE-N04", [*lot, *excused("seal_number")]).points == -100
    assert of("PRE-N06", [*without("intake.belongings"), *excused("belongings")]).points == 0


def test_an_excused_pickup_photo_counts_as_taken() -> None:
    assert of("PRE-N02", changed("intake.check_in", photos=5, without="plate")).points == 0


def test_an_announcement_that_tells_no_numbers_is_not_scored() -> None:
    silent = [*without("showroom.announce"), Event("showroom.announce", at(9), {}, "s:11")]
    assert of("PRE-N10", silent).standing is Standing.NOT_DUE
    assert of("PRE-N12", silent).standing is Standing.NOT_DUE


def test_what_is_recorded_after_the_end_comes_too_late() -> None:
    assert of("PRE-N04", changed("intake.seal", when=at(5))).points == -100


def test_every_command_is_signed_for() -> None:
    more = [
        *clean(),
        Event("court.issue", at(9, 9), {"kind": "publish", "due": "2026-03-12"}, "c:5"),
    ]
    assert of("PRE-T01", more, as_of=at(9, 11)).points == 0
    assert of("PRE-T01", more, as_of=at(9, 16)).points == -50
    revoked = [*more, Event("court.revoke", at(9, 10), {"kind": "publish"}, "c:6")]
    assert of("PRE-T01", revoked, as_of=at(12)).points == 0


@pytest.mark.parametrize(
    ("rule_id", "moment"),
    [
        ("PRE-N01", at(2, 10)),
        ("PRE-T01", at(2, 14, 30)),
        ("PRE-T02", at(2, 16)),
        ("PRE-N02", at(3, 11)),
        ("PRE-N04", at(3, 13, 30)),
        ("PRE-N05", at(3, 13, 30)),
        ("PRE-N06", at(3, 13, 30)),
        ("PRE-T03", at(3, 13)),
        ("PRE-N10", at(8)),
        ("PRE-N12", at(8)),
    ],
)
def test_a_rule_whose_moment_has_not_come_keeps_no_points(rule_id: str, moment: datetime) -> None:
    one = of(rule_id, clean(), as_of=moment)
    assert (one.standing, one.kept, one.lines) == (Standing.NOT_DUE, 0, ())


def test_a_missing_paper_waits_until_its_day_is_over() -> None:
    events = changed("court.entrust", ruling="")
    assert of("PRE-N01", events, as_of=at(3, 23)).standing is Standing.NOT_DUE
    assert of("PRE-N01", events, as_of=at(4, 0, 1)).points == -200


def test_rules_not_written_yet_are_named_and_never_full_points() -> None:
    score = score_lot(clean(), END)
    waiting = {s.rule_id for d in score.dims for s in d.waiting}
    assert waiting == set(RULES) - set(CHECKPOINTS)
    assert all(s.kept == 0 for d in score.dims for s in d.waiting)
    assert score.total is None
    assert score.low < score.high


def test_an_empty_lot_has_no_points_of_its_own() -> None:
    score = score_lot([], END)
    assert [(d.kept, d.possible) for d in score.dims] == [(0, 0)] * 3
    assert (score.low, score.high, score.total) == (0, 10_000, None)


def test_the_clean_lot_keeps_all_that_was_scored_and_nothing_more() -> None:
    dims = {d.dim: d for d in score_lot(clean(), END).dims}
    assert (dims[Dim.COMPLIANCE].kept, dims[Dim.COMPLIANCE].possible) == (1550, 1550)
    assert (dims[Dim.TIMELINESS].kept, dims[Dim.TIMELINESS].possible) == (900, 900)
    assert (dims[Dim.QUALITY].kept, dims[Dim.QUALITY].possible) == (0, 0)


def test_the_worked_lot_loses_three_points_for_its_photos() -> None:
    # Five public photos, three short of eight: PRE-N10 takes 3, so N ends at 37 at best.
    dims = {d.dim: d for d in score_lot(changed("showroom.announce", photos=5), END).dims}
    assert dims[Dim.COMPLIANCE].high == 3700
    assert dims[Dim.COMPLIANCE].kept == 1250


def test_the_worked_lot_comes_to_88_and_band_a() -> None:
    moved = {Dim.COMPLIANCE: -300, Dim.TIMELINESS: 150 + 250 + 200, Dim.QUALITY: 200 + 200 + 100}
    assert [dim_points(dim, moved[dim]) for dim in Dim] == [3700, 3100, 2000]
    assert lot_points(moved) == 8800
    assert band(8800) == "A"


@pytest.mark.parametrize(
    ("points", "letter"),
    [(10_000, "A"), (8800, "A"), (8799, "B"), (7500, "B"), (7499, "C"), (5999, "D"), (0, "D")],
)
def test_bands_begin_at_their_least_points(points: int, letter: str) -> None:
    assert band(points) == letter


def test_a_faultless_ordinary_lot_is_80_and_every_bonus_makes_100() -> None:
    assert lot_points({}) == 8000
    bonus = {d: sum(r.bonus for r in RULES.values() if r.dim is d) for d in Dim}
    assert bonus == {Dim.COMPLIANCE: 0, Dim.TIMELINESS: 1000, Dim.QUALITY: 1000}
    assert lot_points(bonus) == 10_000
    assert lot_points(dict.fromkeys(Dim, -100_000)) == 0


def test_the_table_holds_its_58_rules() -> None:
    assert len(TABLE["rules"]) == len(RULES) == 58
    assert Counter(r.dim for r in RULES.values()) == {
        Dim.COMPLIANCE: 30,
        Dim.TIMELINESS: 20,
        Dim.QUALITY: 8,
    }
    assert Counter(r.stage for r in RULES.values()) == {
        Stage.BEFORE: 24,
        Stage.DURING: 19,
        Stage.AFTER: 15,
    }
    assert set(CHECKPOINTS) <= set(RULES)
    assert (set(DIM_WORDS), set(STAGE_WORDS)) == (set(Dim), set(Stage))
    assert set(STANDING_WORDS) == set(Standing)


def test_points_are_kept_exactly_and_written_with_two_decimals() -> None:
    assert [hundredths(p) for p in (-0.1, -0.3, 1.2, 2, 0.25)] == [-10, -30, 120, 200, 25]
    assert [format_points(p) for p in (-50, 8800, 5, -105)] == ["-0.50", "88.00", "0.05", "-1.05"]


def test_events_may_come_in_any_order_of_time() -> None:
    late_first = sorted(clean(), key=lambda event: event.at, reverse=True)
    assert score_lot(late_first, END).low == score_lot(clean(), END).low


@given(
    st.lists(
        st.tuples(st.sampled_from(range(14)), st.integers(-96, 800)),
        max_size=14,
        unique_by=lambda t: t[0],
    )
)
def test_any_history_stays_within_caps_and_bounds(moves: list[tuple[int, int]]) -> None:
    events = clean()
    for place, hours in moves:
        event = events[place]
        moment = event.at + timedelta(hours=hours)
        events[place] = Event(event.act, moment.astimezone(UTC), event.facts, event.line)
    score = score_lot(events, END)
    for dim in score.dims:
        assert len(dim.scored) + len(dim.waiting) == sum(r.dim is dim.dim for r in RULES.values())
        assert 0 <= dim.kept <= dim.possible
        for one in dim.scored:
            assert -one.cap <= one.points <= 0
    assert 0 <= score.low <= score.high <= 10_000
