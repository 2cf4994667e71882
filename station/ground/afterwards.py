"""Papers made right after the act that they prove."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from .database import db


@contextmanager
def offered_again(what: str) -> Iterator[None]:
    """Make a paper of an act that stands already.

    Whatever keeps it from being made is written to the log as an error, with its cause, and does
    not take the page away on which the same paper is offered again.
    """
    try:
        yield
    except Exception:
        db.session.rollback()
        logging.getLogger("station.papers").exception("%s not made", what)
