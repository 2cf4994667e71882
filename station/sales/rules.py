"""The lot: its steps, the terms it may be sold on, its result, and the agency's fee.

Terms are checked here; results are read in `results`, fees counted in `fees`. The
numbers are data: `sale_rules.yaml`, the days `deadlines.yaml` of the court. Online sales follow L18 where older rules differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from station.court.deadlines import DEADLINES, last_day
from station.ground.money import format_yuan
from station.ground.refused import Refused
from station.ground.steps import Steps
from station.ground.words import N_
from station.sales.fees import ENDING_WORDS as ENDING_WORDS
from station.sales.fees import TABLE
from station.sales.fees import Ending as Ending
from station.sales.fees import case_fees as case_fees
from station.sales.fees import execution_fee as execution_fee
from station.sales.fees import lot_fee as lot_fee


class LotState(StrEnum):
    """Where a lot stands, from entrustment to the closed case."""

    ENTRUSTED = "entrusted"
    SURVEYED = "surveyed"
    PRICED = "priced"
    DRAFTED = "drafted"
    ANNOUNCED = "announced"
    BIDDING = "bidding"
    SOLD = "sold"
    UNSOLD = "unsold"
    SELL_OFF = "sell_off"
    OFFSET = "offset"
    RETURNED = "returned"
    PAID = "paid"
    DEFAULTED = "defaulted"
    RULED = "ruled"
    SERVED = "served"
    DELIVERED = "delivered"
    CLOSED = "closed"
    STAYED = "stayed"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


_STOPS = {LotState.STAYED, LotState.SUSPENDED, LotState.WITHDRAWN}
_ENDED = {LotState.SOLD, LotState.UNSOLD}

LOT_STATES = Steps(
    "lot_step",
    {
        LotState.ENTRUSTED: N_("已委托"),
        LotState.SURVEYED: N_("已勘查"),
        LotState.PRICED: N_("已定价"),
        LotState.DRAFTED: N_("拟公告"),
        LotState.ANNOUNCED: N_("已公告"),
        LotState.BIDDING: N_("竞价中"),
        LotState.SOLD: N_("成交待付款"),
        LotState.UNSOLD: N_("流拍"),
        LotState.SELL_OFF: N_("变卖中"),
        LotState.OFFSET: N_("以物抵债"),
        LotState.RETURNED: N_("已退还"),
        LotState.PAID: N_("已付清"),
        LotState.DEFAULTED: N_("悔拍"),
        LotState.RULED: N_("已裁定"),
        LotState.SERVED: N_("裁定已送达"),
        LotState.DELIVERED: N_("已交付"),
        LotState.CLOSED: N_("已结案"),
        LotState.STAYED: N_("暂缓"),
        LotState.SUSPENDED: N_("中止"),
        LotState.WITHDRAWN: N_("已撤回"),
        LotState.REVOKED: N_("已撤销"),
    },
    {
        LotState.ENTRUSTED: {LotState.SURVEYED, LotState.WITHDRAWN},
        LotState.SURVEYED: {LotState.PRICED, LotState.WITHDRAWN},
        LotState.PRICED: {LotState.DRAFTED, LotState.WITHDRAWN},
        LotState.DRAFTED: {LotState.ANNOUNCED, *_STOPS},
        LotState.ANNOUNCED: {LotState.BIDDING, *_ENDED, *_STOPS},
        LotState.BIDDING: {*_ENDED, *_STOPS},
        LotState.UNSOLD: {
            LotState.DRAFTED,
            LotState.SELL_OFF,
            LotState.OFFSET,
            LotState.RETURNED,
            LotState.WITHDRAWN,
        },
        LotState.SELL_OFF: {
            LotState.SOLD,
            LotState.OFFSET,
            LotState.RETURNED,
            *_STOPS,
        },
        LotState.SOLD: {LotState.PAID, LotState.DEFAULTED, LotState.REVOKED},
        LotState.DEFAULTED: {LotState.DRAFTED, LotState.WITHDRAWN},
        LotState.PAID: {LotState.RULED, LotState.REVOKED},
        LotState.RULED: {LotState.SERVED, LotState.REVOKED},
        LotState.SERVED: {LotState.DELIVERED, LotState.REVOKED},
        LotState.DELIVERED: {LotState.CLOSED, LotState.REVOKED},
        LotState.OFFSET: {LotState.RULED},
        LotState.STAYED: {
            LotState.DRAFTED,
            LotState.ANNOUNCED,
            LotState.SUSPENDED,
            LotState.WITHDRAWN,
        },
        LotState.SUSPENDED: {LotState.DRAFTED, LotState.ANNOUNCED, LotState.WITHDRAWN},
        LotState.REVOKED: {LotState.DRAFTED, LotState.WITHDRAWN},
    },
)
"""The platform's result may arrive before anybody recorded the start, so an announced lot may
end directly. Ownership passes with SERVED (L18 art 22)."""


class Round(StrEnum):
    """Which attempt to sell this is."""

    FIRST = "first"
    SECOND = "second"
    SELL_OFF = "sell_off"


NOTICE = {
    Round.FIRST: "announce_first",
    Round.SECOND: "announce_second",
    Round.SELL_OFF: "sell_off_notice",
}
"""The deadline by which each round is announced."""

ROUND_WORDS = {
    Round.FIRST: N_("一拍"),
    Round.SECOND: N_("二拍"),
    Round.SELL_OFF: N_("变卖"),
}


@dataclass(frozen=True)
class SaleTerms:
    """Terms of one round, as the announcement will state them. Amounts in fen, days of Shanghai.

    `reference`: reference price. `previous_start`: start price of the round before (second and
    sell-off). `unsold_on`: day the round before failed. `notified_on`: day the last party was
    told; None when all waived in writing.
    """

    round: Round
    reference: int
    start: int
    deposit: int
    published_on: date
    starts_on: date
    notified_on: date | None = None
    previous_start: int | None = None
    unsold_on: date | None = None


def breaches(terms: SaleTerms) -> list[Refused]:
    """Every rule the terms break, as refusals ready to show; empty when they may be announced.

    L18 art 10 (start ≥ 70 % of the reference), 12 and 26 (days between publication and start),
    16 (parties told 3 days before publication), 17 (deposit 5 to 20 % of the start), 26 (second
    start ≥ 80 % of the first, within 30 days).
    """
    return [*_start_breaches(terms), *_deposit_breaches(terms), *_day_breaches(terms)]


def check_terms(terms: SaleTerms) -> None:
    """Raise the first of `breaches`, if any."""
    for breach in breaches(terms):
        raise breach


def _start_breaches(terms: SaleTerms) -> Iterator[Refused]:
    row = TABLE["terms"][terms.round]
    if terms.round is Round.FIRST:
        base, percent = terms.reference, row["min_start_percent"]
    else:
        base, percent = terms.previous_start or 0, row["min_previous_percent"]
        if not base:
            yield Refused("terms_previous", "请填写上一轮的起拍价。", field="previous_start")
    least = -(-base * percent // 100)
    if terms.start < least or terms.start <= 0:
        message = (
            N_(
                "起拍价不得低于参考价的 %(percent)d％，即 %(least)s（网拍规定第十条），请调高起拍价。"
            )
            if terms.round is Round.FIRST
            else N_(
                "起拍价不得低于上一轮起拍价的 %(percent)d％，即 %(least)s"
                "（网拍规定第二十六条），请调高起拍价。"
            )
        )
        yield Refused(
            "terms_start", message, field="start", percent=percent, least=format_yuan(least)
        )


def _deposit_breaches(terms: SaleTerms) -> Iterator[Refused]:
    low, high = (terms.start * percent for percent in TABLE["deposit_percent"])
    if not low <= terms.deposit * 100 <= high:
        yield Refused(
            "terms_deposit",
            "保证金应为起拍价的 5％ 至 20％，即 %(low)s 至 %(high)s（网拍规定第十七条），请改正。",
            field="deposit",
            low=format_yuan(-(-low // 100)),
            high=format_yuan(high // 100),
        )


def _day_breaches(terms: SaleTerms) -> Iterator[Refused]:
    notice = DEADLINES[NOTICE[terms.round]].amount
    if (terms.starts_on - terms.published_on).days < notice:
        yield Refused(
            "terms_notice",
            "公告日距开拍日不足 %(days)d 日（网拍规定第十二条、第二十六条），请推迟开拍日。",
            field="starts_on",
            days=notice,
        )
    latest = last_day("party_notice", terms.published_on)
    if terms.notified_on is not None and terms.notified_on > latest:
        yield Refused(
            "terms_parties",
            "当事人和优先购买权人应在公告发布 3 日前通知，最迟 %(latest)s（网拍规定第十六条），请推迟公告日。",
            field="published_on",
            latest=latest.isoformat(),
        )
    within = DEADLINES["second_auction"].amount
    second = terms.round is Round.SECOND
    if second and terms.unsold_on and (terms.starts_on - terms.unsold_on).days > within:
        yield Refused(
            "terms_second_late",
            "二拍应在流拍后 %(days)d 日内进行（网拍规定第二十六条），请提前开拍日。",
            field="starts_on",
            days=within,
        )


ACTS = {
    "sales.import_results": N_("导入拍卖结果"),
    "sales.balance": N_("确认余款到账"),
    "sales.serve": N_("送达成交裁定书"),
    "sales.stay": N_("暂缓拍卖"),
    "sales.suspend": N_("中止拍卖"),
    "sales.withdraw": N_("撤回拍卖"),
    "sales.cause_ended": N_("登记暂缓或中止事由消失"),
    "sales.resume": N_("恢复拍卖"),
}


def balance_of(price: int, deposit: int) -> int:
    """What the buyer still owes: the deposit counts towards the price (L18 art 23). In fen."""
    return price - deposit


def check_balance(received: int, price: int, deposit: int) -> None:
    """Raise `Refused` unless exactly the balance came in; a part is not the whole."""
    due = balance_of(price, deposit)
    if received != due:
        raise Refused(
            "balance_amount",
            "到账金额 %(received)s 与应付余款 %(due)s 不符（成交价减保证金），相差 %(gap)s。请核对凭证。",
            field="amount",
            received=format_yuan(received),
            due=format_yuan(due),
            gap=format_yuan(received - due),
        )


def check_past(day: date, today: date, earliest: date, field: str) -> None:
    """Raise `Refused` for a day in the future or before what it follows."""
    if day > today:
        raise Refused("day_future", "日期晚于今天，请核对。", field=field)
    if day < earliest:
        raise Refused(
            "day_early",
            "日期早于前一环节（%(earliest)s），请核对。",
            field=field,
            earliest=earliest.isoformat(),
        )


def ruling_due(paid_on: date) -> date:
    """Last day to make and serve the ruling after full payment (拍变卖规定 art 20)."""
    return last_day("ruling", paid_on)


def round_after(before: Round | None) -> Round:
    """The round that follows: first, second, then sell-off (L18 art 26)."""
    return {None: Round.FIRST, Round.FIRST: Round.SECOND}.get(before, Round.SELL_OFF)
