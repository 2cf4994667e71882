"""Messages really travel: to a mail server, to a machine, once each, tried again, and given up."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station.court import reads as court
from station.ground import clock
from station.ground.database import act, db, upkeep
from station.ground.settings import Settings
from station.notices import contact_desk, contact_reads, dispatch
from station.notices.contact_models import Contact, Message
from station.notices.delivery import LOST_AFTER, MOST_TRIES, MessageState, Way
from station.trail.models import TrailLine
from tests.court import makers
from tests.makers import PASSWORD, House, make_house
from tests.notices.mailbox import Machine, Mailbox, machine, mail_server


@pytest.fixture
def mails(app: Flask) -> Iterator[Mailbox]:
    """The application sends by a mail server of the test's own."""
    with mail_server() as box:
        before: Settings = app.extensions["settings"]
        app.extensions["settings"] = replace(before, smtp_url=box.url, mail_from="no@station.cn")
        yield box
        app.extensions["settings"] = before


@pytest.fixture
def house(app: Flask) -> House:
    with app.app_context():
        return make_house()


def code_in(box: Mailbox) -> str:
    """The code of the newest mail."""
    found = re.search(r"[0-9]{6}", box.mails[-1].get_content())
    assert found
    return found.group()


def test_a_person_adds_an_address_and_is_told_of_a_command(
    app: Flask, client: FlaskClient, house: House, mails: Mailbox
) -> None:
    with app.app_context():
        vehicle = makers.entrusted(house).vehicle_id
        dispatch.follow()
    client.post("/sign-in", data={"login": "station_manager", "password": PASSWORD})
    page = client.post("/notices/", data={"way": "email", "address": "not an address"})
    assert page.status_code == 422
    assert "not an address" in page.text
    assert client.post("/notices/", data={"way": "email", "address": "m@s.cn"}).status_code == 303
    with app.app_context():
        dispatch.send_due()
        row = db.session.query(Contact).one()
        line = db.session.query(TrailLine).filter_by(act="notices.add_contact").one()
        assert "m@s.cn" not in str(line.facts)
    address = f"/notices/{row.id}/confirm"
    wrong = client.post(address, data={"code": "000000" if code_in(mails) != "000000" else "1"})
    assert wrong.status_code == 422
    assert client.post(address, data={"code": code_in(mails)}).status_code == 303
    with app.app_context():
        held = court.find_holder(vehicle)
        command = makers.commanded(house, seizure=held)
        dispatch.follow()
        dispatch.follow()
        dispatch.send_due()
        dispatch.send_due()
        told = [one for one in mails.mails if "指令" in one.get_content()]
        assert len(told) == 1
        text = told[0].get_content()
        assert "荣威" in text
        assert command.due.isoformat() in text
        for secret in ("浙A12345", makers.VIN, command.case.number, "王申请"):
            assert secret not in str(told[0])
        sent = db.session.query(Message).filter_by(node="commanded").one()
        assert (sent.state, sent.tries) == (MessageState.SENT, 1)
        assert sent.proof == told[0]["Message-ID"]
    assert "已送出" in client.get("/notices/").text


def confirmed(house: House, way: Way, address: str, *, digest: bool = False) -> str:
    """An address of the station's manager, in use."""
    with act():
        row = contact_desk.add(house.manager, way, address, digest=digest)
    with act():
        row = db.session.get_one(Contact, row.id)
        row.confirmed_at = clock.now()
        contact_desk._write(house.manager, "notices.confirm_contact", row)
    with upkeep():
        db.session.query(Message).delete()
    return row.id


def test_what_fails_is_tried_again_and_given_up_and_a_person_may_send_it_anew(
    app: Flask, house: House, mails: Mailbox
) -> None:
    with app.app_context():
        seizure = makers.entrusted(house)
        dispatch.follow()
        confirmed(house, Way.EMAIL, "m@s.cn")
        mails.refuse = ["451 later"] * MOST_TRIES
        makers.commanded(house, seizure=seizure)
        dispatch.follow()
        now = clock.now()
        for tries in range(1, MOST_TRIES + 1):
            with clock.moved_to(now):
                dispatch.send_due()
            row = db.session.query(Message).one()
            db.session.refresh(row)
            assert row.tries == tries
            now = row.not_before + timedelta(seconds=1)
        assert (row.state, row.trouble, mails.mails) == (MessageState.FAILED, "SMTP 451", [])
        with act():
            contact_desk.try_again(house.manager, row.id)
        dispatch.send_due()
        db.session.refresh(row)
        assert row.state is MessageState.SENT
        assert len(mails.mails) == 1


def test_an_address_that_does_not_exist_is_not_tried_again(
    app: Flask, house: House, mails: Mailbox
) -> None:
    with app.app_context():
        seizure = makers.entrusted(house)
        dispatch.follow()
        confirmed(house, Way.EMAIL, "nobody@s.cn")
        mails.refuse = ["550 no such mailbox"]
        makers.commanded(house, seizure=seizure)
        dispatch.follow()
        dispatch.send_due()
        row = db.session.query(Message).one()
        assert (row.state, row.tries, row.trouble) == (MessageState.FAILED, 1, "SMTP 550")


def test_a_password_does_not_travel_in_the_clear(
    app: Flask, house: House, mails: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_url = mails.url.replace("smtp://", "smtp://user:secret@")
    here = replace(app.extensions["settings"], smtp_url=open_url)
    monkeypatch.setitem(app.extensions, "settings", here)
    with app.app_context():
        seizure = makers.entrusted(house)
        dispatch.follow()
        confirmed(house, Way.EMAIL, "m@s.cn")
        makers.commanded(house, seizure=seizure)
        dispatch.follow()
        dispatch.send_due()
        row = db.session.query(Message).one()
        assert (row.state, row.trouble) == (MessageState.WAITING, "no STARTTLS")
        assert mails.mails == []


def test_a_digest_is_one_mail_and_what_is_urgent_does_not_wait_for_it(
    app: Flask, house: House, mails: Mailbox
) -> None:
    with app.app_context():
        cars = [
            makers.registered(house, makers.VIN),
            makers.registered(house, makers.OTHER_VIN, "浙A54321"),
        ]
        dispatch.follow()
        with act():
            row = contact_desk.add(house.judge, Way.EMAIL, "j@court.cn", digest=True)
        with act():
            db.session.get_one(Contact, row.id).confirmed_at = clock.now()
            contact_desk._write(house.judge, "notices.confirm_contact", row)
        dispatch.send_due()
        mails.mails.clear()
        for car in cars:
            offered = makers.offered(house, car)
            with act():
                makers.desk.decide(house.agent, offered, accept=True)
        dispatch.follow()
        dispatch.send_due()
        assert mails.mails == []
        with clock.moved_to(clock.now() + timedelta(days=1)):
            dispatch.send_due()
        (mail,) = mails.mails
        assert mail.get_content().count("机构已接受委托") == 2


def test_a_worker_that_died_with_a_message_in_its_hands_loses_nothing(
    app: Flask, house: House, mails: Mailbox
) -> None:
    with app.app_context():
        seizure = makers.entrusted(house)
        dispatch.follow()
        confirmed(house, Way.EMAIL, "m@s.cn")
        makers.commanded(house, seizure=seizure)
        dispatch.follow()
        assert dispatch._claim() is not None  # and then the power went
        dispatch.send_due()
        assert mails.mails == []
        with clock.moved_to(clock.now() + LOST_AFTER + timedelta(minutes=1)):
            dispatch.send_due()
        assert len(mails.mails) == 1


@pytest.fixture
def caller() -> Iterator[Machine]:
    with machine() as here:
        yield here


def test_a_call_is_signed_and_a_redirect_is_not_followed(
    app: Flask, house: House, caller: Machine
) -> None:
    with app.app_context():
        seizure = makers.entrusted(house)
        dispatch.follow()
        with act():
            contact = contact_desk.add(house.manager, Way.WEBHOOK, caller.url, digest=False)
        command = makers.commanded(house, seizure=seizure)
        dispatch.follow()
        dispatch.send_due()
        ((headers, body),) = caller.calls
        signed = hmac.new(
            contact.secret.encode(), f"{headers['Shuzhan-Time']}.".encode() + body, hashlib.sha256
        )
        assert headers["Shuzhan-Signature"] == signed.hexdigest()
        row = db.session.query(Message).one()
        assert json.loads(body)["id"] == row.id == headers["Shuzhan-Message"]
        assert (row.state, row.proof) == (MessageState.SENT, "HTTP 204")
        caller.answers = [302]
        with act():
            makers.desk.revoke(house.judge, command, "查封已解除，不再处置")
        dispatch.follow()
        dispatch.send_due()
        row = db.session.query(Message).filter_by(node="revoked").one()
        assert (row.state, row.trouble) == (MessageState.FAILED, "HTTP 302")


def test_text_messages_go_through_the_library_and_name_nothing(
    app: Flask, house: House, caller: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = caller.url.replace("http://", "json://") + "?to={phone}"
    here = replace(app.extensions["settings"], sms_url=url)
    monkeypatch.setitem(app.extensions, "settings", here)
    with app.app_context():
        seizure = makers.entrusted(house)
        dispatch.follow()
        confirmed(house, Way.SMS, "138 0013 8000")
        makers.commanded(house, seizure=seizure)
        dispatch.follow()
        dispatch.send_due()
        ((_, body),) = caller.calls
        assert "收到法院指令" in json.loads(body)["message"]
        assert "荣威" not in json.loads(body)["message"]


def test_what_lay_behind_when_it_began_is_not_told_and_who_did_it_is_not(
    app: Flask, house: House, mails: Mailbox
) -> None:
    with app.app_context():
        seizure = makers.entrusted(house)
        confirmed(house, Way.EMAIL, "m@s.cn")
        makers.commanded(house, seizure=seizure)
        dispatch.follow()
        assert db.session.query(Message).count() == 0


def test_nobody_else_confirms_ends_or_resends(
    app: Flask, client: FlaskClient, house: House, mails: Mailbox
) -> None:
    with app.app_context():
        contact = confirmed(house, Way.EMAIL, "m@s.cn")
    client.post("/sign-in", data={"login": "yard_keeper", "password": PASSWORD})
    assert client.post(f"/notices/{contact}/end").status_code == 404
    assert client.post(f"/notices/{contact}/confirm", data={"code": "1"}).status_code == 404
    assert "m@s.cn" not in client.get("/notices/").text
    with app.app_context():
        with act():
            contact_desk.end(house.manager, contact)
        assert db.session.get_one(Contact, contact).address == ""
        assert contact_reads.list_contacts(house.manager) == []
