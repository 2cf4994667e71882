"""The 入库单 (intake sheet) as data for its template. Always Chinese, without the debtor's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from station.ground import paper
from station.people.reads import get_organisation
from station.trail import documents
from station.trail.models import TrailLine
from station.vehicles.rules import ENERGY_WORDS, VEHICLE_KIND_WORDS

from . import reads, rules
from .findings import DEFECT_WORDS, PANEL_WORDS
from .holdings import ITEM_KIND_WORDS, PAPER_WORDS
from .models import AnswerRow, Belonging, CheckInRow, Intake
from .rules import Step


def show_plate(plate: str) -> str:
    """浙A·12345, as it is written on the plate; an unplated vehicle says so."""
    return f"{plate[:2]}·{plate[2:]}" if plate else "无号牌"


def make_sheet(intake: Intake, line: TrailLine) -> bytes:
    """The 入库单 of a finished gate-in; `line`: the trail line that finished it."""
    return paper.make_pdf("intake_sheet", sheet_data(intake, line), at=line.at)


def sheet_data(intake: Intake, line: TrailLine) -> dict[str, Any]:
    """Everything the intake sheet prints."""
    counted = reads.find_answer(intake, Step.BELONGINGS)
    return {
        "told": documents.foot(rules.DOCUMENTS[reads.SHEET], intake.number or "", line),
        "facts": facts_of(intake),
        "check_ins": [_check_in(row) for row in reads.list_check_ins(intake.tow_id)],
        "answers": [
            [rules.STEP_WORDS[step], show_answer(row), row.by_name, documents.show_moment(row.at)]
            for step in Step
            if (row := reads.find_answer(intake, step)) and step is not Step.BELONGINGS
        ],
        "belongings": [
            [str(row.number), ITEM_KIND_WORDS[row.kind], _what(row)]
            for row in reads.list_belongings(intake)
        ],
        "no_belongings": "两人清点，车内没有物品。" if counted else "未清点，原因见第四项。",
        "excused": [[item.zh, why] for item, why in reads.list_excused(intake)],
        "findings": _findings(intake.vehicle_id),
        "photos": [
            [rules.VIEW_WORDS[view], row.sha256[:16]]
            for view, row in reads.gate_photos(intake).items()
        ],
        "signed": [
            ["查验员", intake.finished_by],
            ["完成时间", documents.show_moment(intake.finished_at)],
            ["清点人一", counted.by_name if counted else "未清点"],
            ["清点人二", counted.second_name if counted else "未清点"],
        ],
    }


def _what(row: Belonging) -> str:
    return f"{row.what}（物品袋 {row.bag}）" if row.bag else row.what


def facts_of(intake: Intake) -> list[list[str]]:
    """Which vehicle, in which case, by which command, where and when."""
    vehicle = intake.vehicle
    return [
        ["案号", intake.command.case.number],
        ["法院指令", f"拖车入库，{documents.show_day(intake.command.issued_at)}签发"],
        ["号牌号码", show_plate(vehicle.plate)],
        ["车辆识别代号", vehicle.vin],
        ["品牌型号", vehicle.model],
        ["车身颜色", vehicle.colour or "未登记"],
        ["车辆种类", VEHICLE_KIND_WORDS[vehicle.kind]],
        ["能源种类", ENERGY_WORDS[vehicle.energy]],
        ["服务站", get_organisation(intake.station_id).name],
        ["到站时间", documents.show_moment(intake.opened_at)],
    ]


def _check_in(row: CheckInRow) -> list[str]:
    if row.latitude is None:
        place = "未取得定位"
    elif row.distance_m is None:
        place = f"{row.latitude:.5f}，{row.longitude:.5f}"
    else:
        place = f"距本站 {row.distance_m} 米" + ("（超出范围）" if row.far else "")
    doubt = "；设备时间存疑" if row.clock_doubtful else ""
    return [
        {"depart": "起运", "arrive": "到站"}[row.step],
        documents.show_moment(row.at),
        place + doubt,
    ]


def show_answer(row: AnswerRow) -> str:
    """One screen of the gate-in in a line."""
    value: Mapping[str, Any] = row.value
    match row.step:
        case Step.READINGS:
            named = (("odometer", "里程 {} 公里"), ("fuel", "油量 {}%"), ("charge", "电量 {}%"))
            return "，".join(
                words.format(value[name]) for name, words in named if value.get(name) is not None
            )
        case Step.KEYS:
            tags = f"，牌号 {value['tags']}" if value.get("tags") else ""
            return f"{value['count']} 把{tags}"
        case Step.PAPERS:
            there = "、".join(PAPER_WORDS[name] for name in value["there"]) or "都没有"
            return there + (f"；{value['note']}" if value.get("note") else "")
        case _:
            return f"编号 {value.get('number', '')}"


def _findings(vehicle_id: str) -> list[list[str]]:
    return [
        [
            str(row.number),
            DEFECT_WORDS[row.defect],
            PANEL_WORDS[row.panel],
            f"{row.size_mm} mm" if row.size_mm else "",
            row.sentence,
        ]
        for row in reads.list_findings(vehicle_id)
    ]
