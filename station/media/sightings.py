"""Sightings of void and forged labels outlive the act that was refused because of them.

A refusal rolls its act back, so the question that refuses only notes what it saw; when the
request ends, whatever its answer, the sighting is an act of its own.
"""

from __future__ import annotations

from flask import g, has_request_context

from .labels import Sighting


def note(code_id: str, why: Sighting) -> None:
    """Remember a label that was scanned in this request; outside of one nobody scans."""
    if has_request_context():
        g.setdefault("sightings", {})[code_id] = why


def take_noted() -> dict[str, Sighting]:
    """The labels noted in this request, each once, code → why."""
    noted: dict[str, Sighting] = g.pop("sightings", {})
    return noted
