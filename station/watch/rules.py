"""What needs the court, worst first. Facts of the rooms in, lines of the desk out.

Red (seal) is a legal deadline or the day in a command, and nothing else. The days after which
silence is told, without a source beside them, are our proposal [P].
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from station.court.deadlines import DEADLINES
from station.court.rules import BEGUN, COMMAND_WORDS, COMMANDS
from station.ground.calendar import local_date, working_days_between, working_time
from station.ground.words import N_
from station.release.rules import hand_over_due
from station.sales.rules import LotState, ruling_due
from station.vehicles.rules import Stage

from .facts import CommandFact as CommandFact
from .facts import CourtFacts as CourtFacts
from .facts import Doubt as Doubt
from .facts import EmergencyFact as EmergencyFact
from .facts import Expiry as Expiry
from .facts import ListingFact as ListingFact
from .facts import LotFact as LotFact
from .facts import MileageFact as MileageFact
from .facts import SeizureFact as SeizureFact
from .facts import StorageFact as StorageFact
from .facts import ThingFact as ThingFact
from .facts import ValuablesFact as ValuablesFact

MOST_LINES = 10
ACTS = {"watch.say": N_("留言"), "watch.settle": N_("办结留言")}
SEIZURE_WARNING = timedelta(days=30)  # [P]; the seizure itself: CPI 485
SEIZURE_NOTICE = timedelta(days=90)  # [P]
SEIZURE_LAST = timedelta(days=7)  # [P]
PAPER_NOTICE, PAPER_WARNING, PAPER_LAST = (timedelta(days=days) for days in (90, 30, 7))
"""Inspection and insurance [P]."""
ANSWER_DAYS = DEADLINES["entrust_answer"].amount  # working days [P]
FLAG_SHOWN = timedelta(days=7)  # [P]
MILEAGE_SHOWN = timedelta(days=30)  # [P]


class Tone(StrEnum):
    """How a line is shown, worst first."""

    SEAL = "seal"
    WAIT = "wait"
    GO = "go"


TONE_WORDS = {Tone.SEAL: N_("期限"), Tone.WAIT: N_("留意"), Tone.GO: N_("待办")}


class Concern(StrEnum):
    """Why a vehicle needs the court."""

    SEIZURE_WEEK = "seizure_week"
    SEIZURE_ENDS = "seizure_ends"
    SEIZURE_NEARS = "seizure_nears"
    COMMAND_LATE = "command_late"
    COMMAND_UNSIGNED = "command_unsigned"
    COMMAND_REPORTED = "command_reported"
    REVOKED_ACT = "revoked_act"
    NOT_ENTRUSTED = "not_entrusted"
    DECLINED = "declined"
    UNANSWERED = "unanswered"
    NOT_COMMANDED = "not_commanded"
    LISTING_READY = "listing_ready"
    LISTING_GAPS = "listing_gaps"
    RESULT = "result"
    BALANCE_LATE = "balance_late"
    BALANCE = "balance"
    RULING_LATE = "ruling_late"
    RULING = "ruling"
    RELEASE_LATE = "release_late"
    RELEASE = "release"
    EMERGENCY = "emergency"
    MISSING = "missing"
    CARE = "care"
    MILEAGE = "mileage"
    CHECK_IN = "check_in"
    LABEL = "label"
    SELL_NOW = "sell_now"
    EXPIRED = "expired"
    EXPIRES_WEEK = "expires_week"
    EXPIRES_MONTH = "expires_month"
    EXPIRES = "expires"
    IDENTITY = "identity"
    INCIDENT = "incident"
    PRESENCE = "presence"
    VALUABLES = "valuables"
    RESUME = "resume"
    REMINDER = "reminder"
    ENQUIRY = "enquiry"
    THING_OUT = "thing_out"
    THING_LOST = "thing_lost"


@dataclass(frozen=True)
class Line:
    """How a concern is told. `zh`: why, a msgid; `act`: the one thing to do, a msgid."""

    tone: Tone
    zh: str
    act: str


LINES = {
    Concern.SEIZURE_WEEK: Line(
        Tone.SEAL, N_("查封 7 天内到期：%(day)s。请立即办理续封"), N_("看案件")
    ),
    Concern.SEIZURE_ENDS: Line(
        Tone.SEAL, N_("查封将到期：%(day)s。继续处置的请先续封"), N_("看案件")
    ),
    Concern.COMMAND_LATE: Line(Tone.SEAL, N_("“%(kind)s”指令未办结，期限 %(day)s"), N_("看指令")),
    Concern.RESUME: Line(Tone.SEAL, N_("暂缓或中止的事由已消失，%(day)s 前恢复拍卖"), N_("去恢复")),
    Concern.BALANCE_LATE: Line(Tone.SEAL, N_("余款未到账，期限 %(day)s"), N_("登记余款")),
    Concern.RULING_LATE: Line(Tone.SEAL, N_("裁定未送达，期限 %(day)s"), N_("登记送达")),
    Concern.RELEASE_LATE: Line(Tone.SEAL, N_("未令放行，交付期限 %(day)s"), N_("令放行")),
    Concern.EMERGENCY: Line(Tone.WAIT, N_("服务站无指令紧急处置：%(reason)s"), N_("去追认")),
    Concern.REVOKED_ACT: Line(
        Tone.WAIT, N_("指令撤销后送达的离线操作：%(what)s。请核对是否有效"), N_("看经过")
    ),
    Concern.IDENTITY: Line(Tone.WAIT, N_("车辆身份与案件不一致：%(what)s"), N_("去认定")),
    Concern.INCIDENT: Line(Tone.WAIT, N_("在库异常待处理：%(what)s"), N_("去处理")),
    Concern.PRESENCE: Line(Tone.WAIT, N_("现场核查：%(what)s"), N_("去查看")),
    Concern.VALUABLES: Line(Tone.WAIT, N_("车内有现金或贵重物品，已封存：%(bags)s"), N_("去处置")),
    Concern.THING_LOST: Line(Tone.WAIT, N_("%(what)s %(number)s 遗失，待处理"), N_("去处理")),
    Concern.THING_OUT: Line(
        Tone.WAIT, N_("%(what)s %(number)s 借出未还，%(who)s 领用"), N_("看去向")
    ),
    Concern.COMMAND_UNSIGNED: Line(
        Tone.WAIT, N_("“%(kind)s”指令无人签收，已过 %(hours)d 个工作小时"), N_("看指令")
    ),
    Concern.SEIZURE_NEARS: Line(Tone.WAIT, N_("查封期限临近：%(day)s"), N_("看案件")),
    Concern.DECLINED: Line(Tone.WAIT, N_("机构拒绝委托，请另选机构"), N_("重新委托")),
    Concern.UNANSWERED: Line(Tone.WAIT, N_("机构 %(days)d 个工作日没有答复委托"), N_("看委托")),
    Concern.REMINDER: Line(Tone.WAIT, N_("留言提醒：%(what)s"), N_("去回复")),
    Concern.ENQUIRY: Line(Tone.WAIT, N_("协查须跟进：%(what)s"), N_("看调查")),
    Concern.CARE: Line(Tone.WAIT, N_("养护读数异常：%(what)s"), N_("看车况")),
    Concern.CHECK_IN: Line(Tone.WAIT, N_("拖车打卡存疑：%(what)s"), N_("看打卡")),
    Concern.LABEL: Line(Tone.WAIT, N_("标签异常：%(what)s"), N_("看留痕")),
    Concern.SELL_NOW: Line(
        Tone.WAIT, N_("宜尽快处置：已存放 %(days)d 天，保管费 %(cost)s"), N_("看费用")
    ),
    Concern.MISSING: Line(Tone.WAIT, N_("盘点没有找到车辆，%(day)s 报告"), N_("看车况")),
    Concern.MILEAGE: Line(
        Tone.WAIT,
        N_("里程与在库挪车不符：比上次 %(growth)d 公里，允许 %(allowed)d 公里"),
        N_("看车况"),
    ),
    Concern.EXPIRED: Line(Tone.WAIT, N_("%(what)s已过期：%(day)s"), N_("看车况")),
    Concern.EXPIRES_WEEK: Line(Tone.WAIT, N_("%(what)s 7 天内到期：%(day)s"), N_("看车况")),
    Concern.EXPIRES_MONTH: Line(Tone.WAIT, N_("%(what)s 30 天内到期：%(day)s"), N_("看车况")),
    Concern.EXPIRES: Line(Tone.WAIT, N_("%(what)s到期日：%(day)s"), N_("看车况")),
    Concern.COMMAND_REPORTED: Line(Tone.GO, N_("“%(kind)s”已办完报告，待审核"), N_("去审核")),
    Concern.LISTING_READY: Line(Tone.GO, N_("上架资料齐全，待批准公示"), N_("去批准")),
    Concern.LISTING_GAPS: Line(Tone.GO, N_("上架资料待定夺，%(red)d 项未具备"), N_("去定夺")),
    Concern.RESULT: Line(Tone.GO, N_("竞价期已过，待导入结果"), N_("导入成交结果")),
    Concern.RULING: Line(Tone.GO, N_("余款已到，待送达裁定，期限 %(day)s"), N_("登记送达")),
    Concern.RELEASE: Line(Tone.GO, N_("裁定已送达，待令放行，交付期限 %(day)s"), N_("令放行")),
    Concern.BALANCE: Line(Tone.GO, N_("已成交，待余款，期限 %(day)s"), N_("登记余款")),
    Concern.NOT_COMMANDED: Line(Tone.GO, N_("机构已接受委托，待签发拖车指令"), N_("签发指令")),
    Concern.NOT_ENTRUSTED: Line(Tone.GO, N_("已登记，待委托机构"), N_("委托机构")),
}
"""Every concern, worst first; ties are told in this order."""
_ORDER = {concern: place for place, concern in enumerate(LINES)}


@dataclass(frozen=True)
class Need:
    """One line of the desk. `subject`: id of what the link opens. `day`: the deadline, if one."""

    concern: Concern
    vehicle: str
    subject: str
    since: datetime
    day: date | None = None
    values: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def tone(self) -> Tone:
        """How the line is shown."""
        return LINES[self.concern].tone


def needs(facts: CourtFacts, now: datetime) -> list[Need]:
    """What needs the court at the aware moment `now`, worst first: red by its day, then the rest
    by how long it has waited."""
    found = [
        *(need for fact in facts.commands for need in _of_command(fact, now)),
        *(need for fact in facts.seizures for need in _of_seizure(fact, now)),
        *(need for fact in facts.lots for need in _of_lot(fact, now)),
        *(need for fact in facts.check_ins for need in _of_flag(Concern.CHECK_IN, fact, now)),
        *(need for fact in facts.sightings for need in _of_flag(Concern.LABEL, fact, now)),
        *(need for fact in facts.unknowing for need in _of_flag(Concern.REVOKED_ACT, fact, now)),
        *map(_of_emergency, facts.emergencies),
        *map(_of_thing, facts.things),
        *map(_of_valuables, facts.valuables),
        *(_of_doubt(Concern.IDENTITY, fact) for fact in facts.identities),
        *(_of_doubt(Concern.INCIDENT, fact) for fact in facts.incidents),
        *(_of_doubt(Concern.PRESENCE, fact) for fact in facts.presence),
        *(Need(Concern.RESUME, f.vehicle, f.vehicle, f.since, f.on) for f in facts.halted),
        *(_of_doubt(Concern.REMINDER, fact) for fact in facts.reminders),
        *(_of_doubt(Concern.ENQUIRY, fact) for fact in facts.enquiries),
        *map(_of_listing, facts.listings),
        *map(_of_care, facts.care),
        *map(_of_missing, facts.missing),
        *map(_of_mileage, facts.mileage),
        *map(_of_storage, facts.storage),
        *(need for fact in facts.expiries for need in _of_expiry(fact, now)),
    ]
    return sorted(found, key=_worst_first)


def _worst_first(need: Need) -> tuple[int, date, int, datetime]:
    tone = list(Tone).index(need.tone)
    day = need.day if need.tone is Tone.SEAL and need.day else local_date(need.since)
    return tone, day, _ORDER[need.concern], need.since


def _of_command(fact: CommandFact, now: datetime) -> Iterator[Need]:
    kind = COMMAND_WORDS[fact.kind]
    if fact.reported_at:
        told: dict[str, str | int] = {"kind": kind}
        yield Need(Concern.COMMAND_REPORTED, fact.vehicle, fact.id, fact.reported_at, values=told)
        return
    if fact.due < local_date(now):
        values: dict[str, str | int] = {"kind": kind}
        yield Need(Concern.COMMAND_LATE, fact.vehicle, fact.id, fact.issued_at, fact.due, values)
        return
    if fact.state in BEGUN:
        return
    waited = int(working_time(fact.issued_at, now) / timedelta(hours=1))
    if waited >= COMMANDS[fact.kind].acknowledge.amount:
        values = {"kind": kind, "hours": waited}
        yield Need(Concern.COMMAND_UNSIGNED, fact.vehicle, fact.id, fact.issued_at, values=values)


GONE = (Stage.RELEASED, Stage.WITHDRAWN)
EACH = ("yard.walk", "yard.count")  # a line for every vehicle of a yard at once
FOLDED = ("media.keep", "media.measure", "media.clear", "media.public", "media.issue_code")


def seizure_concern(until: date, now: datetime) -> Concern | None:
    """How near the end of a seizure is: within 7, 30 or 90 days, or not yet."""
    steps = (
        (SEIZURE_LAST, Concern.SEIZURE_WEEK),
        (SEIZURE_WARNING, Concern.SEIZURE_ENDS),
        (SEIZURE_NOTICE, Concern.SEIZURE_NEARS),
    )
    return next((why for days, why in steps if until <= local_date(now + days)), None)


def paper_concern(until: date, now: datetime) -> Concern | None:
    """How near the end of a paper is: past, within 7, 30 or 90 days, or not yet."""
    if until < local_date(now):
        return Concern.EXPIRED
    steps = (
        (PAPER_LAST, Concern.EXPIRES_WEEK),
        (PAPER_WARNING, Concern.EXPIRES_MONTH),
        (PAPER_NOTICE, Concern.EXPIRES),
    )
    return next((why for days, why in steps if until <= local_date(now + days)), None)


def _of_seizure(fact: SeizureFact, now: datetime) -> Iterator[Need]:
    concern = seizure_concern(fact.until, now)
    if concern is not None and fact.stage not in GONE:
        yield Need(concern, fact.vehicle, fact.case, fact.since, fact.until)
    asked = fact.asked_at or fact.since
    if fact.stage is Stage.ENTRUSTED:
        yield Need(Concern.NOT_COMMANDED, fact.vehicle, fact.vehicle, asked)
    if fact.stage is not Stage.REGISTERED:
        return
    if fact.answer == "offered":
        days = working_days_between(local_date(asked), local_date(now))
        if days > ANSWER_DAYS:
            values = {"days": days}
            yield Need(Concern.UNANSWERED, fact.vehicle, fact.entrustment, asked, values=values)
    elif fact.answer == "refused":
        yield Need(Concern.DECLINED, fact.vehicle, fact.id, asked)
    else:
        yield Need(Concern.NOT_ENTRUSTED, fact.vehicle, fact.id, fact.since)


def _of_listing(fact: ListingFact) -> Need:
    concern = Concern.LISTING_GAPS if fact.red else Concern.LISTING_READY
    values = {"red": fact.red} if fact.red else {}
    return Need(concern, fact.vehicle, fact.vehicle, fact.drafted_at, values=values)


def _of_lot(fact: LotFact, now: datetime) -> Iterator[Need]:
    today, ended = local_date(now), fact.ended_at or fact.over_at
    if fact.state in (LotState.ANNOUNCED, LotState.BIDDING) and fact.over_at <= now:
        yield Need(Concern.RESULT, fact.vehicle, fact.id, fact.over_at)
    elif fact.state is LotState.SOLD and fact.pay_due:
        late = fact.pay_due < today
        concern = Concern.BALANCE_LATE if late else Concern.BALANCE
        yield Need(concern, fact.vehicle, fact.id, ended, fact.pay_due)
    elif fact.state in (LotState.PAID, LotState.RULED) and fact.balance_on:
        day = ruling_due(fact.balance_on)
        concern = Concern.RULING_LATE if day < today else Concern.RULING
        yield Need(concern, fact.vehicle, fact.id, ended, day)
    elif fact.state is LotState.SERVED and fact.served_at and not fact.release_ordered:
        day = hand_over_due(local_date(fact.served_at))
        concern = Concern.RELEASE_LATE if day < today else Concern.RELEASE
        yield Need(concern, fact.vehicle, fact.vehicle, fact.served_at, day)


def _of_emergency(fact: EmergencyFact) -> Need:
    values = {"reason": fact.reason}
    return Need(Concern.EMERGENCY, fact.vehicle, fact.id, fact.at, values=values)


def _of_thing(fact: ThingFact) -> Need:
    concern = Concern.THING_LOST if fact.lost else Concern.THING_OUT
    values = {"what": fact.what, "number": fact.number} | ({} if fact.lost else {"who": fact.who})
    return Need(concern, fact.vehicle, fact.id, fact.since, values=values)


def _of_valuables(fact: ValuablesFact) -> Need:
    values = {"bags": fact.bags}
    return Need(Concern.VALUABLES, fact.vehicle, fact.vehicle, fact.at, values=values)


def _of_doubt(concern: Concern, fact: Doubt) -> Need:
    return Need(concern, fact.vehicle, fact.subject, fact.at, values={"what": fact.what})


def _of_care(fact: Doubt) -> Need:
    return Need(Concern.CARE, fact.vehicle, fact.subject, fact.at, values={"what": fact.what})


def _of_missing(fact: Doubt) -> Need:
    return Need(Concern.MISSING, fact.vehicle, fact.subject, fact.at, local_date(fact.at))


def _of_mileage(fact: MileageFact) -> Need:
    values: dict[str, str | int] = {"growth": fact.growth, "allowed": fact.allowed}
    return Need(Concern.MILEAGE, fact.vehicle, fact.vehicle, fact.at, values=values)


def _of_storage(fact: StorageFact) -> Need:
    values: dict[str, str | int] = {"days": fact.days, "cost": fact.cost}
    return Need(Concern.SELL_NOW, fact.vehicle, fact.vehicle, fact.since, values=values)


def _of_expiry(fact: Expiry, now: datetime) -> Iterator[Need]:
    concern = paper_concern(fact.on, now)
    if concern is not None:
        values: dict[str, str | int] = {"what": fact.what}
        yield Need(concern, fact.vehicle, fact.vehicle, fact.since, fact.on, values)


def _of_flag(concern: Concern, fact: Doubt, now: datetime) -> Iterator[Need]:
    if now - fact.at <= FLAG_SHOWN:
        values = {"what": fact.what}
        yield Need(concern, fact.vehicle, fact.subject, fact.at, values=values)
