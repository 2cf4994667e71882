"""The room's pages, who comes in, and links that lead only where the reader has a door."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for

from station.ground.doors import may_enter
from station.people.rules import COURT_ROLES, STATION_ROLES, Role

bp = Blueprint("watch", __name__)
INSIDE = (*COURT_ROLES, *STATION_ROLES, Role.AGENCY_MANAGER)


def link(endpoint: str, **values: Any) -> str:
    """The address of a page that the reader may open, else nothing."""
    return url_for(endpoint, **values) if may_enter(endpoint) else ""
