"""A list as an answer to a browser: spreadsheet or paper."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext
from werkzeug.wrappers import Response

from . import clock, lists
from .lists import Column, Kind, Value
from .words import N_

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
MADE = N_("%(who)s 导出于 %(at)s，共 %(count)s 行")
Listed = tuple[str, list[Column], Sequence[Sequence[Value]]]
"""Title, columns, rows."""


def as_xlsx(name: str, listed: Listed) -> Response:
    """The list as a spreadsheet of that name."""
    return _attached(lists.make_xlsx(*listed), XLSX, f"{name}.xlsx")


def as_pdf(name: str, listed: Listed, who: str) -> Response:
    """The list on paper, which says who took it away, and when."""
    at = lists.show(Kind.MOMENT, clock.now())
    made = gettext(MADE, who=who, at=at, count=len(listed[2]))
    return _attached(lists.make_pdf(*listed, made=made, at=clock.now()), PDF, f"{name}.pdf")


def _attached(body: bytes, mime: str, name: str) -> Response:
    answer = Response(body, mimetype=mime)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
