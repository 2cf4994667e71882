"""What the pages of the yard share: their address and who opens them."""

from __future__ import annotations

from flask import Blueprint

from station.people.rules import Role

bp = Blueprint("yard", __name__, url_prefix="/yard")
SHELVERS = (Role.YARD_KEEPER, Role.STATION_MANAGER, Role.INSPECTOR)
CARERS = (Role.MECHANIC, Role.YARD_KEEPER, Role.STATION_MANAGER)
COUNTERS = (Role.YARD_KEEPER, Role.INSPECTOR, Role.MECHANIC, Role.STATION_MANAGER)
PLANNERS = (Role.STATION_MANAGER,)
SIGNERS = (Role.STATION_MANAGER, Role.YARD_KEEPER)
