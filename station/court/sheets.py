"""The 委托书 (letter of entrustment) as data for its template. Always Chinese.

办法 art 14: four contents, and the papers that go with it. No party's name stands on it.
"""

from __future__ import annotations

from typing import Any

from station.ground import paper
from station.media import reads as media
from station.people.reads import get_organisation, name_of
from station.trail import documents
from station.trail.models import TrailLine
from station.vehicles.rules import ENERGY_WORDS, VEHICLE_KIND_WORDS

from . import reads, rules
from .models import Entrustment


def make_letter(entrustment: Entrustment, line: TrailLine) -> bytes:
    """The 委托书 of an entrustment; `line`: the trail line of entrusting."""
    return paper.make_pdf("entrustment_sheet", letter_data(entrustment, line), at=line.at)


def letter_data(entrustment: Entrustment, line: TrailLine) -> dict[str, Any]:
    """Everything the letter prints."""
    court = get_organisation(entrustment.case.court_id).name
    title = rules.DOCUMENTS[reads.SHEET]
    return {
        "told": documents.foot(title, entrustment.number or "", line),
        "agency": entrustment.agency.name,
        "court": court,
        "contents": [
            [rules.LETTER_WORDS["court"], court],
            [rules.LETTER_WORDS["procedure"], entrustment.procedure],
            [rules.LETTER_WORDS["scope"], entrustment.scope],
            [rules.LETTER_WORDS["other"], entrustment.other],
        ],
        "facts": _facts(entrustment),
        "materials": _materials(entrustment),
        "judge": name_of(line.actor),
        "day": documents.show_day(entrustment.offered_at),
    }


def _facts(entrustment: Entrustment) -> list[list[str]]:
    vehicle = entrustment.vehicle
    held = reads.find_holder(vehicle.id)
    return [
        ["案号", entrustment.case.number],
        ["号牌号码", vehicle.plate or "无号牌"],
        ["车辆识别代号", vehicle.vin],
        ["发动机号", vehicle.engine_number or "未登记"],
        ["品牌型号", vehicle.model],
        ["车身颜色", vehicle.colour or "未登记"],
        ["种类能源", f"{VEHICLE_KIND_WORDS[vehicle.kind]}，{ENERGY_WORDS[vehicle.energy]}"],
        ["查封期限", f"{held.seized_on:%Y-%m-%d} 至 {held.until:%Y-%m-%d}" if held else "未登记"],
    ]


def _materials(entrustment: Entrustment) -> list[list[str]]:
    """(number, what, kept when, SHA-256) of every paper that goes with the vehicle."""
    papers = (
        ("法院委托书（上传件）", entrustment.letter_media),
        ("执行裁定书", entrustment.ruling_media),
    )
    found = [(word, row) for word, one in papers if (row := media.find_media(one)) is not None]
    return [
        [str(number), word, documents.show_moment(row.kept_at), row.sha256]
        for number, (word, row) in enumerate(found, 1)
    ]
