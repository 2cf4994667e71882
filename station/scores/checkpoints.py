"""The ten checkpoints scored so far, each a pure function over the lot's events.

The acts and facts they read (`Event.facts`; other acts are passed over):

===================== ======================================================================
court.entrust         letter, ruling: id of the file, empty when there is none
court.add_paper       paper: ``letter`` or ``ruling``, brought later
court.accept          the agency takes the lot on
court.issue           kind: of the command; due: ISO day
court.acknowledge     kind
court.revoke          kind
intake.tow_dispatched the tow is on its way (read by no rule; kept for the lot's story)
intake.check_in       at the pick-up place; located: whether the device gave a position; far:
                      whether over 200 m away; photos: pick-up views taken (of six); without:
                      codes of the views excused in writing, with spaces between
intake.arrive         gate-in, itself the second check-in; located, far
intake.seal           number: of the seal; photo: id of its picture
intake.keys           count: how many (0 is an answer)
intake.papers         listed: how many papers (0 is an answer)
intake.belongings     persons: how many different persons counted; video: id of the video
intake.excuse         code: ``seal_number``, ``seal_photo``, ``keys``, ``papers`` or
                      ``belongings``; reason: in writing
intake.finish         closes the intake
yard.place            bay
media.keep            kept for the lot's story (read by no rule)
showroom.announce     photos: public photos; views_360: public panoramas and spins
===================== ======================================================================

A rule that cannot be judged yet (its moment has not come) is NOT_DUE. An item excused in
writing counts as recorded; the judge sees the reason beside it. The table's pauses (court holds
the file, force majeure) are not counted yet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from station.court.deadlines import DEADLINES, last_day
from station.ground.calendar import local_date, working_time
from station.ground.words import N_
from station.scores.ruleset import RULES, Event, Fact, Scored, Standing

PICKUP_PHOTOS = 6
PUBLIC_PHOTOS = 8
NOT_ANNOUNCED = N_("尚未公示")
ACKNOWLEDGE = timedelta(hours=DEADLINES["acknowledge"].amount)
BAY_WITHIN = timedelta(hours=DEADLINES["bay"].amount)


def _first(events: Sequence[Event], act: str, **facts: Fact) -> Event | None:
    return next((e for e in events if e.act == act and facts.items() <= e.facts.items()), None)


def _say(
    rule_id: str, breaches: int, events: Sequence[Event | None], zh: str, **values: Fact
) -> Scored:
    """A rule that has spoken: `breaches` times its points, within its cap."""
    rule = RULES[rule_id]
    lines = tuple(dict.fromkeys(event.line for event in events if event is not None))
    points = max(rule.points * breaches, -rule.cap)
    return Scored(rule_id, Standing.SCORED, points, rule.cap, lines, zh, values)


def _wait(rule_id: str, zh: str) -> Scored:
    return Scored(rule_id, Standing.NOT_DUE, 0, RULES[rule_id].cap, (), zh)


def papers(events: Sequence[Event], as_of: datetime) -> Scored:
    """PRE-N01 (办法 art 14): letter and ruling there one working day after acceptance."""
    accepted = _first(events, "court.accept")
    if accepted is None:
        return _wait("PRE-N01", N_("尚未接受委托"))
    last = last_day("entrust_papers", local_date(accepted.at))
    found = [accepted]
    missing = 0
    for paper in ("letter", "ruling"):
        brought = _paper(events, paper, last)
        if brought is None:
            missing += 1
        else:
            found.append(brought)
    if missing and local_date(as_of) <= last:
        return _wait("PRE-N01", N_("委托材料补交期未满"))
    zh = N_("接受委托后一个工作日内缺 %(missing)d 份文书") if missing else N_("委托书和裁定书齐全")
    return _say("PRE-N01", missing, found, zh, missing=missing)


def _paper(events: Sequence[Event], paper: str, last: date) -> Event | None:
    for event in events:
        here = event.act == "court.entrust" and event.text(paper)
        later = event.act == "court.add_paper" and event.text("paper") == paper
        if (here or later) and local_date(event.at) <= last:
            return event
    return None


def acknowledgement(events: Sequence[Event], as_of: datetime) -> Scored:
    """PRE-T01 [P]: every command signed for within 4 working hours; each further 4 begun cost."""
    issued = [i for i, event in enumerate(events) if event.act == "court.issue"]
    late, seen, open_ = 0, list[Event](), 0
    for place in issued:
        answer = _answer(events, place)
        waited = working_time(events[place].at, answer.at if answer else as_of)
        late += max(0, -(-waited // ACKNOWLEDGE) - 1)
        seen += [events[place], *([answer] if answer else [])]
        open_ += answer is None and waited <= ACKNOWLEDGE
    if open_ == len(issued):
        return _wait("PRE-T01", N_("没有到期的待签收指令"))
    zh = N_("签收超时 %(late)d 个四小时段") if late else N_("指令均按时签收")
    return _say("PRE-T01", late, seen, zh, late=late)


def _answer(events: Sequence[Event], place: int) -> Event | None:
    """Acknowledgement or revocation of the command issued at `place`."""
    kind = events[place].text("kind")
    for event in events[place + 1 :]:
        if event.text("kind") == kind:
            if event.act in ("court.acknowledge", "court.revoke"):
                return event
            if event.act == "court.issue":
                return None
    return None


def tow_on_time(events: Sequence[Event], as_of: datetime) -> Scored:
    """PRE-T02 [P]: the tow at the pick-up place by the day in the command."""
    orders = [e for e in events if e.act == "court.issue" and e.text("kind") == "tow_in"]
    if not orders:
        return _wait("PRE-T02", N_("尚无拖车指令"))
    order = orders[-1]
    due = date.fromisoformat(order.text("due"))
    there = _first(events, "intake.check_in") or _first(events, "intake.arrive")
    days = (local_date(there.at if there else as_of) - due).days
    if there is None and days <= 0:
        return _wait("PRE-T02", N_("拖车期限未到"))
    late = max(0, days)
    zh = N_("拖车到位比指令期限晚 %(days)d 日") if late else N_("拖车按期到位")
    return _say("PRE-T02", late, [order, there], zh, days=late)


def check_ins(events: Sequence[Event], as_of: datetime) -> Scored:
    """PRE-N02 [P]: both check-ins with a near position, the first with its six photos."""
    arrived = _first(events, "intake.arrive")
    if arrived is None or arrived.at > as_of:
        return _wait("PRE-N02", N_("车辆尚未到站"))
    pickup = [event for event in events if event.act == "intake.check_in"]
    photos = max((e.number("photos") + len(e.text("without").split()) for e in pickup), default=0)
    missing = int(not any(map(_is_near, pickup)) or photos < PICKUP_PHOTOS)
    missing += int(not _is_near(arrived))
    zh = (
        N_("缺 %(missing)d 次有效打卡（定位或起运照片不全）")
        if missing
        else N_("起运与到站打卡完整")
    )
    return _say("PRE-N02", missing, [*pickup, arrived], zh, missing=missing)


def _is_near(event: Event) -> bool:
    return bool(event.facts.get("located")) and not event.facts.get("far")


def seal(events: Sequence[Event], as_of: datetime) -> Scored:
    """PRE-N04 (LCK art 6): seal number and photo by the end of the intake."""
    sealed = [event for event in events if event.act == "intake.seal"]
    asked = {
        "seal_number": [event for event in sealed if event.text("number")],
        "seal_photo": [event for event in sealed if event.text("photo")],
    }
    good, bad = N_("封条编号和照片齐全"), N_("缺封条编号或照片")
    return _at_bay(events, as_of, "PRE-N04", asked, good, bad)


def keys_and_papers(events: Sequence[Event], as_of: datetime) -> Scored:
    """PRE-N05 [P]: number of keys and list of papers recorded by the end of the intake."""
    counted = [e for e in events if e.act == "intake.keys" and "count" in e.facts]
    listed = [e for e in events if e.act == "intake.papers" and "listed" in e.facts]
    return _at_bay(
        events,
        as_of,
        "PRE-N05",
        {"keys": counted, "papers": listed},
        N_("钥匙和证照已登记"),
        N_("钥匙或证照清单缺 %(missing)d 项"),
    )


def belongings(events: Sequence[Event], as_of: datetime) -> Scored:
    """PRE-N06 [P]: belongings counted by two persons, on video, by the end of the intake."""
    counted = [
        e
        for e in events
        if e.act == "intake.belongings" and e.number("persons") >= 2 and e.text("video")
    ]
    return _at_bay(
        events,
        as_of,
        "PRE-N06",
        {"belongings": counted},
        N_("车内物品由两人清点并录像"),
        N_("车内物品没有两人清点或没有录像"),
    )


def _at_bay(
    events: Sequence[Event],
    as_of: datetime,
    rule_id: str,
    asked: dict[str, list[Event]],
    good: str,
    bad: str,
) -> Scored:
    """Judge what the record must hold when the intake closes."""
    closed = _first(events, "intake.finish")
    if closed is None or closed.at > as_of:
        return _wait(rule_id, N_("入库尚未办结"))
    seen, missing = list[Event](), 0
    for code, records in asked.items():
        excuses = [e for e in events if e.act == "intake.excuse" and e.text("code") == code]
        there = [e for e in (*records, *excuses) if e.at <= closed.at]
        missing += not there
        seen += there
    return _say(rule_id, missing, [*seen, closed], bad if missing else good, missing=missing)


def bay_in_a_day(events: Sequence[Event], as_of: datetime) -> Scored:
    """PRE-T03 [P]: a bay within 24 hours after gate-in; each further day begun costs."""
    arrived, placed = _first(events, "intake.arrive"), _first(events, "yard.place")
    if arrived is None:
        return _wait("PRE-T03", N_("车辆尚未到站"))
    over = (placed.at if placed else as_of) - arrived.at - BAY_WITHIN
    if placed is None and over <= timedelta():
        return _wait("PRE-T03", N_("定位期限未到"))
    late = max(0, -(-over // timedelta(days=1)))
    zh = N_("入库定位超过二十四小时，晚 %(days)d 日") if late else N_("二十四小时内已定位")
    return _say("PRE-T03", late, [arrived, placed], zh, days=late)


def _announced(events: Sequence[Event], as_of: datetime, told: str) -> Event | None:
    """The first announcement, if it is past and tells the fact `told`."""
    event = _first(events, "showroom.announce")
    return event if event and event.at <= as_of and told in event.facts else None


def public_photos(events: Sequence[Event], as_of: datetime) -> Scored:
    """PRE-N10 (办法 art 3(1)): at least eight public photos when the lot is announced."""
    published = _announced(events, as_of, "photos")
    if published is None:
        return _wait("PRE-N10", NOT_ANNOUNCED)
    photos = published.number("photos")
    few = photos < PUBLIC_PHOTOS
    zh = N_("公示照片只有 %(photos)d 张，不足八张") if few else N_("公示照片 %(photos)d 张")
    return _say("PRE-N10", int(few), [published], zh, photos=photos)


def panorama(events: Sequence[Event], as_of: datetime) -> Scored:
    """PRE-N12 (办法 art 3(1)): a 360° view when the lot is announced."""
    published = _announced(events, as_of, "views_360")
    if published is None:
        return _wait("PRE-N12", NOT_ANNOUNCED)
    none = published.number("views_360") < 1
    zh = N_("公示时没有全景或环视") if none else N_("公示时已有全景或环视")
    return _say("PRE-N12", int(none), [published], zh)


CHECKPOINTS: dict[str, Callable[[Sequence[Event], datetime], Scored]] = {
    "PRE-N01": papers,
    "PRE-T01": acknowledgement,
    "PRE-T02": tow_on_time,
    "PRE-N02": check_ins,
    "PRE-N04": seal,
    "PRE-N05": keys_and_papers,
    "PRE-N06": belongings,
    "PRE-T03": bay_in_a_day,
    "PRE-N10": public_photos,
    "PRE-N12": panorama,
}
