"""PINs at a view: a try is counted and kept before it is judged, whatever becomes of the form."""

from __future__ import annotations

from collections.abc import Mapping

from flask import g, request

from station.ground.actors import Actor
from station.ground.database import act, db, upkeep
from station.ground.refused import Refused

from . import cookies, desk, device_desk, device_reads, pins
from .models import Device, Person


def here() -> Device | None:
    """The enrolled device that asks, by its cookie or its signature."""
    if signed := g.get("signed"):
        return db.session.get(Device, signed.device)
    return device_reads.find_device(request.cookies.get(cookies.TABLET))


def judge_pin(device: Device, person_id: str, pin: str, wrong: Refused) -> None:
    """Refuse a wrong PIN with `wrong`; the last of `pins.MOST_WRONG` locks it, which is an act."""
    device_id = device.id
    with upkeep():
        tries = device_desk.take_pin_try(person_id, wrong)
    if device_desk.is_pin(person_id, pin):
        return
    if tries >= pins.MOST_WRONG:
        with act(final=False):
            device_desk.lock_pin(db.session.get_one(Device, device_id), person_id)
        raise device_desk.LOCKED
    raise wrong


def second_person(actor: Actor, form: Mapping[str, str]) -> Person:
    """The colleague who signs beside `actor`: by PIN on an enrolled device, else by password."""
    if "second_pin" not in form:
        return desk.second_person(
            actor, form.get("second_login", ""), form.get("second_password", "")
        )
    device, person_id = here(), form.get("second_person", "")
    if device is None or device.organisation_id != actor.organisation_id:
        raise Refused("no_device", "这台设备没有登记，不能用 PIN。请用账号密码登录。", status=403)
    person = db.session.get(Person, person_id)
    desk.check_second(actor, person, "second_person")
    judge_pin(device, person_id, form["second_pin"], device_desk.SECOND_WRONG)
    with upkeep():
        device_desk.forget_tries(person_id)
    return db.session.get_one(Person, person_id)
