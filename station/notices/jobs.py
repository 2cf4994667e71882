"""Telling people by channels, in the background."""

from __future__ import annotations

from . import dispatch

JOBS = {"notices.follow": dispatch.follow, "notices.send": dispatch.send_due}
PERIODIC = {"notices.follow": "* * * * *", "notices.send": "* * * * *"}
