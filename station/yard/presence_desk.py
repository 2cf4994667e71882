"""Asking for pictures now, showing the code, answering, and the judge's look."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update

from station.court import reads as court
from station.court.rules import CommandKind
from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import changed, db
from station.ground.ids import new_code, new_id
from station.ground.refused import Refused
from station.ground.words import N_
from station.media.models import Media
from station.notices import desk as notices
from station.people.reads import get_organisation, name_of
from station.trail import desk as trail
from station.trail.reads import refuse_stale
from station.trail.rules import Fact

from . import presence, presence_reads
from .presence import AskState
from .presence_models import Ask, Presence

CALL = N_("法院要求现场拍照核查，请在 20 分钟内登录系统取码拍照。")


def ask(actor: Actor, station_id: str, *, chosen: Sequence[str] = (), count: int = 0) -> Presence:
    """The judge asks for pictures of vehicles in a station: those `chosen`, or `count` drawn by a
    seed that the line keeps beside the digest of the list, so that anybody can draw again."""
    there = {row.id for row in presence_reads.list_candidates(actor.organisation_id, station_id)}
    seed = "" if chosen else secrets.token_hex(16)
    wanted = list(dict.fromkeys(chosen)) if chosen else presence.draw(sorted(there), count, seed)
    presence.check_count(len(wanted), len(there))
    if not set(wanted) <= there:
        raise Refused(
            "presence_elsewhere", "所选车辆中有的已不在这个服务站的库位上，请重新选择。", status=409
        )
    now = clock.now()
    row = Presence(
        id=new_id(),
        court_id=actor.organisation_id,
        station_id=station_id,
        seed=seed,
        candidates=sorted(there),
        by_person=actor.person_id,
        by_name=actor.name,
        asked_at=now,
        due_at=now + presence.WINDOW,
    )
    db.session.add(row)
    db.session.flush()
    db.session.add_all(_ask(row, vehicle_id) for vehicle_id in wanted)
    station = get_organisation(station_id)
    notices.enqueue(station_id, addressee=station.short_name, text=CALL, subject=row.subject)
    facts: dict[str, Fact] = {
        "vehicles": " ".join(wanted),
        "count": len(wanted),
        "seed": seed,
        "from": len(there),
        "list": presence.digest_of(sorted(there)),
        "station": station_id,
    }
    trail.write(actor, "yard.presence_ask", row.subject, facts=facts)
    return row


def _ask(row: Presence, vehicle_id: str) -> Ask:
    holder = court.find_holder(vehicle_id)
    assert holder is not None
    return Ask(
        id=new_id(),
        presence_id=row.id,
        vehicle_id=vehicle_id,
        case_id=holder.case_id,
        code=new_code(presence.CODE_LENGTH),
        state=AskState.ASKED,
        opened_by="",
        media_id="",
        reason="",
        answered_by="",
        same_as="",
        words="",
        judged_by="",
    )


def open_code(actor: Actor, row: Ask) -> None:
    """Somebody of the station takes the code: from now on it is known who had it and when."""
    _check_station(actor, row)
    _step(row, AskState.OPENED, opened_at=clock.now(), opened_by=actor.name)
    _write(actor, "yard.presence_open", row, {})


def answer(actor: Actor, row: Ask, picture: Media, claimed: datetime | None) -> None:
    """The picture that shows vehicle and code. Late, and like an older picture of the station: it is
    kept and shown as such."""
    _check_station(actor, row)
    if picture.vehicle != row.vehicle_id or picture.kind != presence_reads.PICTURE:
        raise Refused("presence_photo_other", "这张照片不是这辆车的，请重新拍摄。", field="photo")
    now, same = clock.now(), presence_reads.find_same(picture)
    _step(
        row,
        AskState.ANSWERED,
        media_id=picture.id,
        answered_at=now,
        claimed_at=claimed,
        answered_by=actor.name,
        same_as=same,
    )
    timing = presence.judge_time(row.presence.due_at, now, claimed, now)
    facts: dict[str, Fact] = {"photo": picture.id, "sha256": picture.sha256, "same_as": same}
    _write(actor, "yard.presence_answer", row, {**facts, "timing": timing.value}, claimed=claimed)


def excuse(actor: Actor, row: Ask, text: str) -> None:
    """No picture can be taken, because …"""
    _check_station(actor, row)
    reason = presence.check_reason(text)
    now = clock.now()
    _step(row, AskState.EXCUSED, reason=reason, answered_at=now, answered_by=actor.name)
    timing = presence.judge_time(row.presence.due_at, now, None, now)
    _write(actor, "yard.presence_excuse", row, {"timing": timing.value}, reason)


def judge(actor: Actor, row: Ask, words: str, *, accept: bool) -> None:
    """The judge has looked at code and picture side by side; a doubt says why."""
    if row.presence.court_id != actor.organisation_id:
        raise Refused("presence_not_yours", "这次核查由别的法院发起。", status=409)
    if not accept and not words.strip():
        raise Refused("presence_doubt", "存疑的请写明理由。", field="words")
    to = AskState.ACCEPTED if accept else AskState.DOUBTED
    _step(row, to, words=words.strip()[:200], judged_by=actor.name, judged_at=clock.now())
    _write(actor, "yard.presence_judge", row, {"accepted": accept}, words.strip()[:200])


def _check_station(actor: Actor, row: Ask) -> None:
    if row.presence.station_id != actor.organisation_id:
        raise Refused("presence_other_station", "这次核查不是发给本站的。", status=409)


def _step(row: Ask, to: AskState, **values: object) -> None:
    presence.ASK_STATES.check(row.state, to)
    moved = changed(
        update(Ask).where(Ask.id == row.id, Ask.state == row.state).values(state=to, **values)
    )
    if not moved:
        refuse_stale(row.subject, name_of)


def _write(
    actor: Actor,
    act: str,
    row: Ask,
    facts: dict[str, Fact],
    reason: str = "",
    claimed: datetime | None = None,
) -> None:
    held = court.find_command(row.vehicle_id, CommandKind.TOW_IN)
    trail.write(
        actor,
        act,
        row.subject,
        vehicle=row.vehicle_id,
        case=row.case_id,
        command=held.id if held else "",
        facts={"check": row.presence_id, **facts},
        private={"reason": reason},
        claimed=claimed,
    )
