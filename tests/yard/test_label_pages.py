"""The printing page: cars and bays, first prints in a batch, printing again with a reason."""

from __future__ import annotations

import re

import pypdfium2
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from station.court import desk as court
from station.court.models import Command
from station.ground.database import act, db
from station.media.models import LabelCode
from station.people import desk as people
from station.people.rules import OrganisationKind, Role
from station.trail.models import TrailLine
from tests.intake import makers as gate
from tests.intake.test_views import context, make_again, sign_in
from tests.makers import FOUNDER, PASSWORD, House
from tests.yard import makers

PAGE = "/media/labels/"


def make_yard(app: Flask, house: House) -> tuple[str, list[str]]:
    """A car that was taken in and three bays; their names on the trail."""
    with context(app):
        again = make_again(house)
        bays = [bay.subject for bay in makers.make_bays(again)]
        return f"vehicle:{gate.make_taken_in(again).vehicle_id}", bays


def codes(app: Flask) -> list[tuple[str, bool, str, str]]:
    """(subject, valid, by whom, why again) of the labels of cars and bays, oldest first."""
    with context(app):
        rows = db.session.scalars(
            select(LabelCode)
            .where(LabelCode.purpose.in_(("vehicle", "bay")))
            .order_by(LabelCode.issued_at)
        )
        return [(row.subject, row.void_at is None, row.by_name, row.reason) for row in rows]


def issued(app: Flask) -> int:
    with context(app):
        question = select(TrailLine).where(TrailLine.act == "media.issue_code")
        return len(db.session.scalars(question).all())


def test_chosen_bays_are_printed_at_once_and_again_only_with_a_reason(
    app: Flask, client: FlaskClient, house: House
) -> None:
    _, bays = make_yard(app, house)
    sign_in(client, "yard_keeper")
    page = client.get(f"{PAGE}?kind=bay&bare=1").text
    assert all(bay in page for bay in bays)
    assert page.count("还没有标签</") >= 3
    done = client.post(f"{PAGE}?kind=bay", data={"subject": bays[:2]})
    assert done.status_code == 303
    assert issued(app) == 2
    assert bays[0] not in client.get(f"{PAGE}?kind=bay&bare=1").text
    opened = client.post(f"{PAGE}?kind=bay", data={"subject": bays[:2], "as_they_are": "1"})
    assert opened.location == done.location
    bare = client.post(f"{PAGE}?kind=bay", data={"subject": bays, "as_they_are": "1"})
    assert (bare.status_code, "选中的有 1 项还没有标签" in bare.text) == (422, True)
    for reason in ("", "  x "):
        refused = client.post(f"{PAGE}?kind=bay", data={"subject": bays, "reason": reason})
        assert refused.status_code == 422
        assert "选中的有 2 项已有有效标签" in refused.text
        assert refused.text.count(" checked") == 3  # the choice is kept
    assert issued(app) == 2
    again = client.post(f"{PAGE}?kind=bay", data={"subject": bays, "reason": " 被雨水  泡坏 "})
    assert again.status_code == 303
    assert [row[1:] for row in codes(app)][2:] == [
        (True, "马库", "被雨水 泡坏"),
        (True, "马库", "被雨水 泡坏"),
        (True, "马库", ""),
    ]
    page = client.get(f"{PAGE}?kind=bay").text
    assert "重印：被雨水 泡坏" in page
    void = done.location.partition("code=")[2]
    assert client.get(f"{PAGE}file?code={void}&paper=bay").status_code == 404
    new = again.location.partition("code=")[2]
    pdf = pypdfium2.PdfDocument(client.get(f"{PAGE}file?code={new}&paper=a4_bay").data)
    assert len(pdf) == 2
    pdf.close()


def test_a_car_is_found_by_its_tail_and_its_label_comes_in_every_form(
    app: Flask, client: FlaskClient, house: House
) -> None:
    car, _ = make_yard(app, house)
    sign_in(client, "inspector")
    assert car in client.get(f"{PAGE}?q=2345").text
    assert car not in client.get(f"{PAGE}?q=nothing").text
    assert "没有要打印的" in client.get(f"{PAGE}?q=nothing").text
    done = client.post(f"{PAGE}?kind=vehicle", data={"subject": car})
    page = client.get(done.location).text
    links = [
        one.replace("&amp;", "&") for one in re.findall(r'href="(/media/labels/file[^"]+)"', page)
    ]
    assert len(links) == 2 * 5 + 1  # glass and tape in five forms, one sheet
    heads = {"pdf": b"%PDF", "zpl": b"^XA", "tspl": b"SIZE"}
    for link in links:
        answer = client.get(link)
        form = link.partition("form=")[2].rstrip("0123456789")
        assert answer.data.startswith(heads[form])
        assert ("attachment" in answer.headers.get("Content-Disposition", "")) == (form != "pdf")
    bad = client.get(links[0].replace("paper=glass", "paper=key"))
    assert (bad.status_code, "请重新选择" in bad.text) == (422, True)


def test_without_a_command_or_a_choice_nothing_is_printed(
    app: Flask, client: FlaskClient, house: House
) -> None:
    car, _ = make_yard(app, house)
    with context(app):
        again = make_again(house)
        with act():
            court.revoke(again.judge, db.session.scalars(select(Command)).one(), "案件中止")
    sign_in(client, "yard_keeper")
    refused = client.post(f"{PAGE}?kind=vehicle", data={"subject": car})
    assert (refused.status_code, "指令已被法院撤销" in refused.text) == (409, True)
    none = client.post(f"{PAGE}?kind=vehicle", data={"subject": "vehicle:nobody"})
    assert (none.status_code, "请选择要打印的标签" in none.text) == (422, True)
    assert codes(app) == []
    assert issued(app) == 0


def test_another_station_sees_no_thing_and_gets_no_file(
    app: Flask, client: FlaskClient, house: House
) -> None:
    car, bays = make_yard(app, house)
    with context(app):
        with act():
            other = people.found(FOUNDER, OrganisationKind.STATION, "第二服务站")
        with act():
            people.appoint(FOUNDER, other, Role.YARD_KEEPER, "外人", login="far", password=PASSWORD)
    sign_in(client, "yard_keeper")
    got = [
        client.post(f"{PAGE}?kind={kind}", data={"subject": one}).location.partition("code=")[2]
        for kind, one in (("vehicle", car), ("bay", bays[0]))
    ]
    client.post("/sign-out")
    sign_in(client, "far")
    for kind, one, code in zip(("vehicle", "bay"), (car, bays[0]), got, strict=True):
        assert one not in client.get(f"{PAGE}?kind={kind}").text
        assert client.post(f"{PAGE}?kind={kind}", data={"subject": one}).status_code == 422
        for path in (f"printed?code={code}", f"file?code={code}&paper=glass"):
            assert client.get(PAGE + path).status_code == 404
    assert client.get(f"{PAGE}file?code={'.'.join(got)}&paper=glass").status_code == 404
    assert len(codes(app)) == 2
