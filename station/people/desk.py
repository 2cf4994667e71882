"""Founding organisations, appointing people, opening and closing sign-ins, one-time links."""

from __future__ import annotations

import hmac
import secrets

from flask import current_app
from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import changed, db
from station.ground.ids import new_code, new_id
from station.ground.refused import Refused
from station.notices import desk as notices
from station.trail import desk as trail

from . import reads, rules
from .models import Link, Membership, Organisation, Person, SignInRow, WrongCode
from .passwords import hash_secret, is_secret

WRONG = Refused(
    "wrong_password", "账号或密码不对。请检查后重试；忘记密码请联系本单位管理员。", field="login"
)


def found(
    actor: Actor,
    kind: rules.OrganisationKind,
    name: str,
    *,
    short_name: str = "",
    phone: str = "",
    address: str = "",
    position: tuple[float, float] | None = None,
) -> Organisation:
    """Found an organisation with its own, empty chain. `position`: latitude, longitude (WGS-84)."""
    row = Organisation(
        id=new_id(),
        kind=kind,
        name=name,
        short_name=short_name or name,
        phone=phone,
        address=address,
        latitude=position[0] if position else None,
        longitude=position[1] if position else None,
        founded_at=clock.now(),
    )
    db.session.add(row)
    trail.found_chain(row.id)
    facts = {"kind": kind.value, "name": name}
    trail.write(actor, "people.found", f"organisation:{row.id}", facts=facts)
    return row


def appoint(
    actor: Actor,
    organisation: Organisation,
    role: rules.Role,
    name: str,
    *,
    login: str,
    password: str,
    phone: str = "",
) -> Person:
    """Give a person an account and a role. Refuses a taken login, a short password, a wrong role."""
    rules.check_role(organisation.kind, role)
    rules.check_password(password)
    if reads.find_person_by_login(login):
        raise Refused(
            "login_taken", "账号“%(login)s”已有人使用，请换一个。", field="login", login=login
        )
    person = _add_person(name, phone, login, hash_secret(password))
    db.session.add(
        Membership(
            id=new_id(),
            person_id=person.id,
            organisation_id=organisation.id,
            role=role,
            since=clock.now(),
        )
    )
    trail.write(
        actor,
        "people.appoint",
        f"person:{person.id}",
        facts={"organisation": organisation.id, "role": role.value},
        private={"name": name},
    )
    return person


def _add_person(name: str, phone: str, login: str | None, password_hash: str | None) -> Person:
    person = Person(
        id=new_id(),
        name=name,
        phone=phone,
        login=login,
        password_hash=password_hash,
        made_at=clock.now(),
    )
    db.session.add(person)
    db.session.flush()
    return person


def check_sign_in(typed: rules.SignIn) -> Membership:
    """Who it is, and where they work. Refuses without saying which half was wrong."""
    person = reads.find_person_by_login(typed.login)
    if not is_secret(person.password_hash if person else None, typed.password):
        raise WRONG
    memberships = reads.list_memberships(person) if person else []
    if not memberships:
        raise WRONG
    return memberships[0]


def sign_in(typed: rules.SignIn, *, device: str, address: str) -> str:
    """Open a sign-in by password alone; the cookie's secret."""
    return open_for(check_sign_in(typed), device, address, "people.sign_in")


def open_for(first: Membership, device: str, address: str, act: str) -> str:
    """A sign-in of somebody in the role they work in; the cookie's secret."""
    return open_sign_in(
        first.person_id, first.organisation_id, first.role, "", device, address, act
    )


def open_sign_in(
    person_id: str,
    organisation_id: str,
    role: rules.Role,
    scope: str,
    device: str,
    address: str,
    act: str,
) -> str:
    """A sign-in for somebody who has proved who they are, and its line `act`; the cookie's secret."""
    secret, since = secrets.token_urlsafe(32), clock.now()
    db.session.add(
        SignInRow(
            cookie_hash=reads.fingerprint(secret),
            person_id=person_id,
            organisation_id=organisation_id,
            role=role,
            scope=scope,
            device=device,
            since=since,
            until=since + (rules.LINK_SESSION if scope else rules.SESSION),
        )
    )
    actor = Actor(person_id, "", role, organisation_id, device=device, address=address, scope=scope)
    trail.write(actor, act, scope or f"person:{person_id}", facts={"role": role.value})
    return secret


def sign_out(actor: Actor, cookie: str) -> None:
    """Close the sign-in of this device."""
    row = db.session.get(SignInRow, reads.fingerprint(cookie))
    if row:
        db.session.delete(row)
    trail.write(actor, "people.sign_out", f"person:{actor.person_id}")


def make_link(
    organisation: Organisation, role: rules.Role, scope: str, *, name: str, phone: str, text: str
) -> Link:
    """A one-time link and code into the outbox, as part of the caller's act.

    `scope`: the only subject the link opens, e.g. `tow:…`. An older link for the same scope and
    role stops working, spent or not (a lost phone), so that a reissue is the only valid one.
    """
    token, code, made = secrets.token_urlsafe(18), new_code(), clock.now()
    db.session.execute(
        update(Link)
        .where(Link.scope == scope, Link.role == role, Link.spent_at.is_(None))
        .values(expires_at=made)
    )
    db.session.execute(
        delete(SignInRow).where(SignInRow.scope == scope, SignInRow.role == role),
    )
    person = _add_person(name, phone, None, None)
    row = Link(
        token_hash=reads.fingerprint(token),
        code_hash=_code_hash(token, code),
        person_id=person.id,
        organisation_id=organisation.id,
        role=role,
        scope=scope,
        made_at=made,
        expires_at=made + rules.LINK,
    )
    db.session.add(row)
    link = f"{current_app.extensions['settings'].base_url}/l/{token}"
    notices.enqueue(
        organisation.id,
        addressee=name,
        phone=phone,
        text=text,
        subject=scope,
        link=link,
        code=code,
        expires_at=row.expires_at,
    )
    return row


def _code_hash(token: str, code: str) -> str:
    return reads.fingerprint(f"{token}\0{code.strip().upper()}")


def spend_link(token: str, code: str, *, device: str, address: str) -> tuple[str, str]:
    """Turn a link and its code into a sign-in of this device: (cookie's secret, scope).

    Refuses a spent or expired link and a wrong code; its tries are counted by `take_try`.
    """
    link = reads.find_link(token)
    if link is None:
        raise Refused("link_gone", "这个链接已经用过或已过期。请联系服务站重新发一个。", status=409)
    if not hmac.compare_digest(link.code_hash, _code_hash(token, code)):
        raise Refused("wrong_code", "验证码不对，请核对后重输（不分大小写）。", field="code")
    spent = changed(
        update(Link)
        .where(Link.token_hash == link.token_hash, Link.spent_at.is_(None))
        .values(spent_at=clock.now())
    )
    if not spent:
        raise Refused("link_gone", "这个链接已经用过或已过期。请联系服务站重新发一个。", status=409)
    secret = open_sign_in(
        link.person_id,
        link.organisation_id,
        link.role,
        link.scope,
        device,
        address,
        "people.spend_link",
    )
    return secret, link.scope


def take_try(token: str) -> None:
    """Count a try at a link before it is judged, in `upkeep()`: the try's own act is rolled back
    when the code is wrong, and tries that run at the same time must not all be the first.

    Refuses when there were `rules.MOST_WRONG_CODES` already; does nothing for a link that is gone.
    """
    if reads.find_link(token) is None:
        return
    taken = db.session.execute(
        insert(WrongCode)
        .values(token_hash=reads.fingerprint(token), count=1)
        .on_conflict_do_update(
            index_elements=[WrongCode.token_hash],
            set_={"count": WrongCode.count + 1},
            where=WrongCode.count < rules.MOST_WRONG_CODES,
        )
        .returning(WrongCode.count)
    ).scalar()
    if taken is None:
        raise Refused(
            "link_locked", "验证码输错次数太多，链接已锁定。请联系服务站重新发一个。", status=409
        )


def second_person(actor: Actor, login: str, password: str) -> Person:
    """The colleague who signs beside `actor`, without leaving the actor's sign-in.

    Refuses an unknown account, a wrong password, the same person, and other organisations.
    """
    person = reads.find_person_by_login(login.strip())
    if not is_secret(person.password_hash if person else None, password):
        raise Refused(
            "second_wrong", "第二人的账号或密码不对，请第二人重新输入。", field="second_login"
        )
    check_second(actor, person)
    assert person is not None
    return person


def check_second(actor: Actor, person: Person | None, field: str = "second_login") -> None:
    """Refuse the same person and people of other organisations as the second to sign."""
    if person is None or person.id == actor.person_id:
        raise Refused("second_same", "第二人必须是另一位同事，请换一位签名。", field=field)
    if actor.organisation_id not in {m.organisation_id for m in reads.list_memberships(person)}:
        raise Refused("second_elsewhere", "第二人须是本单位同事，请换一位签名。", field=field)


def check_own_password(actor: Actor, password: str) -> None:
    """Refuse whoever found somebody else's page open."""
    person = db.session.get(Person, actor.person_id)
    if not is_secret(person.password_hash if person else None, password):
        raise Refused("own_password", "密码不对，请重新输入您登录用的密码。", field="password")
