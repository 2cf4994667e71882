"""The application as it was some days ago: the whole thread spans weeks, a test minutes.

`SHIFT_SECONDS` moves the one clock of this process into the past; serves or works like `app`.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta

from flask import Flask

import app
from station.ground import clock

BACK = timedelta(seconds=float(os.environ.get("SHIFT_SECONDS", "0")))


def then() -> datetime:
    """This moment, so many days ago."""
    return datetime.now(UTC) - BACK


clock.now = then


def wsgi() -> Flask:
    """What the web server serves."""
    return app.wsgi()


if __name__ == "__main__":
    raise SystemExit(app.main(sys.argv[1:]))
