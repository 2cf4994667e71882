"""The court's lists to take away: the rows of the page, as a spreadsheet and on paper."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint
from flask_babel import gettext
from werkzeug.wrappers import Response

from station.ground import clock, lists
from station.ground.doors import admit, current_actor
from station.ground.lists import Column, Kind, Value
from station.ground.words import N_
from station.media.rules import PDF, XLSX
from station.people.rules import COURT_ROLES, STATION_ROLES, Role

from . import reads, rules

bp = Blueprint("list", __name__)
COMMAND_READERS = (*COURT_ROLES, *STATION_ROLES, Role.AGENCY_MANAGER)
Listed = tuple[str, list[Column], Sequence[Sequence[Value]]]


@bp.get("/cases.xlsx")
@admit(*COURT_ROLES)
def cases_xlsx() -> Response:
    """The court's cases as a spreadsheet."""
    return _xlsx("cases", _cases())


@bp.get("/cases.pdf")
@admit(*COURT_ROLES)
def cases_pdf() -> Response:
    """The court's cases on paper."""
    return _pdf("cases", _cases())


@bp.get("/commands.xlsx")
@admit(*COMMAND_READERS)
def commands_xlsx() -> Response:
    """The open commands as a spreadsheet."""
    return _xlsx("commands", _commands())


@bp.get("/commands.pdf")
@admit(*COMMAND_READERS)
def commands_pdf() -> Response:
    """The open commands on paper."""
    return _pdf("commands", _commands())


def _cases() -> Listed:
    rows = reads.list_cases(current_actor())
    columns = [
        Column(gettext(N_("案号")), width=28),
        Column(gettext(N_("申请执行人")), width=30),
        Column(gettext(N_("被执行人")), width=30),
        Column(gettext(N_("登记")), Kind.MOMENT, width=18),
    ]
    values: list[list[Value]] = [
        [row.number, row.creditor, row.debtor, row.opened_at] for row in rows
    ]
    return gettext(N_("案件")), columns, values


def _commands() -> Listed:
    rows = reads.list_commands(current_actor(), states=rules.OPEN)
    columns = [
        Column(gettext(N_("指令")), width=16),
        Column(gettext(N_("案号")), width=28),
        Column(gettext(N_("品牌型号")), width=24),
        Column(gettext(N_("号牌")), width=14),
        Column(gettext(N_("期限")), Kind.DAY, width=14),
        Column(gettext(N_("签发")), Kind.MOMENT, width=18),
        Column(gettext(N_("签收")), Kind.MOMENT, width=18),
    ]
    values: list[list[Value]] = [
        [
            gettext(rules.COMMAND_WORDS[row.kind]),
            row.case.number,
            row.vehicle.model,
            row.vehicle.plate,
            row.due,
            row.issued_at,
            row.acknowledged_at,
        ]
        for row in rows
    ]
    return gettext(N_("指令")), columns, values


def _xlsx(name: str, listed: Listed) -> Response:
    return _attached(lists.make_xlsx(*listed), XLSX, f"{name}.xlsx")


def _pdf(name: str, listed: Listed) -> Response:
    made = gettext(
        "%(who)s 导出于 %(at)s，共 %(count)s 行",
        who=current_actor().name,
        at=lists.show(Kind.MOMENT, clock.now()),
        count=len(listed[2]),
    )
    return _attached(lists.make_pdf(*listed, made=made, at=clock.now()), PDF, f"{name}.pdf")


def _attached(body: bytes, mime: str, name: str) -> Response:
    answer = Response(body, mimetype=mime)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
