"""The 出库交接单 (hand-over sheet) as data for its template. Always Chinese."""

from __future__ import annotations

from typing import Any

from station.ground import paper
from station.intake.rules import VIEW_WORDS
from station.people.reads import get_organisation
from station.trail import documents
from station.trail.models import TrailLine

from . import reads, rules
from .models import Release

TITLE = "车辆出库交接单"


def make_sheet(release: Release, line: TrailLine) -> bytes:
    """The sheet of a vehicle that has left; `line`: the trail line of the hand-over."""
    return paper.make_pdf("release_sheet", sheet_data(release, line), at=line.at)


def sheet_data(release: Release, line: TrailLine) -> dict[str, Any]:
    """Everything the sheet prints."""
    vehicle, lot, before = release.vehicle, release.lot, reads.before_of(release.vehicle_id)
    photos = reads.photos_of(release)
    return {
        "told": documents.foot(TITLE, release.number or "", line),
        "facts": [
            ["案号", lot.case.number],
            ["拍品编号", lot.platform_number],
            ["号牌号码", vehicle.plate or "无号牌"],
            ["车辆识别代号", vehicle.vin],
            ["品牌型号", vehicle.model],
            ["服务站", get_organisation(release.station_id).name],
            ["裁定送达", documents.show_moment(lot.served_at)],
            ["出库时间", documents.show_moment(release.left_at)],
        ],
        "compared": [
            ["里程（公里）", _number(before.odometer_km), _number(release.odometer_km)],
            ["钥匙（把）", _number(before.keys), _number(release.keys)],
        ],
        "reason": release.reason,
        "photos": [
            [
                VIEW_WORDS[corner],
                before.photos[corner].sha256[:16] if corner in before.photos else "无",
                photos[corner].sha256[:16] if corner in photos else "无",
            ]
            for corner in rules.CORNERS
        ],
        "signed": [
            ["提车人", f"{release.taker}（{_taker(release)}）"],
            ["交付人", release.handed_by],
            ["交接时间", documents.show_moment(release.left_at)],
            ["原库位", release.bay or "无"],
        ],
    }


def _taker(release: Release) -> str:
    return rules.TAKER_WORDS[release.taker_kind] if release.taker_kind else ""


def _number(value: int | None) -> str:
    return "未查验" if value is None else f"{value:,}"
