"""The 盘点表: issued from the page of an approved stock-take, opened ever after."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from station.ground.doors import admit, current_actor, refill
from station.media.papers import open_paper

from . import count_reads, count_sheets, counts, reads
from .pages import COUNTERS, bp


@bp.post("/counts/<count_id>/sheet")
@admit(*COUNTERS)
@refill("yard.count")
def print_count(count_id: str) -> Response:
    """The 盘点表 of an approved stock-take; it stays the same unless a car's numbers are corrected."""
    actor = current_actor()
    count = count_reads.get_count(actor, count_id)
    counts.check_approved(count.state)
    draft = count_sheets.draft_of(actor, count)
    media_id = open_paper(
        actor, reads.COUNT_SHEET, draft, lambda line: count_sheets.make_sheet(draft.body, line)
    )
    return redirect(url_for("media.original", media_id=media_id), 303)
