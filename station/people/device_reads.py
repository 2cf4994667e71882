"""Questions about shared devices, and whether one signed an act."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from sqlalchemy import select

from station.ground.actors import Actor
from station.ground.database import db, get_or_404
from station.ground.refused import Refused

from . import pins, reads
from .models import Device, Membership, Person, Pin
from .rules import STATION_ROLES


@dataclass(frozen=True)
class Signed:
    """What a request says of an act that a device signed; all as the headers had it."""

    device: str
    person: str
    act: str
    url: str
    happened: str
    digest: str
    signature: str


def read_key(der: bytes) -> ec.EllipticCurvePublicKey:
    """The device's public key. Raises `Refused` for anything but ECDSA P-256 in DER."""
    try:
        key = load_der_public_key(der)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        raise Refused("device_key", "这台设备没有生成可用的密钥。请换一个浏览器再登记。")
    return key


def find_device(cookie: str | None) -> Device | None:
    """The enrolled device that holds this cookie, unless it was revoked."""
    if not cookie:
        return None
    asked = select(Device).where(
        Device.cookie_hash == reads.fingerprint(cookie), Device.revoked_at.is_(None)
    )
    return db.session.scalars(asked).one_or_none()


def get_device(actor: Actor, device_id: str) -> Device:
    """A device of the actor's own station, revoked or not, or 404."""
    row = db.session.get(Device, device_id)
    mine = row is not None and row.organisation_id == actor.organisation_id
    found: Device = get_or_404(row if mine else None, "这台设备")
    return found


def list_devices(actor: Actor) -> Sequence[Device]:
    """The station's devices, those in use first."""
    return db.session.scalars(
        select(Device)
        .where(Device.organisation_id == actor.organisation_id)
        .order_by(Device.revoked_at.is_not(None), Device.enrolled_at.desc())
    ).all()


def list_hands(device: Device) -> list[tuple[Person, bool]]:
    """Who works at the device's station, and whether they have a PIN."""
    people = reads.list_colleagues(device.organisation_id, *STATION_ROLES)
    asked = select(Pin.person_id).where(Pin.person_id.in_([person.id for person in people]))
    with_pin = set(db.session.scalars(asked))
    return [(person, person.id in with_pin) for person in people]


def has_pin(person_id: str) -> bool:
    """Whether a person has given themselves a PIN."""
    return db.session.get(Pin, person_id) is not None


def membership_at(person: Person, organisation_id: str) -> Membership:
    """Where this person works at the device's station, or 404."""
    here = [m for m in reads.list_memberships(person) if m.organisation_id == organisation_id]
    found: Membership = get_or_404(here[0] if here else None, "这位同事")
    return found


def find_signer(told: Signed, *, browser: str, address: str) -> Actor | None:
    """The person for whom an enrolled device signed this act; None when any part of it is not so."""
    device, person = db.session.get(Device, told.device), db.session.get(Person, told.person)
    if device is None or device.revoked_at is not None or person is None:
        return None
    text = pins.signed_text(told.act, told.person, told.url, told.happened, told.digest)
    if not _is_signed(device, told.signature, text):
        return None
    here = [
        m for m in reads.list_memberships(person) if m.organisation_id == device.organisation_id
    ]
    if not here or here[0].role not in STATION_ROLES:
        return None
    return Actor(
        person_id=person.id,
        name=person.name,
        role=here[0].role,
        organisation_id=device.organisation_id,
        organisation_name=device.organisation.short_name,
        device=browser,
        address=address,
        vouched_by=device.id,
    )


def _is_signed(device: Device, signature: str, text: bytes) -> bool:
    """WebCrypto writes r and s of 32 bytes each, one after the other (IEEE P1363)."""
    try:
        raw = base64.b64decode(signature, validate=True)
        if len(raw) != 64:
            return False
        der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        read_key(device.public_key).verify(der, text, ec.ECDSA(SHA256()))
    except (binascii.Error, ValueError, InvalidSignature):
        return False
    return True
