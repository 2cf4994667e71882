"""The 出库交接单 (hand-over sheet) as data for its template. Always Chinese."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app

from station.ground import clock, paper
from station.intake.rules import VIEW_WORDS
from station.people.reads import get_organisation
from station.trail.models import TrailLine

from . import reads, rules
from .models import Release

NO_SEAL = "样式，未加盖法定电子印章"
TITLE = "车辆出库交接单"


def make_sheet(release: Release, line: TrailLine) -> bytes:
    """The sheet of a vehicle that has left; `line`: the trail line of the hand-over."""
    return paper.make_pdf("release_sheet", sheet_data(release, line), at=line.at)


def sheet_data(release: Release, line: TrailLine) -> dict[str, Any]:
    """Everything the sheet prints."""
    vehicle, lot, before = release.vehicle, release.lot, reads.before_of(release.vehicle_id)
    photos = reads.photos_of(release)
    return {
        "told": _told(release.number or "", line),
        "facts": [
            ["案号", lot.case.number],
            ["拍品编号", lot.platform_number],
            ["号牌号码", vehicle.plate or "无号牌"],
            ["车辆识别代号", vehicle.vin],
            ["品牌型号", vehicle.model],
            ["服务站", get_organisation(release.station_id).name],
            ["裁定送达", _moment(lot.served_at)],
            ["出库时间", _moment(release.left_at)],
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
            ["交接时间", _moment(release.left_at)],
            ["原库位", release.bay or "无"],
        ],
    }


def _told(number: str, line: TrailLine) -> dict[str, str]:
    """The foot of the document: number, hash of its line, and where to verify."""
    base = current_app.extensions["settings"].base_url
    return {
        "title": TITLE,
        "number": number,
        "hash": line.hash.hex(),
        "verify": f"{base}/verify",
        "qr": paper.qr_svg(f"{base}/verify?h={line.hash.hex()}"),
        "at": _moment(line.at),
        "seal": NO_SEAL,
    }


def _taker(release: Release) -> str:
    return rules.TAKER_WORDS[release.taker_kind] if release.taker_kind else ""


def _number(value: int | None) -> str:
    return "未查验" if value is None else f"{value:,}"


def _moment(moment: datetime | None) -> str:
    if moment is None:
        return ""
    there = clock.in_shanghai(moment)
    return f"{there.year}年{there.month}月{there.day}日 {there:%H:%M}"
