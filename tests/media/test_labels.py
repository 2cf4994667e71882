from __future__ import annotations

import pytest
import qrcode
from sqlalchemy import func, select

from station.ground.database import act, db
from station.ground.ids import SPOKEN
from station.ground.refused import Refused
from station.media import access, desk, labels, reads
from station.media.labels import Purpose
from station.media.models import LabelCode
from station.trail import desk as trail

from .conftest import CAR, Room


def issue(room: Room, purpose: Purpose = Purpose.VEHICLE, subject: str = "vehicle:1") -> str:
    with act():
        return desk.issue_code(room.inspector, purpose, subject, vehicle=CAR)


def test_a_label_leads_to_what_it_stands_on(inside: Room) -> None:
    text = issue(inside)
    form, letter, mark, code, digest = text.split(":")
    assert (form, letter, len(mark), len(code), len(digest)) == ("SZ2", "V", 4, 8, 8)
    assert reads.read_code(text).subject == "vehicle:1"
    assert reads.read_code(f"  {code.lower()[:4]} {code.lower()[4:]} ").subject == "vehicle:1"
    assert reads.read_code(text.replace(":", "：")).subject == "vehicle:1"
    [line] = inside.lines("media.issue_code")
    assert line.facts == {"purpose": "vehicle", "code": code, "voids": ""}


def test_a_reprint_voids_the_label_before_it(inside: Room) -> None:
    old = issue(inside)
    new = issue(inside)
    with pytest.raises(Refused, match="label_void"):
        reads.read_code(old)
    assert reads.read_code(new).subject == "vehicle:1"
    assert reads.text_of(reads.find_code(Purpose.VEHICLE, "vehicle:1")) == new  # type: ignore[arg-type]
    assert inside.lines("media.issue_code")[-1].facts["voids"] == old.split(":")[3]


def test_an_act_may_tell_of_its_label_in_its_own_line(inside: Room) -> None:
    with act():
        desk.issue_code(inside.inspector, Purpose.BAY, "bay:A1", write=False)
        desk.issue_code(inside.inspector, Purpose.KEY, "key:1", vehicle=CAR)
    assert len(inside.lines("media.issue_code")) == 1
    assert db.session.scalar(select(func.count()).select_from(LabelCode)) == 2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("https://example.com/x", "label_is_address"),
        ("WWW.EXAMPLE.COM", "label_is_address"),
        ("example.com/SZ2", "label_is_address"),
        ("weixin:ABCD2345", "label_is_address"),
        ("LSVAM4187C2184841", "label_foreign"),
        ("", "label_foreign"),
        ("SZ2:ABCDEFGH:234567", "label_foreign"),
        ("SZ3:V:7KQ2:ABCD2345:HJKMNPQR", "label_foreign"),
        ("SZ2:Q:7KQ2:ABCD2345:HJKMNPQR", "label_foreign"),
        ("SZ2:V:7KQ2:ABCD2345:HJKMNPQ", "label_foreign"),
        ("SZ2:V:7KQ2:ABCD2345:HJKMNPQR", "label_elsewhere"),
        ("SZ1:ABCDEFG0:234567", "label_foreign"),
        ("SZ1:ABCDEFGH:234567", "label_unknown"),
        ("ABCDEFGH", "label_unknown"),
        ("微信", "label_foreign"),
    ],
)
def test_what_is_not_our_label_is_named(inside: Room, text: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        reads.read_code(text)
    assert refusal.value.code == code


def test_a_label_with_another_digest_or_letter_is_not_ours(inside: Room) -> None:
    text = issue(inside)
    for at in range(labels.CODE_LENGTH):
        forged = list(text)
        forged[-1 - at] = SPOKEN[(SPOKEN.index(forged[-1 - at]) + 1) % len(SPOKEN)]
        with pytest.raises(Refused, match="label_unknown"):
            reads.read_code("".join(forged))
    with pytest.raises(Refused, match="label_unknown"):
        reads.read_code(text.replace(":V:", ":K:"))


def test_a_label_printed_before_marks_is_valid_until_its_thing_gets_a_new_one(
    inside: Room,
) -> None:
    key = access.label_key()
    text = issue(inside)
    code = text.split(":")[3]
    old = labels.old_text_of(key, code, Purpose.VEHICLE)
    with pytest.raises(Refused, match="label_unknown"):
        reads.read_code(old)  # nothing is issued in the old form any more
    with act():
        row = db.session.get(LabelCode, code)
        assert row is not None
        row.organisation_id = ""
        trail.write(inside.inspector, "media.issue_code", "vehicle:1")
    assert reads.read_code(old).subject == reads.read_code(text).subject == "vehicle:1"
    issue(inside)
    for one in (old, text):
        with pytest.raises(Refused, match="label_void"):
            reads.read_code(one)


def test_the_code_of_a_label_stays_as_coarse_as_25_modules(inside: Room) -> None:
    for purpose in Purpose:
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q)
        code.add_data(issue(inside, purpose, f"thing:{purpose}"))
        code.make()
        assert code.modules_count == 25


def test_a_gate_pass_must_be_scanned_and_a_label_must_be_of_the_kind_asked(inside: Room) -> None:
    gate, car = issue(inside, Purpose.PASS, "pass:1"), issue(inside)
    assert reads.read_code(gate, Purpose.PASS).subject == "pass:1"
    with pytest.raises(Refused, match="label_unknown"):
        reads.read_code(gate.split(":")[3])
    with pytest.raises(Refused, match="label_other"):
        reads.read_code(car, Purpose.PASS)
