"""A stream that is cut again and again tells every event once and in order."""

from __future__ import annotations

import http.client
import itertools
import random
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from station.ground.actors import Actor
from station.ground.database import act, db
from station.ground.settings import Settings
from station.notices import live
from station.notices.live import Place, read_place
from station.trail import desk as trail
from station.trail.models import TrailLine
from tests.makers import PASSWORD, House, make_house
from tests.serving import serve

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
CHAINS = st.dictionaries(
    st.text("0123456789abcdef", min_size=20, max_size=20), st.integers(1, 10**9), max_size=6
)


@given(CHAINS, st.integers(0, 10**10))
def test_a_place_reads_back_what_it_wrote(numbers: dict[str, int], ms: int) -> None:
    place = Place(datetime.fromtimestamp(ms / 1000, UTC), numbers)
    assert str(read_place(str(place), NOW)) == str(place)


@given(st.text(max_size=80))
def test_any_id_is_a_place_or_now(text: str) -> None:
    assert isinstance(read_place(text, NOW), Place)


def test_a_reader_that_does_not_read_is_cut_and_told_the_rest_when_it_comes_again(
    app: Flask,
) -> None:
    with app.app_context():
        house = make_house()
        hub: live.Hub = app.extensions["live"]
        first = live.events(hub, house.station.id)
        head = next(first)
        many = live.BEHIND + 20
        for number in range(many):
            with act():
                trail.write(house.keeper, "people.sign_out", f"person:{number}")
        told = [row for row in first if "data:" in row]  # it ends by itself
        last = [head, *told][-1].split("id: ")[1].split("\n")[0]
        second = live.events(hub, house.station.id, last)
        rest = list(itertools.islice((row for row in second if "data:" in row), many - len(told)))
        second.close()
        subjects = [row.split("person:")[1].split('"')[0] for row in told + rest]
        assert subjects == [str(number) for number in range(many)]
        assert len(told) <= live.BEHIND


# --- over the wire


@pytest.fixture
def served(app: Flask, settings: Settings) -> Iterator[tuple[str, House]]:
    with app.app_context():
        house = make_house()
        db.session.remove()
    with serve(settings, worker=False) as url:
        yield url, house


def sign_in(url: str) -> str:
    """The cookies of the yard's keeper."""
    at = urlsplit(url).netloc
    line = http.client.HTTPConnection(at, timeout=20)
    line.request("GET", "/sign-in")
    page = line.getresponse()
    cookies = "; ".join(one.split(";")[0] for one in page.headers.get_all("Set-Cookie") or [])
    token = page.read().decode().split('name="csrf_token" value="')[1].split('"')[0]
    body = f"login=yard_keeper&password={PASSWORD.replace(' ', '+')}&csrf_token={token}"
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    line.request("POST", "/sign-in", body, headers)
    answer = line.getresponse()
    answer.read()
    line.close()
    assert answer.status == 303
    return "; ".join(one.split(";")[0] for one in answer.headers.get_all("Set-Cookie") or [])


class Reader:
    """A browser's EventSource, which loses its line after a few bytes."""

    def __init__(self, url: str, cookies: str) -> None:
        self.at, self.cookies = urlsplit(url).netloc, cookies
        self.last = ""
        self.seen: list[str] = []

    def read(self, bytes_left: int, until: int) -> None:
        """Come once more and read that many bytes, or until so many events were seen."""
        line = http.client.HTTPConnection(self.at, timeout=20)
        headers = {"Cookie": self.cookies} | ({"Last-Event-ID": self.last} if self.last else {})
        line.request("GET", "/live", headers=headers)
        answer = line.getresponse()
        assert answer.status == 200
        event, place = "", ""
        while bytes_left > 0 and len(self.seen) < until:
            row = answer.readline().decode()
            if not row:
                break
            bytes_left -= len(row)
            if row.startswith("id: "):
                place = row[4:].strip()
            elif row.startswith("data: "):
                event = row[6:].strip()
            elif row == "\n":  # only now is it an event: what was cut before was not seen
                self.last = place or self.last
                self.seen += [event] if '"cut:' in event else []  # others: of signing in
                event = ""
        answer.close()
        line.close()


def test_a_line_cut_at_random_a_hundred_times_tells_every_event_once_and_in_order(
    app: Flask, served: tuple[str, House]
) -> None:
    url, house = served
    reader, chance = Reader(url, sign_in(url)), random.Random(7)
    reader.read(30, 10**9)  # it has begun; what happens from now on is told
    total = 300
    writers: tuple[Actor, ...] = (house.keeper, house.manager)

    def write() -> None:
        with app.app_context():
            for number in range(total):
                with act():
                    trail.write(writers[number % 2], "people.sign_out", f"cut:{number}")
            db.session.remove()

    thread = threading.Thread(target=write)
    thread.start()
    cuts = 0
    while len(reader.seen) < total:
        cuts += 1
        assert cuts < 1_000, (cuts, len(reader.seen), reader.last)
        # the first hundred end somewhere in the head or the first few events
        reader.read(chance.randrange(1, 900) if cuts <= 100 else 10**6, total)
    thread.join()
    assert cuts >= 100
    told = [one.split("cut:")[1].split('"')[0] for one in reader.seen]
    assert told == [str(number) for number in range(total)]
    with app.app_context():
        assert db.session.query(TrailLine).filter_by(act="people.sign_out").count() == total
