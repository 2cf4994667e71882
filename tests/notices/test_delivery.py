"""When a message goes, how often it is tried, where it may go, and what it may say."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.ground.clock import in_shanghai
from station.ground.refused import Refused
from station.notices import delivery, nodes
from station.notices.delivery import Way, first_time, next_time, read_address
from station.people.rules import ROLES

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)  # 11:00 in Shanghai
MOMENTS = st.integers(0, 366 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes))


@given(MOMENTS)
def test_what_is_urgent_goes_at_once_and_the_rest_never_at_night(moment: datetime) -> None:
    assert first_time(moment, urgent=True, digest=True) == moment
    plain = first_time(moment, urgent=False, digest=False)
    assert moment <= plain <= moment + timedelta(hours=10)
    assert time(7, 30) <= in_shanghai(plain).time() < time(22, 0)
    digest = first_time(moment, urgent=False, digest=True)
    assert moment < digest <= moment + timedelta(days=1)
    assert in_shanghai(digest).time() == time(8, 30)


def test_tries_grow_apart_and_end() -> None:
    pauses = [next_time(NOW, tries) for tries in range(1, delivery.MOST_TRIES + 1)]
    assert pauses[-1] is None
    waits = [(one - NOW) for one in pauses if one]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("way", "text", "good"),
    [
        (Way.EMAIL, "wang@example.cn", True),
        (Way.EMAIL, "王@example.cn", True),
        (Way.EMAIL, "wang@example", False),
        (Way.EMAIL, "wang@example.cn, li@example.cn", False),
        (Way.EMAIL, "wang\r\nBcc: x@example.cn", False),
        (Way.SMS, "138 0013-8000", True),
        (Way.SMS, "12800138000", False),
        (Way.CHAT, "dingtalk://0123456789abcdef", True),
        (Way.CHAT, "wecombot://0123456789abcdef", True),
        (Way.CHAT, "json://127.0.0.1/0123456789", False),
        (Way.CHAT, "syslog://0123456789abcdef", False),
        (Way.WEBHOOK, "https://hooks.example.cn/a", True),
        (Way.WEBHOOK, "http://hooks.example.cn/a", False),
        (Way.WEBHOOK, "https://127.0.0.1/a", False),
        (Way.WEBHOOK, "https://10.0.0.8/a", False),
        (Way.WEBHOOK, "https://[::1]/a", False),
        (Way.WEBHOOK, "https://localhost/a", False),
        (Way.WEBHOOK, "https://db.internal/a", False),
        (Way.WEBHOOK, "https://u:p@hooks.example.cn/a", False),
        (Way.WEBHOOK, "https://hooks.example.cn/" + "a" * 300, False),
    ],
)
def test_an_address_is_one_that_may_be_reached(way: Way, text: str, good: bool) -> None:
    if good:
        assert read_address(way, text)
        return
    with pytest.raises(Refused) as refused:
        read_address(way, text)
    assert refused.value.field == "address"


def test_every_text_names_only_what_it_may_and_a_text_message_nothing() -> None:
    for node in nodes.NODES.values():
        named = set(re.findall(r"{(\w+)}", node.zh + node.en))
        assert named <= set(nodes.PLACES), node
        assert set(re.findall(r"{(\w+)}", node.zh)) == set(re.findall(r"{(\w+)}", node.en)), node
        assert ("day" in named) == bool(node.day), node
        for language in ("zh", "en"):
            short = node.short(language)
            assert "{" not in short, node
            assert not re.search(r"[0-9]{3}", short), node
            assert 4 <= len(short) <= 120, node


def test_the_table_names_acts_and_roles_that_exist() -> None:
    nodes.check_nodes(nodes.ACTS, set(ROLES))
    with pytest.raises(ValueError, match="no such act or role"):
        nodes.check_nodes(nodes.ACTS - {"court.issue"}, set(ROLES))
    with pytest.raises(ValueError, match="no such act or role"):
        nodes.check_nodes(nodes.ACTS, set(ROLES) - {"judge"})


def test_a_signature_is_over_time_and_body() -> None:
    signed = delivery.sign("secret", 1_700_000_000, b"{}")
    assert signed == "b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163"
    assert signed != delivery.sign("secret", 1_700_000_001, b"{}")
    assert signed != delivery.sign("secret", 1_700_000_000, b"{} ")
    assert signed != delivery.sign("other", 1_700_000_000, b"{}")
