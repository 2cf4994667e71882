from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.ground.refused import Refused
from station.intake.rules import (
    GATE_IN_VIEWS,
    ITEM_WORDS,
    PICKUP_VIEWS,
    VIEW_WORDS,
    GateInRecord,
    Position,
    check_counters,
    check_number,
    check_ready_for_bay,
    check_reason,
    distance_m,
    missing_for_bay,
    missing_pickup_views,
    not_checked,
    required_items,
    to_gcj02,
    weigh_check_in,
)
from station.vehicles.rules import Energy, VehicleKind

FULL = GateInRecord(
    energy=Energy.PHEV,
    kind=VehicleKind.CAR,
    views=frozenset(GATE_IN_VIEWS[VehicleKind.CAR]),
    has_video=True,
    odometer_km=48210,
    fuel_percent=40,
    charge_percent=55,
    keys=0,
    has_papers_list=True,
    seal_number="F-000123",
    has_seal_photo=True,
    counted_by=("a", "b"),
)


def test_the_pickup_set_is_four_corners_plate_and_panel() -> None:
    assert len(PICKUP_VIEWS) == 6
    assert missing_pickup_views(frozenset(PICKUP_VIEWS)) == []
    missing = missing_pickup_views(frozenset(PICKUP_VIEWS) - {"plate"})
    assert [(m.code, m.zh) for m in missing] == [("photo.plate", "号牌")]


def test_the_default_gate_set_has_sixteen_views_and_every_kind_a_set_of_known_views() -> None:
    assert len(set(GATE_IN_VIEWS[VehicleKind.CAR])) == 16
    assert set(GATE_IN_VIEWS) == set(VehicleKind)
    for views in GATE_IN_VIEWS.values():
        assert len(set(views)) == len(views)
        assert set(views) <= set(VIEW_WORDS)


def test_a_complete_record_may_have_a_bay() -> None:
    assert missing_for_bay(FULL) == []
    check_ready_for_bay(FULL)


EMPTY = {
    "video": {"has_video": False},
    "odometer": {"odometer_km": None},
    "fuel": {"fuel_percent": None},
    "charge": {"charge_percent": None},
    "keys": {"keys": None},
    "papers": {"has_papers_list": False},
    "seal_number": {"seal_number": " "},
    "seal_photo": {"has_seal_photo": False},
    "belongings": {"counted_by": ("a", "a")},
}


@pytest.mark.parametrize("code", sorted(ITEM_WORDS))
def test_each_item_left_out_keeps_the_car_from_its_bay(code: str) -> None:
    record = replace(FULL, **EMPTY[code])
    assert [m.code for m in missing_for_bay(record)] == [code]
    with pytest.raises(Refused, match="intake_incomplete") as refusal:
        check_ready_for_bay(record)
    assert refusal.value.values == {"count": 1, "missing": ITEM_WORDS[code]}
    assert refusal.value.status == 409


@pytest.mark.parametrize("view", GATE_IN_VIEWS[VehicleKind.CAR])
def test_each_photo_left_out_keeps_the_car_from_its_bay(view: str) -> None:
    record = replace(FULL, views=FULL.views - {view})
    assert [m.zh for m in missing_for_bay(record)] == [VIEW_WORDS[view]]


def test_a_written_reason_excuses_an_item_and_counts_it_as_not_checked() -> None:
    record = replace(FULL, odometer_km=None, reasons={"odometer": "电瓶亏电"})
    assert missing_for_bay(record) == []
    assert [m.code for m in not_checked(record)] == ["odometer"]


def test_a_blank_reason_excuses_nothing() -> None:
    record = replace(FULL, odometer_km=None, reasons={"odometer": "  x "})
    assert [m.code for m in missing_for_bay(record)] == ["odometer"]
    assert not_checked(record) == []


def test_a_reason_for_what_is_there_is_not_counted() -> None:
    assert not_checked(replace(FULL, reasons={"odometer": "电瓶亏电"})) == []


@pytest.mark.parametrize(
    ("energy", "codes"),
    [
        (Energy.ICE, {"fuel"}),
        (Energy.HEV, {"fuel"}),
        (Energy.PHEV, {"fuel", "charge"}),
        (Energy.BEV, {"charge"}),
    ],
)
def test_readings_go_by_the_drive(energy: Energy, codes: set[str]) -> None:
    asked = {item.code for item in required_items(energy, VehicleKind.CAR)}
    assert asked & {"fuel", "charge"} == codes


@given(
    st.frozensets(st.sampled_from(sorted(VIEW_WORDS))),
    st.sampled_from(list(VehicleKind)),
    st.sampled_from(list(Energy)),
    st.frozensets(st.sampled_from([*ITEM_WORDS, "photo.front", "photo.boot"])),
)
def test_every_required_item_is_there_missing_or_excused(
    views: frozenset[str], kind: VehicleKind, energy: Energy, excused: frozenset[str]
) -> None:
    reasons = dict.fromkeys(excused, "车门锁死")
    record = GateInRecord(energy=energy, kind=kind, views=views, reasons=reasons)
    required = {item.code for item in required_items(energy, kind)}
    missing = {item.code for item in missing_for_bay(record)}
    unchecked = {item.code for item in not_checked(record)}
    assert missing.isdisjoint(unchecked)
    assert missing | unchecked == required - {f"photo.{view}" for view in views}
    assert unchecked <= excused


def test_reasons_are_read_and_wrong_ones_refused() -> None:
    assert check_reason(FULL, "keys", " 无钥匙 ") == "无钥匙"
    with pytest.raises(Refused, match="reason_length"):
        check_reason(FULL, "keys", " x ")
    with pytest.raises(Refused, match="reason_length"):
        check_reason(FULL, "keys", "无" * 201)
    with pytest.raises(Refused, match="reason_item"):
        check_reason(replace(FULL, energy=Energy.BEV), "fuel", "无钥匙")


@pytest.mark.parametrize(
    ("code", "good", "bad"),
    [
        ("odometer", (0, 2_000_000), (-1, 2_000_001)),
        ("fuel", (0, 100), (-1, 101)),
        ("charge", (0, 100), (-1, 101)),
        ("keys", (0, 20), (-1, 21)),
    ],
)
def test_numbers_out_of_range_are_refused(
    code: str, good: tuple[int, int], bad: tuple[int, int]
) -> None:
    for value in good:
        check_number(code, value)
    for value in bad:
        with pytest.raises(Refused, match=str(value)) as refusal:
            check_number(code, value)
        assert (refusal.value.code, refusal.value.field) == ("intake_number", code)


def test_belongings_take_two_different_persons() -> None:
    check_counters(("a", "b"))
    for persons in ((), ("a",), ("a", "a")):
        with pytest.raises(Refused, match="belongings_two_persons"):
            check_counters(persons)


YARD = Position(30.2741, 120.1551)
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def north(metres: float) -> Position:
    return Position(YARD.lat + metres / 111_195.08, YARD.lon)


@pytest.mark.parametrize(("metres", "far"), [(0, False), (199, False), (201, True), (5000, True)])
def test_a_check_in_far_from_its_place_is_flagged(metres: float, far: bool) -> None:
    found = weigh_check_in(YARD, north(metres), NOW, NOW)
    assert found.far is far
    assert found.distance_m == pytest.approx(metres, abs=1)


@pytest.mark.parametrize(
    ("seconds", "doubtful"), [(0, False), (120, False), (-120, False), (121, True), (-3600, True)]
)
def test_a_device_clock_off_by_more_than_two_minutes_is_flagged(
    seconds: int, doubtful: bool
) -> None:
    found = weigh_check_in(YARD, YARD, NOW + timedelta(seconds=seconds), NOW)
    assert (found.skew_s, found.clock_doubtful) == (seconds, doubtful)


def test_a_check_in_without_position_says_so() -> None:
    found = weigh_check_in(YARD, None, NOW, NOW)
    assert (found.distance_m, found.far) == (None, False)


def test_distances_agree_with_a_known_one() -> None:
    # One degree of longitude on the equator of a sphere of the mean radius.
    assert distance_m(Position(0, 0), Position(0, 1)) == pytest.approx(111_195.08, abs=0.01)


@given(
    st.builds(Position, st.floats(-90, 90), st.floats(-180, 180)),
    st.builds(Position, st.floats(-90, 90), st.floats(-180, 180)),
)
def test_distances_are_the_same_both_ways_and_never_past_half_the_globe(
    a: Position, b: Position
) -> None:
    assert distance_m(a, b) == pytest.approx(distance_m(b, a), abs=0.1)
    assert 0 <= distance_m(a, b) <= 20_015_200


@pytest.mark.parametrize("place", [(91, 0), (0, 181), (float("nan"), 0), (0, float("inf"))])
def test_a_position_that_is_none_is_refused(place: tuple[float, float]) -> None:
    with pytest.raises(Refused, match="position_range"):
        Position(*place)


@pytest.mark.parametrize(
    ("wgs", "gcj"),
    [
        ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
        ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
        ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
        ((51.5, -0.12), (51.5, -0.12)),
    ],
)
def test_map_links_use_the_published_shift(
    wgs: tuple[float, float], gcj: tuple[float, float]
) -> None:
    assert to_gcj02(Position(*wgs)) == pytest.approx(gcj, abs=1e-9)
