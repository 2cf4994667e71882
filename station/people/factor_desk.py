"""Enrolling an authenticator, signing in with its codes, and taking it away."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import ColumnElement, case, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import changed, db
from station.ground.refused import Refused
from station.trail import desk as trail

from . import desk, factors, reads
from .models import Membership, Person, RecoveryCode, SecondFactor, WrongFactor
from .rules import Role


def find_factor(person_id: str) -> SecondFactor | None:
    """The authenticator of a person."""
    return db.session.get(SecondFactor, person_id)


def is_wanted(first: Membership) -> bool:
    """Whether this sign-in asks for more than the password."""
    required = current_app.extensions["settings"].second_factor
    enrolled = find_factor(first.person_id) is not None
    return factors.is_wanted(first.role, required=required, enrolled=enrolled)


def take_try(person_id: str) -> None:
    """Count a try before it is judged, in `upkeep()`. Refuses when there were too many lately."""
    now = clock.now()
    fresh = WrongFactor.since < now - factors.PAUSE
    again: ColumnElement[int] = case((fresh, 1), else_=WrongFactor.count + 1)
    taken = db.session.execute(
        insert(WrongFactor)
        .values(person_id=person_id, count=1, since=now)
        .on_conflict_do_update(
            index_elements=[WrongFactor.person_id],
            set_={"count": again, "since": case((fresh, now), else_=WrongFactor.since)},
            where=fresh | (WrongFactor.count < factors.MOST_WRONG),
        )
        .returning(WrongFactor.count)
    ).scalar()
    if taken is None:
        raise factors.LOCKED


def forget_tries(person_id: str) -> None:
    """The last one was right; in `upkeep()`."""
    db.session.execute(delete(WrongFactor).where(WrongFactor.person_id == person_id))


def enrol(
    first: Membership, secret: str, typed: str, *, device: str, address: str
) -> tuple[str, list[str]]:
    """Take an authenticator whose code proves that it works, and sign in: (cookie's secret, recovery
    codes, told this once). Refuses a wrong code, and a second authenticator."""
    step = factors.step_of(secret, factors.read_code(typed), clock.now())
    if step is None:
        raise factors.WRONG
    row = insert(SecondFactor).values(
        person_id=first.person_id,
        sealed=factors.seal(secret, _key()),
        last_step=step,
        made_at=clock.now(),
    )
    if not changed(row.on_conflict_do_nothing()):
        raise Refused("factor_twice", "这个账号已登记验证器，请重新登录。", status=409)
    codes = list(factors.new_recovery_codes())
    db.session.add_all(
        RecoveryCode(code_hash=_hash(first.person_id, code), person_id=first.person_id)
        for code in codes
    )
    cookie = desk.open_for(first, device, address, "people.enrol_factor")
    return cookie, codes


def sign_in(first: Membership, typed: str, *, device: str, address: str) -> str:
    """Sign in by a code of the authenticator, or by a recovery code; each counts once."""
    code = factors.read_code(typed)
    act = "people.sign_in_second" if code.isdecimal() else "people.sign_in_recovery"
    taken = _take_code if code.isdecimal() else _take_recovery
    if not taken(first.person_id, code):
        raise factors.WRONG
    return desk.open_for(first, device, address, act)


def _take_code(person_id: str, code: str) -> bool:
    row = find_factor(person_id)
    step = factors.step_of(factors.unseal(row.sealed, _key()), code, clock.now()) if row else None
    return step is not None and bool(
        changed(
            update(SecondFactor)
            .where(SecondFactor.person_id == person_id, SecondFactor.last_step < step)
            .values(last_step=step)
        )
    )


def _take_recovery(person_id: str, code: str) -> bool:
    return bool(
        changed(
            update(RecoveryCode)
            .where(
                RecoveryCode.code_hash == _hash(person_id, code),
                RecoveryCode.person_id == person_id,
                RecoveryCode.spent_at.is_(None),
            )
            .values(spent_at=clock.now())
        )
    )


def reset(actor: Actor, person: Person) -> None:
    """Take a lost authenticator and its recovery codes away; the next sign-in enrols a new one.

    Refuses one's own (a found page must not be enough), and people of other organisations unless
    the installation's administrator asks.
    """
    if person.id == actor.person_id:
        raise Refused("own_factor", "不能重置自己的验证器，请由另一位管理员重置。", status=409)
    places = {row.organisation_id for row in reads.list_memberships(person)}
    if actor.role != Role.ADMINISTRATOR and actor.organisation_id not in places:
        raise Refused("not_found", "没有找到这位同事。", status=404)
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    if not changed(delete(SecondFactor).where(SecondFactor.person_id == person.id)):
        raise Refused("no_factor", "这位同事没有登记验证器，不需要重置。", status=409)
    trail.write(actor, "people.reset_factor", f"person:{person.id}")


def list_enrolled(person_ids: list[str]) -> set[str]:
    """Those of some people who have an authenticator."""
    return set(
        db.session.scalars(
            select(SecondFactor.person_id).where(SecondFactor.person_id.in_(person_ids))
        )
    )


def _hash(person_id: str, code: str) -> str:
    return reads.fingerprint(f"{person_id}\0{code}")


def _key() -> str:
    return str(current_app.extensions["settings"].secret_key)
