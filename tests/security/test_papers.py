"""Papers named in a form: what was never kept proves nothing, and a queued court stays unknown."""

from __future__ import annotations

import pytest
from flask import Flask

from station.court import desk as court
from station.court.models import Entrustment
from station.court.rules import read_case_number
from station.ground import clock
from station.ground.database import act, db
from station.media.models import Media
from station.trail.models import TrailLine
from tests.court import makers
from tests.makers import House

from .conftest import Device

LETTER = {"procedure": "拍卖", "scope": "拖车入库", "other": "无"}


def registered(app: Flask, house: House) -> tuple[str, str]:
    """A vehicle seized by the house's court: (seizure, vehicle)."""
    with app.app_context():
        row = makers.registered(house)
        return row.id, row.vehicle_id


@pytest.mark.parametrize("named", ["x", "0123456789abcdef0123"])
def test_an_id_of_no_file_is_no_paper(
    app: Flask, house: House, signed_in: Device, named: str
) -> None:
    seizure, _ = registered(app, house)
    form = {**LETTER, "agency": house.agency.id, "letter_kept": named, "ruling_kept": named}
    answer = signed_in("judge").post(f"/court/seizures/{seizure}/entrust", data=form)
    assert (answer.status_code, "缺少" in answer.text) == (422, True)
    with app.app_context():
        assert db.session.query(Entrustment).count() == 0


def test_a_paper_of_another_vehicle_or_kind_is_no_paper_of_this_one(
    app: Flask, house: House, signed_in: Device
) -> None:
    seizure, _ = registered(app, house)
    with app.app_context():
        other = makers.registered(house, makers.OTHER_VIN, "浙A54321")
        letter = makers.kept_paper(house, other, "entrustment_letter")
        ruling = makers.kept_paper(house, other, "ruling")
    form = {**LETTER, "agency": house.agency.id, "letter_kept": letter, "ruling_kept": ruling}
    answer = signed_in("judge").post(f"/court/seizures/{seizure}/entrust", data=form)
    assert (answer.status_code, "缺少" in answer.text) == (422, True)
    with app.app_context():
        assert db.session.query(Entrustment).count() == 0


def test_papers_of_a_queued_seizure_never_reach_the_court_that_holds_the_vehicle(
    app: Flask, house: House, signed_in: Device
) -> None:
    _, vehicle = registered(app, house)
    with app.app_context():
        with act():
            case = court.open_case(
                house.other_judge,
                read_case_number("(2026)浙0106执77号", clock.today()),
                creditor="秘密债权人",
                debtor="秘密债务人",
            )
        with act():
            queued = court.register(house.other_judge, case, makers.identity())
        seizure, case_id = queued.id, case.id
        assert queued.rank == 2
    form = {
        **LETTER,
        "agency": house.agency.id,
        "letter": (makers.a_pdf("letter"), "a.pdf"),
        "ruling": (makers.a_pdf("ruling"), "b.pdf"),
    }
    other = signed_in("other_judge")
    assert other.post(f"/court/seizures/{seizure}/entrust", data=form).status_code == 409
    with app.app_context():
        assert db.session.query(Media).count() == 0
        lines = db.session.query(TrailLine).filter_by(vehicle=vehicle).all()
        assert {line.case for line in lines} & {case_id} == set()
        assert house.other_court.id not in {line.organisation for line in lines}
    assert "西湖法院" not in signed_in("judge").get(f"/watch/vehicles/{vehicle}").text


def test_an_agency_that_declined_sees_nothing_of_the_vehicle_any_more(
    app: Flask, house: House, signed_in: Device
) -> None:
    with app.app_context():
        seizure = makers.registered(house)
        row = makers.offered(house, seizure)
        entrustment, vehicle, letter = row.id, seizure.vehicle_id, row.letter_media
    agent = signed_in("agency_manager")
    assert agent.get(f"/watch/vehicles/{vehicle}").status_code == 200
    answer = agent.post(
        f"/court/entrustments/{entrustment}", data={"answer": "decline", "reason": "人手不足"}
    )
    assert answer.status_code == 303
    for path in (f"/watch/vehicles/{vehicle}", f"/media/{letter}/original"):
        assert agent.get(path).status_code == 404, path
    assert agent.get(f"/court/entrustments/{entrustment}").status_code == 200
