"""The 移交清单 of a vehicle, and the labels of its keys and sealed bags."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from station.ground.database import act, db
from station.intake import desk, hand_lists, thing_desk, thing_reads
from station.intake.holdings import Belongings, Item, ItemKind
from station.intake.models import Intake
from station.intake.thing_models import Thing
from station.intake.things import Loan, Purpose, ThingKind
from station.media import reads as media
from station.media.labels import Purpose as LabelPurpose
from station.media.models import LabelCode
from station.trail import documents
from station.trail.models import TrailLine
from station.trail.rules import Verdict
from tests.intake import makers
from tests.intake.test_views import context, make_again, sign_in
from tests.makers import House
from tests.yard.test_care_record import codes_of, text_of

BAG = "FB00017"


def make_held(app: Flask, house: House) -> str:
    """A vehicle with two keys, papers, a seal and a sealed bag; its id."""
    with context(app):
        again = make_again(house)
        intake = makers.make_arrived(again)
        makers.record_everything(again, intake)
        cash = Item(ItemKind.VALUABLE, "现金 300 元", BAG)
        with act():
            desk.save_belongings(
                again.inspector, intake, Belongings((cash,)), 1, makers.second(again)
            )
        with act():
            desk.finish(again.inspector, intake)
        return intake.vehicle_id


def one_of(kind: ThingKind) -> Thing:
    return db.session.scalars(select(Thing).where(Thing.kind == kind)).unique().all()[0]


def test_the_list_names_every_thing_and_verifies(
    app: Flask, client: FlaskClient, house: House
) -> None:
    vehicle_id = make_held(app, house)
    sign_in(client, "yard_keeper")
    with context(app):
        intake_id = db.session.scalars(select(Intake.id)).one()
    assert "出具移交清单" in client.get(f"/intake/{intake_id}").text
    address = f"/intake/vehicles/{vehicle_id}/hand-list"
    first, same = client.post(address), client.post(address)
    assert same.location == first.location
    with client.get(first.location) as file:
        said, codes = text_of(file.data), codes_of(file.data)
    with context(app):
        (line,) = db.session.scalars(select(TrailLine).where(TrailLine.act == "intake.hand_list"))
        found = documents.find_by_number(str(line.facts["number"]))
        assert found is not None
        assert (found.verdict, found.kind) == (Verdict.GENUINE, "hand_list")
        assert codes == {f"http://localhost/verify?n={found.number}"}
        tags = [row.tag for row in thing_reads.list_things(vehicle_id) if row.tag]
        assert len(tags) == 4  # two keys, a bag, a seal
        for words in (*tags, line.hash.hex(), "现金300元", "第1页/共1页", "未加盖法定电子印章"):
            assert words in said, words
        assert "赵某某" not in said


def test_a_thing_that_is_out_or_lost_changes_the_list_and_outsiders_are_not_named(
    app: Flask, client: FlaskClient, house: House
) -> None:
    vehicle_id = make_held(app, house)
    sign_in(client, "yard_keeper")
    address = f"/intake/vehicles/{vehicle_id}/hand-list"
    client.post(address)
    with context(app):
        again = make_again(house)
        keys = thing_reads.list_kind(again.station.id, ThingKind.KEY)
        with act():
            thing_desk.lend(
                again.keeper,
                keys[0],
                Loan("", "顺达修理厂 周师傅", Purpose.REPAIR, 4),
                by_label=True,
            )
        with act():
            thing_desk.report_lost(again.keeper, keys[1], "昨晚找过柜子和车内，没有找到")
        vehicle = keys[0].vehicle
        body = hand_lists.body_of(vehicle)
        assert "借出" in body["things"][0][5]
        assert [row[5] for row in body["away"]] == ["遗失"]
        assert "周师傅" not in str(body)
    client.post(address)
    with context(app):
        lines = db.session.scalars(
            select(TrailLine).where(TrailLine.act == "intake.hand_list").order_by(TrailLine.at)
        ).all()
        assert [line.facts["replaces"] for line in lines] == ["", lines[0].facts["number"]]


def test_keys_and_bags_get_labels_that_are_read_again(
    app: Flask, client: FlaskClient, house: House
) -> None:
    make_held(app, house)
    sign_in(client, "yard_keeper")
    with context(app):
        key, bag = one_of(ThingKind.KEY), one_of(ThingKind.BAG)
        subjects, tag = {"key": key.subject, "bag": bag.subject}, key.tag
    assert tag in client.get("/media/labels/?kind=key&q=2345").text
    refused = client.post("/media/labels/?kind=key", data={"subject": subjects["key"]})
    assert (refused.status_code, "请写明重印的原因" in refused.text) == (422, True)
    for kind, paper in (("key", "a4_key"), ("bag", "tape24")):
        done = client.post(
            f"/media/labels/?kind={kind}", data={"subject": subjects[kind], "reason": "首次打印"}
        )
        code = done.location.partition("code=")[2]
        assert client.get(f"/media/labels/file?code={code}&paper={paper}").data[:5] == b"%PDF-"
        assert (
            client.get(f"/intake/{subjects[kind].replace(':', 's/')}").text.count("看标签、重印")
            == 1
        )
        with context(app):
            row = db.session.get(LabelCode, code)
            assert row is not None
            again = media.read_code(media.text_of(row), LabelPurpose(kind))
            assert again.subject == subjects[kind]
    page = client.get(f"/media/labels/printed?code={code}").text
    assert BAG in page
    assert "现金" not in page
