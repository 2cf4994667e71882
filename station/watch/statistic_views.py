"""Statistics in the browser; every number opens the list of its vehicles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from station.ground import clock
from station.ground.actors import Actor
from station.ground.database import db
from station.ground.doors import admit, current_actor
from station.ground.listed import as_xlsx
from station.ground.money import format_yuan
from station.ground.refused import Refused
from station.ground.words import N_
from station.vehicles import reads as vehicles
from station.vehicles import rules as vehicle_rules
from station.vehicles.models import Vehicle

from . import list_views, statistic_reads, statistics
from .exception_views import SUPERVISORS
from .statistics import By, Car, Figure, Measure, Period, Unit
from .ways import bp

EARLIEST = date(2020, 1, 1)
COLUMNS = (
    Measure.TAKEN,
    Measure.PENDING,
    Measure.SOLD,
    Measure.AMOUNT,
    Measure.DAYS_TO_SALE,
    Measure.SALE_RATE,
    Measure.PREMIUM,
    Measure.ORDERS_ON_TIME,
)
"""What stands side by side for every court, station or agency."""
RATES = (
    Measure.SALE_RATE,
    Measure.RATE_360,
    Measure.RATE_PLAIN,
    Measure.PREMIUM,
    Measure.COST_SHARE,
    Measure.ORDERS_ON_TIME,
    Measure.PAID_ON_TIME,
    Measure.SERVED_ON_TIME,
    Measure.HANDED_ON_TIME,
)


def read_period() -> Period:
    """From the first to the last day asked for; this year until today unless said else."""
    today = clock.today()
    first = _day("from", today.replace(month=1, day=1))
    last = _day("to", today)
    if not EARLIEST <= first <= last:
        raise Refused("period_order", "起止日期不对：开始不能晚于结束。", field="from")
    return Period(first, min(last, today))


def _day(name: str, unless: date) -> date:
    text = request.args.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else unless
    except ValueError:
        raise Refused("no_day", "请选择日期，例如 2026-11-22。", field=name) from None


def show(unit: Unit, value: float | None) -> str:
    """A figure as people read it; a dash where there is nothing to count."""
    if value is None:
        return "—"
    if unit is Unit.MONEY:
        return format_yuan(int(value))
    number = f"{value:,.1f}".removesuffix(".0")
    if unit is Unit.DAYS:
        days: str = gettext("%(n)s 天", n=number)
        return days
    return f"{number}%" if unit is Unit.PERCENT else number


def show_large(unit: Unit, value: float | None) -> str:
    """The same for a card: a large amount in ten thousands of yuan, as people say it."""
    if unit is not Unit.MONEY or value is None:
        return show(unit, value)
    tens = value / 1_000_000
    large: str = gettext("%(n)s 万元", n=f"{tens:,.0f}" if tens >= 100 else f"{tens:,.2f}")
    return large


@bp.get("/watch/statistics")
@admit(*SUPERVISORS)
def statistic_page() -> str:
    """The figures of a period, side by side, by month and from milestone to milestone."""
    actor, period = current_actor(), read_period()
    by = _by(actor)
    cars = statistic_reads.list_cars(actor)
    balance = _balance(cars, period)
    stretches = statistics.stretches(cars, period)
    return render_template(
        "watch/statistics.html",
        told=statistics.MEASURES,
        public=_figures(statistics.PUBLIC, cars, period),
        rates=_figures(RATES, cars, period),
        columns=COLUMNS,
        groups=[
            (name, [statistics.count(one, mine, period) for one in COLUMNS])
            for name, mine in statistics.grouped(cars, by).items()
        ],
        by=by,
        by_words=statistics.BY_WORDS,
        balance=balance,
        balance_words=[statistics.MEASURES[one] for one in statistics.BALANCE],
        balance_measures=statistics.BALANCE,
        balance_chart=_balance_chart(balance),
        stretches=stretches,
        stretch_chart=_stretch_chart(stretches),
        milestones=statistics.MILESTONES,
        not_counted=statistics.NOT_COUNTED,
        period=period,
        shortcuts=_shortcuts(),
        show=show,
        show_large=show_large,
        link=lambda measure, group="", within=period: _link(measure, within, by, group),
        today=clock.today(),
        now=clock.now(),
    )


def _balance(cars: Sequence[Car], period: Period) -> list[tuple[Period, list[Figure]]]:
    """By month, from the first in which there was anything."""
    rows = [
        (month, [statistics.count(one, cars, month) for one in statistics.BALANCE])
        for month in statistics.months(period)
    ]
    begun = next((at for at, row in enumerate(rows) if any(one.value for one in row[1])), len(rows))
    return rows[min(begun, len(rows) - 1) :]


def _by(actor: Actor) -> By:
    asked = request.args.get("by", "")
    if asked in list(By):
        return By(asked)
    return By.STATION if actor.role == "agency_manager" else By.AGENCY


def _figures(
    measures: Sequence[Measure], cars: Sequence[Car], period: Period
) -> list[tuple[Measure, Figure]]:
    return [(one, statistics.count(one, cars, period)) for one in measures]


def _link(measure: Measure, period: Period, by: By, group: str) -> str:
    asked: dict[str, Any] = {
        "measure": measure.value,
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
    }
    if group:
        asked |= {"by": by.value, "group": group}
    return url_for("watch.statistic_list", **asked)


def _shortcuts() -> list[tuple[str, Period]]:
    today = clock.today()
    first = today.replace(day=1)
    before = first - timedelta(days=1)
    return [
        (gettext(N_("本月")), Period(first, today)),
        (gettext(N_("上月")), Period(before.replace(day=1), before)),
        (gettext(N_("今年")), Period(today.replace(month=1, day=1), today)),
        (gettext(N_("近一年")), Period(today - timedelta(days=365), today)),
    ]


def _balance_chart(balance: Sequence[tuple[Period, Sequence[Figure]]]) -> dict[str, Any]:
    names = [gettext(statistics.MEASURES[one].zh) for one in statistics.BALANCE]
    return {
        "labels": [f"{month.first:%Y-%m}" for month, _ in balance],
        "series": [
            {"name": name, "data": [figures[place].value for _, figures in balance]}
            for place, name in enumerate(names)
        ],
    }


def _stretch_chart(stretches: Sequence[statistics.Stretch]) -> dict[str, Any]:
    return {
        "labels": [gettext(statistics.MILESTONES[one.end]) for one in stretches],
        "series": [
            {"name": gettext(N_("中位天数")), "data": [one.days for one in stretches]},
            {"name": gettext(N_("最长天数")), "data": [one.longest for one in stretches]},
        ],
    }


# --- the list behind a number


@bp.get("/watch/statistics/list")
@admit(*SUPERVISORS)
def statistic_list() -> str:
    """The vehicles that a number is made of."""
    measure, period, rows = _asked()
    audience = vehicles.audience_of(current_actor())
    return render_template(
        "watch/statistic_list.html",
        told=statistics.MEASURES[measure],
        group=request.args.get("group", ""),
        period=period,
        rows=rows,
        stages=vehicle_rules.STAGE_WORDS,
        plate_of=lambda car: vehicle_rules.mask_plate(car.plate, audience),
        args=request.args.to_dict(),
    )


@bp.get("/watch/statistics/list.xlsx")
@admit(*SUPERVISORS)
def statistic_xlsx() -> Response:
    """The same list as a spreadsheet."""
    measure, _, rows = _asked()
    audience = vehicles.audience_of(current_actor())
    listed = list_views.vehicles_listed(gettext(statistics.MEASURES[measure].zh), rows, audience)
    return as_xlsx(measure.value, listed)


def _asked() -> tuple[Measure, Period, Sequence[Vehicle]]:
    """The number asked for, counted again, and its vehicles."""
    asked = request.args.get("measure", "")
    measure = Measure(asked) if asked in list(Measure) else Measure.SOLD
    period = read_period()
    actor = current_actor()
    cars: Sequence[Car] = statistic_reads.list_cars(actor)
    group = request.args.get("group", "")
    if group:
        cars = statistics.grouped(cars, _by(actor)).get(group, [])
    ids = statistics.count(measure, cars, period).cars
    rows = db.session.scalars(
        select(Vehicle).where(Vehicle.id.in_(ids)).order_by(Vehicle.model, Vehicle.id)
    ).all()
    return measure, period, rows
