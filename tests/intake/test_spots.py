"""Where a finding is in the pictures: the rule between two keys, and the act that sets a place."""

from __future__ import annotations

import html
import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from station.ground import clock
from station.ground.database import act, db
from station.ground.refused import Refused
from station.intake import finding_desk, reads
from station.intake.findings import Source
from station.intake.models import Finding
from station.intake.spots import Pictures, Place, Spot, track
from station.media.models import Scene
from station.media.rules import Kind, Recipe, SceneKind, State
from station.trail.models import TrailLine
from station.trail.reads import find_last_line
from tests.intake import makers
from tests.intake.test_views import context, sign_in
from tests.makers import House, make_house

COUNT = 24
places = st.tuples(st.floats(0, 1), st.floats(0, 1))
keyed = st.dictionaries(st.integers(0, COUNT - 1), places, min_size=1, max_size=8)


@given(keyed)
def test_a_key_is_where_it_was_pressed_and_nothing_leaves_the_keys_around_it(
    keys: dict[int, Place],
) -> None:
    seen = track(keys, COUNT)
    assert {frame: seen[frame] for frame in keys} == keys
    for part in (0, 1):
        low = min(place[part] for place in keys.values())
        high = max(place[part] for place in keys.values())
        assert all(low - 1e-9 <= place[part] <= high + 1e-9 for place in seen.values())


@given(keyed)
def test_it_is_seen_over_one_stretch_that_begins_and_ends_with_a_key(
    keys: dict[int, Place],
) -> None:
    seen = track(keys, COUNT)
    edges = [frame for frame in seen if (frame - 1) % COUNT not in seen]
    edges += [frame for frame in seen if (frame + 1) % COUNT not in seen]
    assert len(edges) in {0, 2}
    assert set(edges) <= set(keys)
    hidden = COUNT - len(seen)
    known = sorted(keys)
    gaps = [(b - a) % COUNT or COUNT for a, b in zip(known, [*known[1:], known[0]], strict=True)]
    assert hidden == max(gaps) - 1  # the widest stretch without a key is the one left out


@given(st.lists(places, min_size=2, max_size=6, unique=True), st.integers(0, COUNT - 1))
def test_where_the_walk_begins_changes_nothing(spots: list[Place], by: int) -> None:
    keys = {2 * at: place for at, place in enumerate(spots)}  # one widest gap: the walk's rest
    turned = {(frame + by) % COUNT: place for frame, place in keys.items()}
    moved = {(frame + by) % COUNT: place for frame, place in track(keys, COUNT).items()}
    assert track(turned, COUNT) == moved


@given(places, places, st.integers(1, 11))
def test_between_two_keys_it_moves_in_even_steps(a: Place, b: Place, apart: int) -> None:
    seen = track({0: a, apart: b}, COUNT)
    assert list(seen) == list(range(apart + 1))
    for part in (0, 1):
        steps = [seen[at + 1][part] - seen[at][part] for at in range(apart)]
        assert steps == pytest.approx([(b[part] - a[part]) / apart] * apart, abs=1e-9)


def test_it_goes_the_short_way_over_the_end_of_the_walk() -> None:
    assert track({22: (0.2, 0.5), 2: (0.6, 0.5)}, COUNT) == {
        22: (0.2, 0.5),
        23: pytest.approx((0.3, 0.5)),
        0: pytest.approx((0.4, 0.5)),
        1: pytest.approx((0.5, 0.5)),
        2: (0.6, 0.5),
    }


def test_of_two_ways_equally_long_it_goes_up_from_the_lower_key() -> None:
    assert list(track({3: (0, 0), 15: (1, 1)}, COUNT)) == [*range(15, 24), 0, 1, 2, 3]


def test_a_key_of_a_longer_walk_is_left_out() -> None:
    assert track({5: (0.1, 0.2), 40: (0.9, 0.9)}, COUNT) == {5: (0.1, 0.2)}
    assert track({40: (0.9, 0.9)}, COUNT) == {}


# --- the act


def count_lines() -> int:
    return db.session.scalar(select(func.count()).select_from(TrailLine)) or 0


def _add_finding(house: House) -> Finding:
    intake = makers.make_arrived(house)
    photo = makers.keep(house.inspector, intake.vehicle, Kind.PHOTO, reads.DAMAGE)
    with act():
        return finding_desk.add_finding(
            house.inspector, intake.vehicle, makers.a_scratch(photo), Source.INTAKE
        )


SHOWN = Pictures({"walk": 24}, frozenset({"cabin"}))


def test_a_finding_has_its_place_in_the_spin_in_a_panorama_and_in_its_photo(ctx: Flask) -> None:
    house = make_house()
    finding = _add_finding(house)
    keys = Spot(spin="walk", keys={7: (0.25, 0.5), 11: (0.5, 0.25)})
    inside = Spot(panorama="cabin", yaw=120.5, pitch=-10.0, photo=(0.5, 0.75))
    with act():
        finding_desk.place_finding(house.inspector, finding, keys, 1, SHOWN)
    with act():
        finding_desk.place_finding(house.inspector, finding, inside, 2, SHOWN)
    assert (finding.spin_id, finding.panorama_id, finding.version) == ("walk", "cabin", 3)
    assert (finding.inside, finding.in_photo) == ((120.5, -10.0), (0.5, 0.75))
    seen = reads.places_in(finding, "walk", 24)
    assert list(seen) == ["7", "8", "9", "10", "11"]
    assert seen["9"] == (0.375, 0.375)
    assert reads.places_in(finding, "a later walk", 24) == {}
    line = find_last_line(finding.subject)
    assert line is not None
    assert line.act == "intake.place_finding"
    assert (line.facts["yaw"], line.facts["photo"]) == ("120.50", "0.5000,0.7500")
    with act():
        finding_desk.place_finding(
            house.inspector, finding, Spot(spin="walk", photo=(0.1, 0.1)), 3, SHOWN
        )
    assert (finding.spin_id, finding.keys, finding.panorama_id) == ("", {}, "cabin")
    line = find_last_line(finding.subject)
    assert line is not None
    assert (line.facts["spin"], line.facts["keys"]) == ("walk", "")


def test_a_form_that_somebody_overtook_places_nothing(ctx: Flask) -> None:
    house = make_house()
    finding = _add_finding(house)
    here = Spot(spin="walk", keys={3: (0.5, 0.5)})
    with act():
        finding_desk.place_finding(house.inspector, finding, here, 1, SHOWN)
    count = count_lines()
    with pytest.raises(Refused) as refusal, act():
        finding_desk.place_finding(
            house.manager, finding, Spot(spin="walk", keys={4: (0.1, 0.1)}), 1, SHOWN
        )
    assert (refusal.value.code, refusal.value.values["who"]) == ("stale", "林查")
    db.session.refresh(finding)
    assert finding.keys == {"3": [0.5, 0.5]}
    assert count_lines() == count


def _a_spin(house: House, vehicle_id: str) -> Scene:
    """The row of a spin that is ready; nobody asks for its files here."""
    frames = [{"file": f"frames/{n:03d}.jpg", "full": f"full/{n:03d}.jpg"} for n in range(24)]
    return Scene(
        id="walk",
        vehicle=vehicle_id,
        kind=SceneKind.SPIN,
        recipe=Recipe.SERIES,
        state=State.READY,
        folder="f" * 64,
        manifest={"frames": frames, "size": [1200, 900]},
        sources=[],
        organisation_id=house.inspector.organisation_id,
        by_person=house.inspector.person_id,
        by_name=house.inspector.name,
        taken_at=clock.now(),
        asked_at=clock.now(),
    )


def test_the_form_begins_with_the_places_that_are_there(app: Flask, client: FlaskClient) -> None:
    keys = {7: (0.25, 0.5), 11: (0.5, 0.25)}
    with context(app):
        house = make_house()
        finding = _add_finding(house)
        with act():
            db.session.add(_a_spin(house, finding.vehicle_id))
            spot = Spot(spin="walk", keys=keys)
            finding_desk.place_finding(house.inspector, finding, spot, 1, SHOWN)
        address = f"/intake/findings/{finding.id}/place"
    sign_in(client, "inspector")
    found = re.search(r'<input [^>]*name="keys"[^>]* value="([^"]*)">', client.get(address).text)
    assert found is not None
    told = json.loads(html.unescape(found[1]))
    assert {int(frame): tuple(place) for frame, place in told.items()} == keys


def test_only_an_inspector_places_a_finding(app: Flask, client: FlaskClient) -> None:
    with context(app):
        finding_id = _add_finding(make_house()).id
    typed = {"version": "1", "photo_x": "0.5", "photo_y": "0.25"}
    for login, status in (("yard_keeper", 403), ("judge", 403), ("inspector", 303)):
        sign_in(client, login)
        answer = client.post(f"/intake/findings/{finding_id}/place", data=typed)
        assert answer.status_code == status
        with context(app):
            placed = db.session.get(Finding, finding_id)
            assert placed is not None
            assert placed.in_photo == ((0.5, 0.25) if status == 303 else None)


@pytest.mark.parametrize(
    ("spot", "code"),
    [
        (Spot(), "spot_empty"),
        (Spot(spin="walk"), "spot_empty"),
        (Spot(spin="walk", keys={24: (0.5, 0.5)}), "spot_outside"),
        (Spot(spin="walk", keys={3: (1.5, 0.5)}), "spot_outside"),
        (Spot(spin="walk", keys={3: (float("nan"), 0.5)}), "spot_outside"),
        (Spot(spin="an older walk", keys={3: (0.5, 0.5)}), "spot_outside"),
        (Spot(keys={3: (0.5, 0.5)}), "spot_outside"),
        (Spot(panorama="cabin", yaw=10.0, pitch=95.0), "spot_outside"),
        (Spot(panorama="cabin", yaw=10.0), "spot_outside"),
        (Spot(panorama="an older cabin", yaw=10.0, pitch=0.0), "spot_outside"),
        (Spot(photo=(0.5, 1.01)), "spot_outside"),
    ],
)
def test_a_place_outside_the_pictures_is_refused(ctx: Flask, spot: Spot, code: str) -> None:
    house = make_house()
    finding = _add_finding(house)
    count = count_lines()
    with pytest.raises(Refused) as refusal, act():
        finding_desk.place_finding(house.inspector, finding, spot, 1, SHOWN)
    assert refusal.value.code == code
    db.session.refresh(finding)
    assert (finding.placed, finding.in_photo, finding.version) == (False, None, 1)
    assert count_lines() == count
