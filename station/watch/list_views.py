"""Lists to take away: vehicles and exceptions, exactly as filtered on their page."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request
from flask_babel import gettext
from werkzeug.wrappers import Response

from station.ground.doors import admit, current_actor
from station.ground.listed import Listed, as_pdf, as_xlsx
from station.ground.lists import Column, Kind, Value
from station.ground.words import N_
from station.vehicles import reads as vehicles
from station.vehicles.models import Vehicle
from station.vehicles.rules import STAGE_WORDS, Audience, Stage, mask_plate

from . import exception_reads, exceptions
from .exception_views import SUPERVISORS
from .ways import INSIDE, bp

MOST = 20_000  # rows of a file


def vehicles_listed(title: str, rows: Sequence[Vehicle], audience: Audience) -> Listed:
    """Vehicles as columns, their plates as much as the reader may see."""
    columns = [
        Column(gettext(N_("品牌型号")), width=24),
        Column(gettext(N_("号牌")), width=14),
        Column(gettext(N_("识别代号后四位")), width=16),
        Column(gettext(N_("状态")), width=16),
        Column(gettext(N_("自")), Kind.MOMENT, width=18),
    ]
    values: list[list[Value]] = [
        [
            car.model,
            mask_plate(car.plate, audience) or "",
            car.vin_tail,
            gettext(STAGE_WORDS[car.stage]),
            car.stage_since,
        ]
        for car in rows
    ]
    return title, columns, values


def _vehicles() -> Listed:
    actor, chosen = current_actor(), request.args.get("stage", "")
    stages = [Stage(chosen)] if chosen in set(Stage) else []
    rows = vehicles.list_vehicles(actor, stages=stages, limit=MOST)
    return vehicles_listed(gettext(N_("全部车辆")), rows, vehicles.audience_of(actor))


@bp.get("/watch/vehicles.xlsx")
@admit(*INSIDE)
def vehicles_xlsx() -> Response:
    """The organisation's vehicles as a spreadsheet."""
    return as_xlsx("vehicles", _vehicles())


@bp.get("/watch/vehicles.pdf")
@admit(*INSIDE)
def vehicles_pdf() -> Response:
    """The organisation's vehicles on paper."""
    return as_pdf("vehicles", _vehicles(), current_actor().name)


def _exceptions() -> Listed:
    actor, asked = current_actor(), request.args.get("kind", "")
    audience = vehicles.audience_of(actor)
    columns = [
        Column(gettext(N_("异常事项")), width=44),
        Column(gettext(N_("种类")), width=18),
        Column(gettext(N_("车辆")), width=24),
        Column(gettext(N_("号牌")), width=14),
        Column(gettext(N_("发生")), Kind.MOMENT, width=18),
        Column(gettext(N_("留痕")), width=36),
    ]
    values: list[list[Value]] = []
    for one in exception_reads.list_odd(actor)[:MOST]:
        if asked in ("", one.odd.kind):
            told = {k: gettext(v) if isinstance(v, str) else v for k, v in one.odd.values.items()}
            values.append(
                [
                    gettext(one.odd.zh, **told),
                    gettext(exceptions.KIND_WORDS[one.odd.kind]),
                    one.vehicle.model,
                    mask_plate(one.vehicle.plate, audience) or "",
                    one.odd.since,
                    " ".join(f"{line.chain}:{line.number}" for line in one.lines),
                ]
            )
    return gettext(N_("异常事项")), columns, values


@bp.get("/watch/exceptions.xlsx")
@admit(*SUPERVISORS)
def exceptions_xlsx() -> Response:
    """What is odd as a spreadsheet."""
    return as_xlsx("exceptions", _exceptions())


@bp.get("/watch/exceptions.pdf")
@admit(*SUPERVISORS)
def exceptions_pdf() -> Response:
    """What is odd on paper."""
    return as_pdf("exceptions", _exceptions(), current_actor().name)
