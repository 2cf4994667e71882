from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.court.case_numbers import COURT_PREFIXES
from station.court.rules import (
    COMMAND_STATES,
    COMMAND_WORDS,
    COMMANDS,
    ENTRUSTMENT_STATES,
    KIND_WORDS,
    CaseNumber,
    CommandKind,
    CommandState,
    EntrustmentLetter,
    EntrustmentState,
    check_covered,
    check_due,
    check_entrustment_papers,
    check_issuer,
    covers,
    default_due,
    missing_entrustment_papers,
    read_case_number,
)
from station.ground.refused import Refused
from station.people.rules import Role

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("(2021)浙0105执1234号", CaseNumber(2021, "浙0105", "执", 1234)),
        ("（２０２１）浙0105执 1234 号", CaseNumber(2021, "浙0105", "执", 1234)),
        ("〔2026〕沪01执恢7号", CaseNumber(2026, "沪01", "执恢", 7)),
        ("(2020)内0102执保55号", CaseNumber(2020, "内0102", "执保", 55)),
        ("(2019)最高法执监3号", CaseNumber(2019, "最高法", "执监", 3)),
        ("(2022)粤执异90号", CaseNumber(2022, "粤", "执异", 90)),
    ],
)
def test_case_numbers_are_read_in_any_width(text: str, number: CaseNumber) -> None:
    assert read_case_number(text, TODAY) == number


def test_a_case_number_is_kept_in_its_half_width_form() -> None:
    assert str(read_case_number("（2021）浙0105执1234号", TODAY)) == "(2021)浙0105执1234号"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "case_year"),
        ("浙0105执1234号", "case_year"),
        ("2021浙0105执1234号", "case_year"),
        ("(21)浙0105执1234号", "case_year"),
        ("(2027)浙0105执1234号", "case_year"),
        ("(2015)浙0105执1234号", "case_year"),
        ("(2021)0105执1234号", "case_court"),
        ("(2021)蒙0105执1234号", "case_court"),
        ("(2021)浙010执1234号", "case_court"),
        ("(2021)浙01055执1234号", "case_court"),
        ("(2021)浙0105民初1234号", "case_kind"),
        ("(2021)浙0105执字1234号", "case_kind"),
        ("(2021)浙01051234号", "case_court"),
        ("(2021)浙0105执号", "case_serial"),
        ("(2021)浙0105执0123号", "case_serial"),
        ("(2021)浙0105执12345678号", "case_serial"),
        ("(2021)浙0105执1234", "case_tail"),
        ("(2021)浙0105执1234号之一", "case_tail"),
    ],
)
def test_a_wrong_case_number_names_the_wrong_part(text: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_case_number(text, TODAY)
    assert (refusal.value.code, refusal.value.field) == (code, "number")


@given(
    st.builds(
        CaseNumber,
        st.integers(2016, 2026),
        st.builds(
            lambda p, d: p + d, st.sampled_from(COURT_PREFIXES), st.sampled_from(["", "01", "0105"])
        ),
        st.sampled_from(sorted(KIND_WORDS)),
        st.integers(1, 9_999_999),
    )
)
def test_a_written_case_number_reads_back_the_same(number: CaseNumber) -> None:
    assert read_case_number(str(number), TODAY) == number


@given(st.text("(2021)浙0105执恢号 （）之", max_size=24))
def test_any_text_is_a_case_number_or_a_refusal(text: str) -> None:
    try:
        number = read_case_number(text, TODAY)
    except Refused:
        return
    assert read_case_number(str(number), TODAY) == number


@pytest.mark.parametrize(
    ("kind", "act", "covered"),
    [
        (CommandKind.TOW_IN, "intake.tow_dispatched", True),
        (CommandKind.TOW_IN, "intake.arrive", True),
        (CommandKind.TOW_IN, "yard.place", True),
        (CommandKind.TOW_IN, "yard.care", True),
        (CommandKind.TOW_IN, "media.keep", True),
        (CommandKind.TOW_IN, "showroom.publish", False),
        (CommandKind.TOW_IN, "release.gate_out", False),
        (CommandKind.TOW_IN, "yard.placement", False),
        (CommandKind.PUBLISH, "showroom.publish", True),
        (CommandKind.PUBLISH, "yard.move", False),
        (CommandKind.RELEASE, "release.gate_out", True),
        (CommandKind.RELEASE, "intake.arrive", False),
        (CommandKind.RELEASE, "tow", False),
    ],
)
def test_a_command_covers_its_acts_and_no_others(
    kind: CommandKind, act: str, covered: bool
) -> None:
    assert covers(kind, act) is covered


def test_every_command_has_its_row() -> None:
    assert set(COMMANDS) == set(COMMAND_WORDS) == set(CommandKind)
    assert all(rule.ref and rule.covers for rule in COMMANDS.values())


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.JUDGE])
def test_only_a_judge_issues_commands(role: Role) -> None:
    for kind in CommandKind:
        check_issuer(kind, Role.JUDGE)
        with pytest.raises(Refused, match="command_issuer") as refusal:
            check_issuer(kind, role)
        assert refusal.value.status == 403


def test_a_command_is_due_by_the_court_calendar() -> None:
    assert default_due(CommandKind.TOW_IN, date(2026, 3, 4)) == date(2026, 3, 9)
    assert default_due(CommandKind.PUBLISH, date(2026, 3, 6)) == date(2026, 3, 10)


def test_a_command_is_not_due_before_it_is_issued() -> None:
    check_due(TODAY, TODAY)
    with pytest.raises(Refused, match="command_due"):
        check_due(date(2026, 3, 1), TODAY)


@pytest.mark.parametrize(
    ("state", "act", "code"),
    [
        (CommandState.ACKNOWLEDGED, "showroom.publish", "command_not_covering"),
        (CommandState.REVOKED, "intake.tow_dispatched", "command_revoked"),
        (CommandState.ISSUED, "intake.tow_dispatched", "command_unacknowledged"),
        (CommandState.DELIVERED, "intake.tow_dispatched", "command_unacknowledged"),
    ],
)
def test_no_live_covering_command_no_move(state: CommandState, act: str, code: str) -> None:
    with pytest.raises(Refused, match=code) as refusal:
        check_covered(CommandKind.TOW_IN, state, act)
    assert refusal.value.status == 409


@pytest.mark.parametrize("state", [CommandState.ACKNOWLEDGED, CommandState.DONE])
def test_a_signed_command_covers_custody_even_when_done(state: CommandState) -> None:
    check_covered(CommandKind.TOW_IN, state, "yard.care")


def test_command_states_follow_their_table() -> None:
    COMMAND_STATES.check(CommandState.ISSUED, CommandState.DELIVERED)
    COMMAND_STATES.check(CommandState.DELIVERED, CommandState.ACKNOWLEDGED)
    COMMAND_STATES.check(CommandState.ACKNOWLEDGED, CommandState.DONE)
    for now, to in [
        (CommandState.DONE, CommandState.REVOKED),
        (CommandState.REVOKED, CommandState.ISSUED),
        (CommandState.DELIVERED, CommandState.DONE),
    ]:
        with pytest.raises(Refused, match="command_step"):
            COMMAND_STATES.check(now, to)


def test_an_entrustment_is_accepted_or_refused_once() -> None:
    ENTRUSTMENT_STATES.check(EntrustmentState.OFFERED, EntrustmentState.ACCEPTED)
    ENTRUSTMENT_STATES.check(EntrustmentState.ACCEPTED, EntrustmentState.HANDED_BACK)
    for now in (EntrustmentState.REFUSED, EntrustmentState.ACCEPTED, EntrustmentState.HANDED_BACK):
        with pytest.raises(Refused, match="entrustment_step"):
            ENTRUSTMENT_STATES.check(now, EntrustmentState.ACCEPTED)


LETTER = EntrustmentLetter("示例法院", "拍卖被执行人车辆", "查验、保管、展示", "无")


def test_a_complete_entrustment_passes() -> None:
    check_entrustment_papers(LETTER, has_letter_file=True, has_ruling_file=True)


@pytest.mark.parametrize(
    ("name", "zh"),
    [
        ("court", "委托单位"),
        ("procedure", "法律程序和应完成的事项"),
        ("scope", "辅助工作范围和工作要求"),
        ("other", "其他需要明确的事项"),
    ],
)
def test_each_of_the_four_contents_is_asked_for(name: str, zh: str) -> None:
    letter = replace(LETTER, **{name: "  "})
    missing = missing_entrustment_papers(letter, has_letter_file=True, has_ruling_file=True)
    assert missing == [zh]
    with pytest.raises(Refused, match=zh):
        check_entrustment_papers(letter, has_letter_file=True, has_ruling_file=True)


def test_letter_and_ruling_files_are_asked_for() -> None:
    with pytest.raises(Refused, match="委托书文件、执行裁定书文件"):
        check_entrustment_papers(LETTER, has_letter_file=False, has_ruling_file=False)
