"""What a car needs before the public sees it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from station.ground.refused import Refused
from station.sales.rules import Round
from station.showroom import announcement, rules
from station.showroom.rules import Draft, Evidence, ListingState, Phase, RoundNow

TODAY = date(2026, 3, 2)
READY = Evidence(
    photos=8,
    video_ms=90_000,
    spin=True,
    panorama=True,
    unconfirmed=0,
    findings=3,
    intake_finished=True,
    entrusted=True,
)
DRAFT = Draft(
    headline="云帆 S5 2019 款",
    reference=6_000_000,
    start=4_200_000,
    deposit=420_000,
    increment=50_000,
    announce_on=date(2026, 3, 3),
    notified_on=date(2026, 2, 28),
    starts_at=datetime(2026, 3, 18, 2, 0, tzinfo=UTC),
    viewing="每日 9:00–17:00，先电话预约",
    platform="公拍网",
    platform_number="GP-2026-0001",
    platform_url="https://auction.example/1",
    texts={key: item.text or "见裁定" for key, item in announcement.TEXTS.items()},
)


def red(evidence: Evidence = READY, draft: Draft = DRAFT, today: date = TODAY) -> list[str]:
    return [item.code for item in rules.check_listing(evidence, draft, today).red]


def test_a_complete_car_has_nothing_red() -> None:
    checklist = rules.check_listing(READY, DRAFT, TODAY)
    assert checklist.red == ()
    assert len(checklist.items) == 11
    assert rules.check_order(checklist, {}) == {}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"photos": 7}, "photos"),
        ({"video_ms": 89_999}, "video"),
        ({"video_ms": None}, "video"),
        ({"spin": False}, "spin"),
        ({"panorama": False}, "panorama"),
        ({"unconfirmed": 1}, "cleared"),
        ({"findings": 0}, "findings"),
        ({"findings": None}, "findings"),
        ({"intake_finished": False}, "intake"),
        ({"entrusted": False}, "entrusted"),
        ({"identity": False}, "identity"),
    ],
)
def test_each_thing_that_is_not_there_is_red_alone(change: dict[str, object], code: str) -> None:
    assert red(replace(READY, **change)) == [code]


@pytest.mark.parametrize(
    "change",
    [
        {"start": 4_199_999},  # below 70 % of the reference, L18 art 10
        {"deposit": 209_999},  # below 5 % of the start, art 17
        {"deposit": 840_001},  # above 20 %
        {"starts_at": datetime(2026, 3, 17, 15, 59, tzinfo=UTC)},  # 14 days' notice, art 12
        {"notified_on": date(2026, 3, 1)},  # 2 days before the announcement, art 16
        {"increment": None},
        {"viewing": ""},
        {"platform_number": ""},
    ],
)
def test_terms_that_break_a_rule_or_are_missing_are_red(change: dict[str, object]) -> None:
    assert red(draft=replace(DRAFT, **change)) == ["terms"]


def test_a_planned_day_that_has_passed_is_counted_from_today() -> None:
    assert red(today=date(2026, 3, 3)) == []
    assert red(today=date(2026, 3, 4)) == ["terms"]


def test_a_second_round_is_measured_against_the_first() -> None:
    second = RoundNow(Round.SECOND, previous_start=4_200_000, unsold_on=date(2026, 2, 20))
    evidence = replace(READY, round=second)
    cheaper = replace(DRAFT, start=3_360_000, deposit=336_000)
    assert red(evidence, cheaper) == []
    assert red(evidence, replace(cheaper, start=3_359_999)) == ["terms"]


@pytest.mark.parametrize("key", [k for k, item in announcement.TEXTS.items() if not item.optional])
def test_every_item_of_articles_13_and_14_must_say_something(key: str) -> None:
    assert red(draft=replace(DRAFT, texts={**DRAFT.texts, key: "  "})) == ["texts"]


def test_a_new_draft_lacks_exactly_what_only_the_case_can_say() -> None:
    missing = announcement.missing_texts(announcement.offered_texts())
    assert missing == [
        announcement.TEXTS[key].zh
        for key in (
            "basis",
            "pricing",
            "standing",
            "priority",
            "notified",
            "payment",
            "supervision",
        )
    ]


def test_the_warnings_are_the_seven_of_article_14() -> None:
    assert len(announcement.WARNINGS) == 7
    assert all(announcement.TEXTS[key].text for key in announcement.WARNINGS)


def test_a_red_item_needs_a_reason_of_its_own() -> None:
    checklist = rules.check_listing(replace(READY, photos=5, spin=False), DRAFT, TODAY)
    with pytest.raises(Refused) as refusal:
        rules.check_order(checklist, {"photos": "车身局部无法拍摄", "spin": "   "})
    assert (refusal.value.code, refusal.value.field) == ("checklist_reason", "reason_spin")
    given = rules.check_order(
        checklist, {"photos": " 车身局部无法拍摄 ", "spin": "场地限制", "video": "不相干"}
    )
    assert given == {"photos": "车身局部无法拍摄", "spin": "场地限制"}
    told = rules.summary(checklist)
    assert told["waived"] == "photos spin"
    assert "photos" not in told["met"].split()
    photos, spin = rules.tell_reasons(checklist, given).split("；")
    assert photos.endswith("：车身局部无法拍摄")
    assert spin.endswith("：场地限制")


@pytest.mark.parametrize(
    "change",
    [{"unconfirmed": 1}, {"entrusted": False}, {"intake_finished": False}],
)
def test_no_reason_stands_for_a_face_in_a_picture_or_a_missing_entrustment(
    change: dict[str, object],
) -> None:
    checklist = rules.check_listing(replace(READY, **change), DRAFT, TODAY)
    with pytest.raises(Refused) as refusal:
        rules.check_order(checklist, {item.code: "照样公示" for item in checklist.items})
    assert refusal.value.code == "checklist_blocked"


def test_the_seal_changes_with_every_field_of_the_draft() -> None:
    other = Draft(texts={})
    assert rules.seal(DRAFT) == rules.seal(replace(DRAFT))
    for field in fields(Draft):
        if getattr(other, field.name) == getattr(DRAFT, field.name):
            continue  # the bearer of the tax is the same in both
        changed = replace(DRAFT, **{field.name: getattr(other, field.name)})
        assert rules.seal(changed) != rules.seal(DRAFT), field.name


def test_a_listing_that_was_withdrawn_may_only_be_ordered_anew() -> None:
    steps = rules.LISTING_STATES
    assert steps.next(ListingState.WITHDRAWN) == {ListingState.ORDERED}
    with pytest.raises(Refused):
        steps.check(ListingState.WITHDRAWN, ListingState.PUBLISHED)
    with pytest.raises(Refused):
        steps.check(ListingState.DRAFT, ListingState.PUBLISHED)


def test_a_picture_is_stale_after_sixty_days_or_after_a_change_of_the_car() -> None:
    taken = datetime(2026, 1, 1, tzinfo=UTC)
    assert not rules.is_stale(taken, taken + timedelta(days=60))
    assert rules.is_stale(taken, taken + timedelta(days=61))
    assert rules.is_stale(taken, taken + timedelta(days=2), [taken + timedelta(days=1)])
    assert not rules.is_stale(taken, taken + timedelta(days=2), [taken - timedelta(days=1)])


def test_the_phase_follows_the_clock_and_the_day_that_bidding_lasts() -> None:
    start = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
    assert rules.phase_at(start, start - timedelta(seconds=1)) is Phase.COMING
    assert rules.phase_at(start, start) is Phase.BIDDING
    assert rules.phase_at(start, start + timedelta(hours=24)) is Phase.OVER
