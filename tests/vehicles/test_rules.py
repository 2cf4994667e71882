from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.ground.refused import Refused
from station.vehicles.rules import (
    STAGE_WORDS,
    STAGES,
    Audience,
    Energy,
    PlateColour,
    PlateKind,
    Stage,
    check_digit,
    check_step,
    hold_message,
    join_hold,
    mask_plate,
    mask_vin,
    needs_override,
    plate_region,
    read_plate,
    read_vin,
    vin_warnings,
)
from station.vehicles.vin import TABLE

VECTORS = TABLE["test_vectors"]
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"


def refusal_of(read: object, text: str) -> Refused:
    assert callable(read)
    with pytest.raises(Refused) as refusal:
        read(text)
    return refusal.value


@pytest.mark.parametrize("text", VECTORS["vin_pass"])
def test_known_vins_pass_with_their_check_digit(text: str) -> None:
    vin = read_vin(text)
    assert (vin.text, vin.checks, needs_override(vin)) == (text, True, False)


@pytest.mark.parametrize("text", VECTORS["vin_fail"])
def test_an_imported_vin_without_check_digit_passes_with_a_warning(text: str) -> None:
    vin = read_vin(text)
    assert (vin.region, vin.checks, needs_override(vin)) == ("other", False, False)
    assert "进口" in vin_warnings(vin)[0]


@pytest.mark.parametrize(
    "text",
    ["lbv5s3102esj25655", " LBV5S 3102-ESJ25655 ", "★LBV5S3102ESJ25655★", "ＬＢＶ５S3102ESJ25655"],
)
def test_width_case_spaces_hyphens_and_stars_do_not_matter(text: str) -> None:
    assert read_vin(text).text == "LBV5S3102ESJ25655"


@pytest.mark.parametrize(
    ("text", "code", "values"),
    [
        ("", "vin_length", {"found": 0}),
        ("LBV5S3102ESJ2565", "vin_length", {"found": 16}),
        ("LBV5S3102ESJ256555", "vin_length", {"found": 18}),
        ("LBV5S31O2ESJ25655", "vin_character", {"position": 8, "char": "O", "likely": "0"}),
        ("IBV5S3102ESJ25655", "vin_character", {"position": 1, "char": "I", "likely": "1"}),
        ("LBV5S3102ESJ2565Q", "vin_character", {"position": 17, "char": "Q", "likely": "0"}),
        ("LBV5S3102ESJ2565浙", "vin_character", {"position": 17, "char": "浙"}),
        ("LBV5S3102ESJ2565ß", "vin_character", {"position": 17, "char": "ß"}),
        ("LBV5S3103ESJ25655", "vin_check", {"expected": "2", "found": "3"}),
    ],
)
def test_a_wrong_vin_is_told_what_is_wrong(text: str, code: str, values: dict[str, object]) -> None:
    refusal = refusal_of(read_vin, text)
    assert (refusal.code, refusal.values, refusal.field) == (code, values, "vin")
    assert str(values.get("expected", values.get("found", values.get("char")))) in str(refusal)


def test_a_failed_check_digit_is_read_when_a_second_person_vouches() -> None:
    vin = read_vin("LBV5S3103ESJ25655", overridden=True)
    assert needs_override(vin)
    assert vin.expected == "2"


def test_an_override_does_not_excuse_a_forbidden_letter() -> None:
    with pytest.raises(Refused, match="vin_character"):
        read_vin("LBV5S31O2ESJ25655", overridden=True)


@given(st.text(LETTERS, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(LETTERS))
def test_changing_one_character_breaks_the_check(text: str, place: int, char: str) -> None:
    valid = text[:8] + check_digit(text) + text[9:]
    changed = valid[:place] + char + valid[place + 1 :]
    same_value = check_digit(changed) == check_digit(valid)
    values = TABLE["vin"]["translit"] | {str(n): n for n in range(10)}
    if place == 8:
        assert (check_digit(changed) == changed[8]) == (char == valid[8])
    else:
        assert same_value == (values[char] == values[valid[place]])


@given(st.text(max_size=24))
def test_any_text_is_a_vin_or_a_refusal(text: str) -> None:
    try:
        vin = read_vin(text)
    except Refused:
        return
    assert len(vin.text) == 17


@pytest.mark.parametrize("text", VECTORS["plate_pass"])
def test_known_plates_pass(text: str) -> None:
    assert read_plate(text).text == text


@pytest.mark.parametrize("text", VECTORS["plate_fail"])
def test_known_wrong_plates_are_refused(text: str) -> None:
    assert refusal_of(read_plate, text).field == "plate"


@pytest.mark.parametrize(
    ("text", "kind", "colour", "energy"),
    [
        ("浙A12345", PlateKind.ORDINARY, PlateColour.BLUE, None),
        ("浙a·D12345", PlateKind.NEV_SMALL, PlateColour.GREEN, Energy.BEV),
        ("浙A F12345", PlateKind.NEV_SMALL, PlateColour.GREEN, Energy.PHEV),
        ("沪A12345D", PlateKind.NEV_LARGE, PlateColour.YELLOW_GREEN, Energy.BEV),
        ("粤Z１234港", PlateKind.HONG_KONG, PlateColour.BLACK, None),
        ("京A1234学", PlateKind.SCHOOL, PlateColour.YELLOW, None),
        ("京A1234警", PlateKind.POLICE, PlateColour.WHITE, None),
        ("浙AA12345", PlateKind.NEV_SMALL, PlateColour.GREEN, Energy.BEV),
    ],
)
def test_a_plate_tells_kind_colour_and_drive(
    text: str, kind: PlateKind, colour: PlateColour, energy: Energy | None
) -> None:
    plate = read_plate(text)
    assert (plate.kind, plate.colour, plate.energy) == (kind, colour, energy)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "plate_province"),
        ("A12345", "plate_province"),
        ("浙I12345", "plate_letter"),
        ("浙A1234O", "plate_letter"),
        ("浙112345", "plate_city"),
        ("浙A1234", "plate_length"),
        ("浙", "plate_length"),
        ("浙AD123456", "plate_length"),
        ("浙A123456", "plate_nev"),
        ("浙AL12345", "plate_nev"),
        ("浙AD1234E", "plate_nev"),
        ("浙A12浙45", "plate_character"),
        ("浙A学1234", "plate_character"),
        ("京A1234使", "plate_elsewhere"),
        ("浙A1234٣", "plate_character"),
    ],
)
def test_a_wrong_plate_is_told_what_is_wrong(text: str, code: str) -> None:
    assert refusal_of(read_plate, text).code == code


@given(st.text("浙京AIDLF123456学警·", max_size=10))
def test_a_read_plate_reads_again_the_same(text: str) -> None:
    try:
        plate = read_plate(text)
    except Refused:
        return
    assert read_plate(plate.text) == plate


@pytest.mark.parametrize(
    ("plate", "public", "bidder", "region"),
    [
        ("浙A12312", "浙A·*****", "浙A***12", "杭州"),
        ("苏AD12345", "苏A·*****", "苏A****45", "江苏"),
        ("", "", "", ""),
    ],
)
def test_plates_are_masked_by_audience(plate: str, public: str, bidder: str, region: str) -> None:
    assert mask_plate(plate, Audience.PUBLIC) == public
    assert mask_plate(plate, Audience.BIDDER) == bidder
    assert mask_plate(plate, Audience.AGENCY) == mask_plate(plate, Audience.COURT) == plate
    assert plate_region(plate) == region


def test_vins_are_masked_by_audience() -> None:
    vin = "LBV5S3102ESJ25655"
    assert mask_vin(vin, Audience.PUBLIC) == "LBV5S310*ES******"
    assert mask_vin(vin, Audience.BIDDER) == "LBV5S3102ES******"
    assert mask_vin(vin, Audience.AGENCY) == mask_vin(vin, Audience.COURT) == vin
    assert mask_vin("SHORT1234", Audience.PUBLIC) == "*********"


def test_the_life_of_a_vehicle_runs_from_registration_to_release() -> None:
    life = [
        Stage.REGISTERED,
        Stage.ENTRUSTED,
        Stage.TOW_ORDERED,
        Stage.TOWING,
        Stage.AT_GATE,
        Stage.TAKEN_IN,
        Stage.STORED,
        Stage.PUBLISHED,
        Stage.SOLD,
        Stage.PAID,
        Stage.RELEASE_ORDERED,
        Stage.RELEASED,
    ]
    for now, to in itertools.pairwise(life):
        check_step(now, to)
    assert STAGES.next(Stage.RELEASED) == frozenset()
    assert set(STAGE_WORDS) == set(Stage)


@pytest.mark.parametrize(
    ("now", "to"),
    [
        (Stage.REGISTERED, Stage.TOW_ORDERED),
        (Stage.TOWING, Stage.STORED),
        (Stage.AT_GATE, Stage.STORED),
        (Stage.STORED, Stage.RELEASED),
        (Stage.SOLD, Stage.RELEASE_ORDERED),
        (Stage.PAID, Stage.RELEASED),
        (Stage.RELEASED, Stage.STORED),
        (Stage.STORED, Stage.STORED),
    ],
)
def test_steps_are_not_skipped(now: Stage, to: Stage) -> None:
    with pytest.raises(Refused, match="stage_step") as refusal:
        check_step(now, to)
    assert refusal.value.status == 409


def test_every_stage_can_be_reached_from_registration_or_the_queue() -> None:
    reached, todo = set(), [Stage.QUEUED]
    while todo:
        stage = todo.pop()
        reached.add(stage)
        todo += STAGES.next(stage) - reached
    assert reached == set(Stage)


def test_the_first_seizure_holds_and_the_later_ones_queue() -> None:
    assert [join_hold(n) for n in range(3)] == [1, 2, 3]
    with pytest.raises(ValueError, match="negative"):
        join_hold(-1)


def test_a_queued_court_learns_its_rank_and_nothing_of_the_first_court() -> None:
    text = hold_message(2) % {"rank": 2}
    assert "轮候" in text
    assert "第 2" in text
    assert "法院" not in text
    assert "%" not in text
    assert "轮候" not in hold_message(1)
