"""The court's lists to take away: the rows of the page, as a spreadsheet and on paper."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import gettext
from werkzeug.wrappers import Response

from station.ground.doors import admit, current_actor
from station.ground.listed import Listed, as_pdf, as_xlsx
from station.ground.lists import Column, Kind, Value
from station.ground.words import N_
from station.people.rules import COURT_ROLES, STATION_ROLES, Role

from . import reads, rules

bp = Blueprint("list", __name__)
COMMAND_READERS = (*COURT_ROLES, *STATION_ROLES, Role.AGENCY_MANAGER)


@bp.get("/cases.xlsx")
@admit(*COURT_ROLES)
def cases_xlsx() -> Response:
    """The court's cases as a spreadsheet."""
    return as_xlsx("cases", _cases())


@bp.get("/cases.pdf")
@admit(*COURT_ROLES)
def cases_pdf() -> Response:
    """The court's cases on paper."""
    return as_pdf("cases", _cases(), current_actor().name)


@bp.get("/commands.xlsx")
@admit(*COMMAND_READERS)
def commands_xlsx() -> Response:
    """The open commands as a spreadsheet."""
    return as_xlsx("commands", _commands())


@bp.get("/commands.pdf")
@admit(*COMMAND_READERS)
def commands_pdf() -> Response:
    """The open commands on paper."""
    return as_pdf("commands", _commands(), current_actor().name)


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
