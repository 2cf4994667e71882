"""Writing the trail: one act, one line, last in its transaction."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime

from flask import current_app
from sqlalchemy import delete, text, update

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import db, witness
from station.ground.ids import new_id
from station.ground.refused import Refused

from . import rules
from .models import Chain, TrailLine, TrailValue

INSTALLATION = "installation"
TECHNICAL = {"device", "address"}


def found_chain(organisation_id: str) -> Chain:
    """An empty chain for a new organisation; its founding act writes elsewhere or first on it."""
    chain = Chain(id=new_id(), organisation_id=organisation_id, length=0, head=rules.NO_PREVIOUS)
    db.session.add(chain)
    db.session.flush()
    return chain


def write(
    actor: Actor,
    act: str,
    subject: str,
    *,
    facts: Mapping[str, rules.Fact] | None = None,
    private: Mapping[str, str] | None = None,
    vehicle: str = "",
    case: str = "",
    command: str = "",
    claimed: datetime | None = None,
) -> TrailLine:
    """Write the line of the running act in the chain of the actor's organisation.

    `subject`: `room-thing:id`. `facts`: before/after, media hashes; strings, integers, booleans.
    `private`: personal values; only their salted digests enter the line. `claimed`: the device's
    time, where the actor's own claim does not say it. Call it last in the act: the chain's row is
    its lock.
    Raises `ValueError` for an act outside the closed vocabulary, `Unwitnessed` outside of act().
    """
    _check_words(act, private or {})
    db.session.flush()
    chain, number, previous = _next_place(actor.organisation_id)
    at = clock.now()  # after the chain's lock, so that no line is older than the one before it
    time = rules.judge_claim(at, claimed or actor.claimed, clock_off=actor.clock_off)
    hidden = _salt({"device": actor.device, "address": actor.address, **(private or {})})
    digests = {name: rules.digest(salt, name, value) for name, (salt, value) in hidden.items()}
    line = rules.Line(
        chain=chain,
        number=number,
        at=at,
        happened_at=time.happened_at,
        clock_doubtful=time.doubtful,
        act=act,
        subject=subject,
        vehicle=vehicle,
        case=case,
        command=command,
        actor=actor.person_id,
        role=actor.role,
        organisation=actor.organisation_id,
        device=digests.pop("device", ""),
        address=digests.pop("address", ""),
        facts={**(facts or {}), **_vouched(actor), **_named(digests)},
        previous=previous,
    )
    row = _store(line, hidden)
    witness()
    return row


def _vouched(actor: Actor) -> dict[str, rules.Fact]:
    """How a person was known who worked without the server: by a PIN that a device took."""
    return {"identified": rules.BY_PIN, "signed_by": actor.vouched_by} if actor.vouched_by else {}


def _named(digests: Mapping[str, str]) -> dict[str, str]:
    return {f"{name}~": value for name, value in digests.items()}


def _check_words(act: str, private: Mapping[str, str]) -> None:
    if act not in current_app.extensions["trail.acts"]:
        raise ValueError(f"not in the vocabulary of acts: {act}")
    if TECHNICAL & private.keys():
        raise ValueError("device and address are the actor's own; name the private value otherwise")


def _next_place(organisation_id: str) -> tuple[str, int, bytes]:
    place = db.session.execute(
        update(Chain)
        .where(Chain.organisation_id == organisation_id)
        .values(length=Chain.length + 1)
        .returning(Chain.id, Chain.length, Chain.head)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if place is None:
        raise Refused("no_chain", "您的单位尚未设立，无法留痕。请联系系统管理员。", status=409)
    return place.id, place.length, place.head


def _salt(values: Mapping[str, str]) -> dict[str, tuple[bytes, str]]:
    return {name: (secrets.token_bytes(16), value) for name, value in values.items() if value}


def _store(line: rules.Line, hidden: Mapping[str, tuple[bytes, str]]) -> TrailLine:
    row = TrailLine(**{**line.__dict__, "facts": dict(line.facts), "hash": rules.leaf(line)})
    db.session.add(row)
    db.session.flush()
    db.session.add_all(
        TrailValue(chain=line.chain, number=line.number, name=name, salt=salt, value=value)
        for name, (salt, value) in hidden.items()
    )
    db.session.execute(
        update(Chain)
        .where(Chain.id == line.chain)
        .values(head=row.hash)
        .execution_options(synchronize_session=False)
    )
    told = {"chain": line.chain, "number": line.number}
    db.session.execute(text("SELECT pg_notify('trail', :told)"), {"told": json.dumps(told)})
    return row


def erase(actor: Actor, line: TrailLine, names: list[str], law: str) -> TrailLine:
    """Erase personal values beside a line, under a law that is named on the trail for good."""
    if not law.strip():
        raise Refused(
            "erase_without_law", "删除个人信息须写明法律依据，例如“个人信息保护法第47条”。"
        )
    db.session.execute(
        delete(TrailValue).where(
            TrailValue.chain == line.chain,
            TrailValue.number == line.number,
            TrailValue.name.in_(names),
        )
    )
    facts: dict[str, rules.Fact] = {
        "chain": line.chain,
        "number": line.number,
        "names": " ".join(sorted(names)),
        "law": law.strip(),
    }
    return write(actor, rules.ERASED, line.subject, facts=facts)
