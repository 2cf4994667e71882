"""The 移交清单 (itemised hand-over list of a vehicle and what is held for it). Always Chinese.

Names of outsiders who have a thing out are not on it: the list may be given to anybody who takes over.
"""

from __future__ import annotations

from typing import Any

from station.court import reads as court
from station.ground import paper
from station.people.reads import get_organisation
from station.trail import documents
from station.trail.models import TrailLine
from station.vehicles.models import Vehicle
from station.vehicles.rules import ENERGY_WORDS, VEHICLE_KIND_WORDS

from . import reads, rules, thing_reads, things
from .holdings import ITEM_KIND_WORDS
from .models import Intake
from .sheets import show_plate
from .thing_models import Thing
from .things import ThingState
from .vehicle_papers import VehiclePaper


def make_list(vehicle: Vehicle, line: TrailLine) -> bytes:
    """The list; `line`: the trail line of issuing it."""
    number = str(line.facts["number"])
    told = documents.foot(rules.DOCUMENTS[reads.HAND_LIST], number, line)
    return paper.make_pdf("hand_list", {"told": told, **body_of(vehicle)}, at=line.at)


def body_of(vehicle: Vehicle) -> dict[str, Any]:
    """Everything that the list says but its foot."""
    rows = thing_reads.list_things(vehicle.id)
    intake = reads.find_intake(vehicle.id)
    there = [row for row in rows if row.state in (ThingState.HELD, ThingState.OUT)]
    away = [row for row in rows if row.state in (ThingState.LOST, ThingState.GONE)]
    return {
        "facts": _facts(vehicle, intake),
        "things": [_thing(number, row) for number, row in enumerate(there, 1)],
        "away": [_thing(number, row) for number, row in enumerate(away, 1)],
        "belongings": [
            [str(row.number), ITEM_KIND_WORDS[row.kind], row.what, row.bag or "在车内"]
            for row in (reads.list_belongings(intake) if intake else [])
        ],
    }


def _facts(vehicle: Vehicle, intake: Intake | None) -> list[list[str]]:
    held = court.find_holder(vehicle.id)
    answer = reads.find_answer(intake, rules.Step.READINGS) if intake else None
    odometer = answer.value.get("odometer") if answer else None
    return [
        ["案号", held.case.number if held else "未登记"],
        ["号牌号码", show_plate(vehicle.plate)],
        ["车辆识别代号", vehicle.vin],
        ["发动机号", vehicle.engine_number or "未登记"],
        ["品牌型号", vehicle.model],
        ["种类能源", f"{VEHICLE_KIND_WORDS[vehicle.kind]}，{ENERGY_WORDS[vehicle.energy]}"],
        ["入库里程", f"{odometer} 公里" if odometer is not None else "未查验"],
        ["服务站", get_organisation(intake.station_id).name if intake else "未入库"],
    ]


def _thing(number: int, row: Thing) -> list[str]:
    until = f"，应于 {documents.show_moment(row.due_at)} 前归还" if row.due_at else ""
    return [
        str(number),
        things.THING_WORDS[row.kind],
        row.tag or "—",
        row.what,
        row.place or "—",
        things.THING_STATES.words[row.state] + (until if row.state is ThingState.OUT else ""),
    ]


PAPER = VehiclePaper(reads.HAND_LIST, "intake.hand_list", "YJ", body_of, make_list)
