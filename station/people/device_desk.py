"""Shared devices of a station: enrolling and revoking them, PINs, and acts that were settled otherwise."""

from __future__ import annotations

import secrets

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import changed, db
from station.ground.ids import new_id
from station.ground.refused import Refused
from station.trail import desk as trail
from station.trail.rules import Fact

from . import desk, device_reads, pins, reads, rules
from .models import Device, Person, Pin, WrongPin
from .passwords import hash_secret, is_secret

LOCKED = Refused(
    "pin_locked",
    "PIN 已输错 %(n)d 次，已锁定。请用账号密码登录后重设 PIN。",
    status=409,
    field="pin",
    n=pins.MOST_WRONG,
)
WRONG = Refused("wrong_pin", "PIN 不对，请重新输入。", field="pin")
SECOND_WRONG = Refused(
    "second_wrong_pin", "第二人的 PIN 不对，请第二人重新输入。", field="second_pin"
)


def enrol(actor: Actor, name: str, public_key: bytes) -> tuple[Device, str]:
    """Make the device in the manager's hand one of the station's; it and its cookie's secret.

    Refuses a key that is no ECDSA P-256 key in DER, and a name that nobody finds it by.
    """
    pins.check_device_name(name)
    device_reads.read_key(public_key)
    secret = secrets.token_urlsafe(32)
    row = Device(
        id=new_id(),
        organisation_id=actor.organisation_id,
        name=name,
        public_key=public_key,
        cookie_hash=reads.fingerprint(secret),
        enrolled_by=actor.person_id,
        enrolled_at=clock.now(),
    )
    db.session.add(row)
    trail.write(
        actor, "people.enrol_device", row.subject, facts={"name": name, "key": public_key.hex()}
    )
    return row, secret


def revoke(actor: Actor, device_id: str) -> None:
    """From now on nothing that the device signs counts, and no PIN is taken on it."""
    row = device_reads.get_device(actor, device_id)
    revoked = changed(
        update(Device)
        .where(Device.id == row.id, Device.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
    if not revoked:
        raise Refused("device_revoked", "这台设备已经注销过了。", status=409)
    trail.write(actor, "people.revoke_device", row.subject, facts={"name": row.name})


def set_pin(actor: Actor, pin: str) -> None:
    """Give oneself a PIN; a locked one is open again. The person has signed in with a password."""
    pins.check_pin(pin)
    values = {"pin_hash": hash_secret(pin), "set_at": clock.now(), "locked_at": None}
    db.session.execute(
        insert(Pin)
        .values(person_id=actor.person_id, **values)
        .on_conflict_do_update(index_elements=[Pin.person_id], set_=values)
    )
    forget_tries(actor.person_id)
    trail.write(actor, "people.set_pin", f"person:{actor.person_id}")


def take_pin_try(person_id: str, wrong: Refused = WRONG) -> int:
    """Count a try at a PIN before it is judged, in `upkeep()`; which try it is.

    Refuses with `wrong` whoever has no PIN, and when the PIN is locked, or when tries at the same moment have used all of them up.
    """
    pin = db.session.get(Pin, person_id)
    if pin is None:
        raise wrong
    if pin.locked_at is not None:
        raise LOCKED
    taken = db.session.execute(
        insert(WrongPin)
        .values(person_id=person_id, count=1)
        .on_conflict_do_update(
            index_elements=[WrongPin.person_id],
            set_={"count": WrongPin.count + 1},
            where=WrongPin.count < pins.MOST_WRONG,
        )
        .returning(WrongPin.count)
    ).scalar()
    if taken is None:
        raise LOCKED
    return int(taken)


def is_pin(person_id: str, pin: str) -> bool:
    """Whether this is the person's PIN; takes the same time for whoever has none."""
    row = db.session.get(Pin, person_id)
    return is_secret(row.pin_hash if row else None, pin)


def lock_pin(device: Device, person_id: str) -> None:
    """After the last wrong try; the device's station is told by its trail."""
    locked = changed(
        update(Pin)
        .where(Pin.person_id == person_id, Pin.locked_at.is_(None))
        .values(locked_at=clock.now())
    )
    if locked:
        unknown = Actor("unknown", "", rules.Role.PUBLIC, device.organisation_id)
        facts: dict[str, Fact] = {
            "device": device.id,
            "name": device.name,
            "tries": pins.MOST_WRONG,
        }
        trail.write(unknown, "people.lock_pin", f"person:{person_id}", facts=facts)


def forget_tries(person_id: str) -> None:
    """The right PIN, or a new one: tries count from none."""
    db.session.execute(delete(WrongPin).where(WrongPin.person_id == person_id))


def sign_in_here(device: Device, person: Person, *, browser: str, address: str) -> str:
    """Open a sign-in on a shared device for the person whose PIN was right; the cookie's secret."""
    forget_tries(person.id)
    first = device_reads.membership_at(person, device.organisation_id)
    return desk.open_sign_in(
        person.id, first.organisation_id, first.role, "", browser, address, "people.sign_in_pin"
    )


def settle(actor: Actor, told: rules.Settled) -> None:
    """Put on the trail that a refused act of a device was settled otherwise, and what it said."""
    rules.check_settled(told)
    trail.write(
        actor,
        "people.settle_unsent",
        f"unsent:{told.act}",
        facts={
            "title": told.title,
            "url": told.url,
            "made": told.made,
            "refused": told.refused,
        },
        private={"typed": told.typed, "reason": told.reason},
    )
