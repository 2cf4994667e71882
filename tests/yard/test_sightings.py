"""Labels that should not be there any more, scanned in the yard: refused, told, and nothing moved."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from station.court.models import Seizure
from station.ground import clock
from station.ground.database import act, db
from station.intake import desk as intake_desk
from station.media import reads as media
from station.media.models import LabelCode
from station.notices.models import Notice
from station.trail.models import TrailLine
from station.watch import reads as watch
from station.watch.rules import Concern, needs
from station.yard.models import Stay
from tests.intake import makers as gate
from tests.intake.test_views import context, make_again, sign_in
from tests.makers import House
from tests.yard import makers


def make_labels(app: Flask, house: House) -> tuple[str, str]:
    """Of a car that was taken in: the label that a reprint voided, and the valid one."""
    with context(app):
        again = make_again(house)
        makers.make_bays(again)
        car = gate.make_taken_in(again).vehicle
        texts = []
        for _ in range(2):
            with act():
                texts.append(intake_desk.print_label(again.inspector, car))
        return texts[0], texts[1]


def lines() -> list[str]:
    return list(db.session.scalars(select(TrailLine.act).order_by(TrailLine.at)))


Spoil = Callable[[str, str], str]
WRONG: list[tuple[Spoil, str, list[str]]] = [
    (lambda void, _: void, "这张标签已作废", ["media.sight_label"]),
    (
        lambda _, good: good[:-1] + ("2" if good[-1] != "2" else "3"),
        "不是本站签发的",
        ["media.sight_label"],
    ),
    (lambda _, good: good.replace(good.split(":")[2], "ZZZZ"), "属于别的服务站", []),
    (lambda *_: "https://example.com/SZ2", "扫到的是一个网址", []),
    (lambda *_: "XX9:ABCD2345:HJKMNP", "这不是本站的标签", []),
]


@pytest.mark.parametrize(("spoil", "sentence", "written"), WRONG)
def test_a_wrong_label_has_its_own_sentence_and_nothing_changes(
    app: Flask,
    client: FlaskClient,
    house: House,
    spoil: Spoil,
    sentence: str,
    written: list[str],
) -> None:
    texts = make_labels(app, house)
    with context(app):
        before = lines()
    sign_in(client, "yard_keeper")
    answer = client.post("/yard/scan", data={"car": spoil(*texts), "bay": "A-01"})
    assert answer.status_code == 422
    assert sentence in answer.text
    with context(app):
        told = [one for one in lines()[len(before) :] if one != "people.sign_in"]
        assert told == written
        assert db.session.scalar(select(func.count()).select_from(Stay)) == 0
        valid = db.session.scalars(
            select(LabelCode).where(LabelCode.void_at.is_(None), LabelCode.purpose == "vehicle")
        ).one()
        assert media.text_of(valid) == texts[1]
        assert db.session.scalar(
            select(func.count()).select_from(Notice).where(Notice.addressee == "站长")
        ) == len(written)


def test_a_copied_label_is_told_to_the_manager_once_and_to_the_judge(
    app: Flask, client: FlaskClient, house: House
) -> None:
    void, good = make_labels(app, house)
    sign_in(client, "yard_keeper")
    for _ in range(2):
        client.post("/yard/scan", data={"car": void, "bay": "A-01", "once": "same-form"})
    done = client.post("/yard/scan", data={"car": good, "bay": "A-01", "once": "same-form"})
    assert done.status_code == 303  # the refused form is still good for one act
    with context(app):
        again = make_again(house)
        (row, second) = db.session.scalars(
            select(TrailLine).where(TrailLine.act == "media.sight_label")
        )
        assert (row.facts["why"], row.subject) == ("void", f"label:{void.split(':')[3]}")
        assert row.organisation == second.organisation == again.station.id
        (notice,) = db.session.scalars(select(Notice).where(Notice.addressee == "站长"))
        assert "可能有人使用复制的标签" in notice.text
        assert "浙A12345" in notice.text
        held = db.session.scalars(select(Seizure)).all()
        found = needs(watch.gather(again.judge, held), clock.now())
        assert [one.vehicle for one in found if one.concern is Concern.LABEL] == [row.vehicle]
    page = sign_in_as(client, "judge").get("/watch/desk?whose=court").text
    assert "标签异常：作废的标签仍在使用，可能被复制" in page


def sign_in_as(client: FlaskClient, login: str) -> FlaskClient:
    client.post("/sign-out")
    sign_in(client, login)
    return client
