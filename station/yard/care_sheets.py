"""The 保养记录 (care record of a vehicle) as data for its template. Always Chinese."""

from __future__ import annotations

from typing import Any

from station.court import reads as court
from station.ground import paper
from station.intake.sheets import show_plate
from station.intake.vehicle_papers import VehiclePaper
from station.media import reads as media
from station.people.reads import get_organisation
from station.trail import documents
from station.trail.models import TrailLine
from station.vehicles.models import Vehicle
from station.vehicles.rules import ENERGY_WORDS

from . import reads, rules
from .models import Bay, Care


def make_record(vehicle: Vehicle, line: TrailLine) -> bytes:
    """The care record; `line`: the trail line of issuing it."""
    told = documents.foot(rules.DOCUMENTS[reads.CARE_RECORD], str(line.facts["number"]), line)
    return paper.make_pdf("care_record", {"told": told, **body_of(vehicle)}, at=line.at)


def body_of(vehicle: Vehicle) -> dict[str, Any]:
    """Everything that the record says but its foot."""
    rows = list(reversed(reads.list_care(vehicle.id, None)))
    return {
        "facts": _facts(vehicle, rows),
        "care": [_care(number, row) for number, row in enumerate(rows, 1)],
        "again": [
            [rules.PLAN[row.task].zh, f"{row.due:%Y-%m-%d} 前复查"]
            for row in reads.list_follow_ups([vehicle.id])
        ],
    }


def _facts(vehicle: Vehicle, rows: list[Care]) -> list[list[str]]:
    held = court.find_holder(vehicle.id)
    stay = reads.find_stay(vehicle.id)
    stations = {bay.station_id: bay for bay in (row_bay(row) for row in rows)}
    return [
        ["案号", held.case.number if held else "未登记"],
        ["号牌号码", show_plate(vehicle.plate)],
        ["车辆识别代号", vehicle.vin],
        ["品牌型号", vehicle.model],
        ["能源种类", ENERGY_WORDS[vehicle.energy]],
        ["现在库位", stay.bay.code if stay else "不在库位"],
        ["服务站", "、".join(get_organisation(one).name for one in stations) or "无"],
        ["养护次数", f"{len(rows)} 项"],
    ]


def row_bay(row: Care) -> Bay:
    """Where the care was done."""
    return reads.get_any_bay(row.bay_id)


def _care(number: int, row: Care) -> list[str]:
    reading = "—"
    if row.value is not None and row.state is not None:
        shown = rules.show_value(row.reading, row.value)
        reading = (
            f"{rules.READING_WORDS[row.reading]} {shown}，{rules.READING_STATE_WORDS[row.state]}"
        )
    return [
        str(number),
        documents.show_moment(row.at),
        row_bay(row).code,
        rules.PLAN[row.task].zh,
        reading,
        row.note or "—",
        row.by_name,
        media.get_media(row.media_id).sha256[:16],
    ]


PAPER = VehiclePaper(reads.CARE_RECORD, "yard.care_record", "BY", body_of, make_record)
