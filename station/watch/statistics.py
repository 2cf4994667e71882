"""Figures of supervision: what each counts, of which vehicles, and its definition. Pure.

The first five are those that the Gongshu station publishes (拱墅站); the others and every
definition are our own proposal [P]. Days are of Shanghai; money is fen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import pairwise
from statistics import median

from station.ground.words import N_


@dataclass(frozen=True)
class Round:
    """One lot of a vehicle. `price`: none while it is open or when it went unsold; `with_360`: whether
    panoramas or spins were public when it was announced."""

    ended_on: date | None
    start: int
    price: int | None
    with_360: bool
    pay_due: date | None = None
    balance_on: date | None = None
    serve_due: date | None = None
    served_on: date | None = None
    hand_due: date | None = None


@dataclass(frozen=True)
class Order:
    """One command: the day it names, and when it was done; none while it is not."""

    due: date
    done_on: date | None


@dataclass(frozen=True)
class Car:
    """What figures are made from, of one vehicle. `reached`: milestone → first day."""

    id: str
    case: str
    court: str
    station: str
    agency: str
    taken_on: date
    left_on: date | None = None
    reached: Mapping[str, date] = field(default_factory=dict)
    rounds: tuple[Round, ...] = ()
    orders: tuple[Order, ...] = ()
    cost: int | None = None
    value: int | None = None

    @property
    def sale(self) -> Round | None:
        """The round that sold it."""
        return next((one for one in reversed(self.rounds) if one.price is not None), None)


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both counted."""

    first: date
    last: date

    def has(self, day: date | None) -> bool:
        """Whether the day lies in it; none never does."""
        return day is not None and self.first <= day <= self.last


class Unit(StrEnum):
    """How a figure is read. PERCENT and DAYS may have one decimal."""

    COUNT = "count"
    MONEY = "money"
    DAYS = "days"
    PERCENT = "percent"


@dataclass(frozen=True)
class Figure:
    """A figure with the vehicles that it is made of. `value`: none when there is nothing to count."""

    value: float | None
    cars: tuple[str, ...] = ()


class Measure(StrEnum):
    """What is counted, in the order of the page."""

    SOLD = "sold"
    AMOUNT = "amount"
    DAYS_TO_SALE = "days_to_sale"
    VIEWS = "views"
    SUBSCRIPTIONS = "subscriptions"
    TAKEN = "taken"
    CLOSED = "closed"
    PENDING = "pending"
    SALE_RATE = "sale_rate"
    RATE_360 = "rate_360"
    RATE_PLAIN = "rate_plain"
    PREMIUM = "premium"
    COST_SHARE = "cost_share"
    ORDERS_ON_TIME = "orders_on_time"
    PAID_ON_TIME = "paid_on_time"
    SERVED_ON_TIME = "served_on_time"
    HANDED_ON_TIME = "handed_on_time"


PUBLIC = (
    Measure.SOLD,
    Measure.VIEWS,
    Measure.SUBSCRIPTIONS,
    Measure.AMOUNT,
    Measure.DAYS_TO_SALE,
)
"""The five figures of the Gongshu station."""
BALANCE = (Measure.TAKEN, Measure.CLOSED, Measure.PENDING)
"""收结存."""
NOT_COUNTED = (Measure.VIEWS, Measure.SUBSCRIPTIONS)
"""Counts of the outside platform that nothing brings here yet."""


def _ended(cars: Iterable[Car], period: Period) -> list[tuple[Car, Round]]:
    return [(car, one) for car in cars for one in car.rounds if period.has(one.ended_on)]


def _sold(cars: Iterable[Car], period: Period) -> list[tuple[Car, Round]]:
    return [(car, one) for car, one in _ended(cars, period) if one.price is not None]


def _ids(pairs: Iterable[tuple[Car, object]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(car.id for car, _ in pairs))


def _rate(good: int, all_of_them: int) -> float | None:
    return round(100 * good / all_of_them, 1) if all_of_them else None


def _sale_rate(cars: Sequence[Car], period: Period, with_360: bool | None = None) -> Figure:
    tried = [p for p in _ended(cars, period) if with_360 is None or p[1].with_360 is with_360]
    return Figure(_rate(sum(one.price is not None for _, one in tried), len(tried)), _ids(tried))


def _days_to_sale(cars: Sequence[Car], period: Period) -> Figure:
    sold = _sold(cars, period)
    days = [(one.ended_on - car.taken_on).days for car, one in sold if one.ended_on]
    return Figure(round(sum(days) / len(days), 1) if days else None, _ids(sold))


def _premium(cars: Sequence[Car], period: Period) -> Figure:
    sold = _sold(cars, period)
    above = [100 * ((one.price or 0) - one.start) / one.start for _, one in sold]
    return Figure(round(sum(above) / len(above), 1) if above else None, _ids(sold))


def _closed_on(cars: Sequence[Car]) -> dict[str, date | None]:
    """Of each case the day its last vehicle left; none while one is here."""
    by_case: dict[str, list[date | None]] = {}
    for car in cars:
        by_case.setdefault(car.case, []).append(car.left_on)
    return {
        case: None if None in days else max(day for day in days if day)
        for case, days in by_case.items()
    }


def _opened_on(cars: Sequence[Car]) -> dict[str, date]:
    found: dict[str, date] = {}
    for car in cars:
        found[car.case] = min(car.taken_on, found.get(car.case, car.taken_on))
    return found


def _of_cases(cars: Sequence[Car], cases: Iterable[str]) -> Figure:
    named = set(cases)
    return Figure(len(named), tuple(car.id for car in cars if car.case in named))


def _taken(cars: Sequence[Car], period: Period) -> Figure:
    return _of_cases(cars, (case for case, day in _opened_on(cars).items() if period.has(day)))


def _closed(cars: Sequence[Car], period: Period) -> Figure:
    return _of_cases(cars, (case for case, day in _closed_on(cars).items() if period.has(day)))


def _pending(cars: Sequence[Car], period: Period) -> Figure:
    closed = _closed_on(cars)
    return _of_cases(
        cars,
        (
            case
            for case, day in _opened_on(cars).items()
            if day <= period.last and ((over := closed[case]) is None or over > period.last)
        ),
    )


def _cost_share(cars: Sequence[Car], period: Period) -> Figure:
    """Of vehicles that were here on the last day."""
    here = [
        car
        for car in cars
        if car.cost is not None
        and car.value
        and car.taken_on <= period.last
        and (car.left_on is None or car.left_on > period.last)
    ]
    share = _rate(sum(car.cost or 0 for car in here), sum(car.value or 0 for car in here))
    return Figure(share, tuple(car.id for car in here))


def _on_time(pairs: Iterable[tuple[Car, date, date | None]], period: Period) -> Figure:
    """Of what fell due in the period, the share that was done by its day."""
    due = [(car, day, done) for car, day, done in pairs if period.has(day)]
    good = sum(done is not None and done <= day for _, day, done in due)
    return Figure(_rate(good, len(due)), _ids((car, None) for car, _, _ in due))


def _orders(cars: Sequence[Car], period: Period) -> Figure:
    return _on_time(((car, one.due, one.done_on) for car in cars for one in car.orders), period)


def _steps(
    due: Callable[[Round], date | None], done: Callable[[Car, Round], date | None]
) -> Callable[[Sequence[Car], Period], Figure]:
    def count(cars: Sequence[Car], period: Period) -> Figure:
        found = ((car, one, due(one)) for car in cars for one in car.rounds)
        return _on_time(((car, day, done(car, one)) for car, one, day in found if day), period)

    return count


COUNTS: Mapping[Measure, Callable[[Sequence[Car], Period], Figure]] = {
    Measure.SOLD: lambda cars, period: Figure(len(_sold(cars, period)), _ids(_sold(cars, period))),
    Measure.AMOUNT: lambda cars, period: Figure(
        sum(one.price or 0 for _, one in _sold(cars, period)), _ids(_sold(cars, period))
    ),
    Measure.DAYS_TO_SALE: _days_to_sale,
    Measure.VIEWS: lambda _cars, _period: Figure(None),
    Measure.SUBSCRIPTIONS: lambda _cars, _period: Figure(None),
    Measure.TAKEN: _taken,
    Measure.CLOSED: _closed,
    Measure.PENDING: _pending,
    Measure.SALE_RATE: _sale_rate,
    Measure.RATE_360: lambda cars, period: _sale_rate(cars, period, with_360=True),
    Measure.RATE_PLAIN: lambda cars, period: _sale_rate(cars, period, with_360=False),
    Measure.PREMIUM: _premium,
    Measure.COST_SHARE: _cost_share,
    Measure.ORDERS_ON_TIME: _orders,
    Measure.PAID_ON_TIME: _steps(lambda one: one.pay_due, lambda _, one: one.balance_on),
    Measure.SERVED_ON_TIME: _steps(lambda one: one.serve_due, lambda _, one: one.served_on),
    Measure.HANDED_ON_TIME: _steps(lambda one: one.hand_due, lambda car, _: car.left_on),
}


def count(measure: Measure, cars: Sequence[Car], period: Period) -> Figure:
    """One figure of these vehicles in a period."""
    return COUNTS[measure](cars, period)


@dataclass(frozen=True)
class Told:
    """How a measure is named and defined (msgids), and read."""

    zh: str
    unit: Unit
    definition: str


MEASURES = {
    Measure.SOLD: Told(N_("成交辆数"), Unit.COUNT, N_("期内结束并成交的拍品数")),
    Measure.AMOUNT: Told(N_("成交金额"), Unit.MONEY, N_("期内成交的拍品成交价之和")),
    Measure.DAYS_TO_SALE: Told(
        N_("平均成交用时"), Unit.DAYS, N_("从登记查封车辆到成交的日历天数，取平均")
    ),
    Measure.VIEWS: Told(N_("围观次数"), Unit.COUNT, N_("拍卖平台的计数，尚未接入本系统")),
    Measure.SUBSCRIPTIONS: Told(
        N_("订阅人数"), Unit.COUNT, N_("拍卖平台的提醒订阅数，尚未接入本系统")
    ),
    Measure.TAKEN: Told(N_("收案"), Unit.COUNT, N_("首辆查封车辆在期内登记的案件数")),
    Measure.CLOSED: Told(
        N_("结案"), Unit.COUNT, N_("全部车辆已出库或撤回，且最后一辆在期内的案件数")
    ),
    Measure.PENDING: Told(N_("存案"), Unit.COUNT, N_("期末仍有车辆未出库的案件数")),
    Measure.SALE_RATE: Told(
        N_("成交率"), Unit.PERCENT, N_("期内结束的拍品中成交的比例，各轮分别计")
    ),
    Measure.RATE_360: Told(
        N_("有 360° 的成交率"), Unit.PERCENT, N_("公告时已有公开全景或环视的拍品的成交率")
    ),
    Measure.RATE_PLAIN: Told(
        N_("无 360° 的成交率"), Unit.PERCENT, N_("公告时没有公开全景或环视的拍品的成交率")
    ),
    Measure.PREMIUM: Told(
        N_("平均溢价率"), Unit.PERCENT, N_("成交价超出起拍价的部分占起拍价的比例，取平均")
    ),
    Measure.COST_SHARE: Told(
        N_("保管费占估值"), Unit.PERCENT, N_("期末在库且已登记估值的车辆，累计保管费之和占估值之和")
    ),
    Measure.ORDERS_ON_TIME: Told(
        N_("指令按期率"), Unit.PERCENT, N_("期限在期内的指令中按期办结的比例，撤销的不计")
    ),
    Measure.PAID_ON_TIME: Told(
        N_("余款按期率"), Unit.PERCENT, N_("付款期限在期内的拍品中余款按期到账的比例")
    ),
    Measure.SERVED_ON_TIME: Told(
        N_("裁定按期率"), Unit.PERCENT, N_("付清后十日的期限在期内的拍品中裁定按期送达的比例")
    ),
    Measure.HANDED_ON_TIME: Told(
        N_("交付按期率"), Unit.PERCENT, N_("送达后十五日的期限在期内的拍品中车辆按期出库的比例")
    ),
}


# --- groups and stages


class By(StrEnum):
    """By what the figures are set side by side."""

    COURT = "court"
    STATION = "station"
    AGENCY = "agency"


BY_WORDS = {By.COURT: N_("按法院"), By.STATION: N_("按服务站"), By.AGENCY: N_("按机构")}


def grouped(cars: Iterable[Car], by: By) -> dict[str, list[Car]]:
    """The vehicles by the name of their court, station or agency; '' for none yet. By name."""
    found: dict[str, list[Car]] = {}
    for car in cars:
        found.setdefault(getattr(car, by.value), []).append(car)
    return dict(sorted(found.items()))


MILESTONES = {
    "court.accept": N_("接受委托"),
    "intake.arrive": N_("到站"),
    "yard.place": N_("入位"),
    "showroom.announce": N_("公告"),
    "sold": N_("成交"),
    "sales.serve": N_("裁定送达"),
    "release.hand_over": N_("交付"),
}
"""What a vehicle reaches one after the other, after it was registered."""


@dataclass(frozen=True)
class Stretch:
    """The way from one milestone to the next. `days`: median; `longest`; `cars`: that went it."""

    start: str
    end: str
    days: float
    longest: int
    cars: tuple[str, ...]


def stretches(cars: Sequence[Car], period: Period) -> list[Stretch]:
    """How long vehicles took from each milestone to the next that they reached in the period."""
    found: list[Stretch] = []
    names = ["", *MILESTONES]
    for start, end in pairwise(names):
        gone = [
            (car, (car.reached[end] - begun).days)
            for car in cars
            if period.has(car.reached.get(end))
            and (begun := car.reached.get(start) if start else car.taken_on) is not None
            and begun <= car.reached[end]
        ]
        if gone:
            days = [taken for _, taken in gone]
            found.append(Stretch(start, end, median(days), max(days), _ids(gone)))
    return found


def months(period: Period, most: int = 12) -> list[Period]:
    """The last months that the period touches, oldest first; the last may be cut short."""
    found: list[Period] = []
    last = period.last
    while last >= period.first and len(found) < most:
        first = last.replace(day=1)
        found.append(Period(max(first, period.first), last))
        last = date.fromordinal(first.toordinal() - 1)
    return found[::-1]
