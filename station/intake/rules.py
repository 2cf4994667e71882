"""Taking a vehicle in: the photo sets, what must be there before a bay, and honest check-ins.

"Cannot, because …": each required item is either there, or excused in writing and then counted
as not checked; a car gets no bay while one is neither. The sets are data: `photo_sets.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from station.ground.refused import Refused
from station.ground.steps import Steps
from station.ground.tables import read_table
from station.ground.widths import half_width
from station.ground.words import N_
from station.intake import positions
from station.intake.positions import CheckIn as CheckIn
from station.intake.positions import Position as Position
from station.intake.positions import distance_m as distance_m
from station.intake.positions import to_gcj02 as to_gcj02
from station.vehicles.rules import Energy, VehicleKind

ACTS = {
    "intake.tow_dispatched": N_("派出拖车"),
    "intake.check_in": N_("拖车起运打卡"),
    "intake.arrive": N_("拖车到站打卡"),
    "intake.readings": N_("登记仪表读数"),
    "intake.keys": N_("登记钥匙"),
    "intake.papers": N_("登记证照"),
    "intake.seal": N_("加贴封条"),
    "intake.belongings": N_("清点车内物品"),
    "intake.identify": N_("核对车辆身份"),
    "intake.judge_identity": N_("法官认定车辆身份"),
    "intake.licence": N_("登记行驶证信息"),
    "intake.thing_add": N_("补登保管物"),
    "intake.thing_out": N_("借出钥匙或证照"),
    "intake.thing_back": N_("归还钥匙或证照"),
    "intake.thing_lost": N_("报告保管物遗失"),
    "intake.thing_settle": N_("法官处理遗失报告"),
    "intake.excuse": N_("注明无法查验的原因"),
    "intake.finish": N_("完成入库查验"),
    "intake.inspect_begin": N_("开始技术查验"),
    "intake.inspect": N_("登记技术查验项目"),
    "intake.inspect_sign": N_("两人签署技术查验"),
    "intake.report": N_("出具查验报告"),
    "intake.hand_list": N_("出具移交清单"),
    "intake.finding": N_("登记缺陷"),
    "intake.place_finding": N_("标注缺陷位置"),
    "intake.withdraw_finding": N_("撤销缺陷登记"),
}

DOCUMENTS = {
    "intake_sheet": N_("车辆入库单"),
    "inspection_report": N_("车辆查验报告"),
    "hand_list": N_("车辆及随车物品移交清单"),
}

TABLE = read_table(__file__, "photo_sets.yaml")
VIEW_WORDS: dict[str, str] = {code: row["zh"] for code, row in TABLE["views"].items()}
_GHOSTS: dict[str, str] = {code: row["ghost"] for code, row in TABLE["views"].items()}
PICKUP_VIEWS: tuple[str, ...] = tuple(TABLE["pickup"])
GATE_IN_VIEWS = {VehicleKind(kind): tuple(row) for kind, row in TABLE["gate_in"].items()}

ITEM_WORDS = {
    "video": N_("环车视频"),
    "odometer": N_("里程读数"),
    "fuel": N_("油量"),
    "charge": N_("动力电池电量"),
    "keys": N_("钥匙数量"),
    "papers": N_("证照清单"),
    "seal_number": N_("封条编号"),
    "seal_photo": N_("封条照片"),
    "belongings": N_("车内物品清点（须两名不同人员）"),
}
"""Items of the gate-in record that are not photos of the set."""


class TowState(StrEnum):
    """How far a tow has come."""

    DISPATCHED = "dispatched"
    TOWING = "towing"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"


TOW_STATES = Steps(
    "tow_step",
    {
        TowState.DISPATCHED: N_("已派车"),
        TowState.TOWING: N_("拖车途中"),
        TowState.ARRIVED: N_("已到站"),
        TowState.CANCELLED: N_("已改派"),
    },
    {
        TowState.DISPATCHED: {TowState.TOWING, TowState.CANCELLED},
        TowState.TOWING: {TowState.ARRIVED},
    },
)
"""Another driver can be sent until the vehicle is on the hook."""


class Step(StrEnum):
    """The screens of a gate-in, in the order of the work."""

    PHOTOS = "photos"
    READINGS = "readings"
    KEYS = "keys"
    PAPERS = "papers"
    SEAL = "seal"
    BELONGINGS = "belongings"


STEP_WORDS = {
    Step.PHOTOS: N_("照片和视频"),
    Step.READINGS: N_("仪表读数"),
    Step.KEYS: N_("钥匙"),
    Step.PAPERS: N_("证照"),
    Step.SEAL: N_("封条"),
    Step.BELONGINGS: N_("车内物品"),
}


def ghost_of(view: str, kind: VehicleKind) -> str:
    """The outline that shows how a view of such a vehicle should look, "~" before it mirrored."""
    shape = _GHOSTS[view]
    other = TABLE["side_ghosts"].get(kind.value)
    return shape.replace("side", other) if other and shape.endswith("side") else shape


def step_of(code: str) -> Step:
    """The screen on which the item `code` is recorded."""
    if code.startswith("photo.") or code == "video":
        return Step.PHOTOS
    if code in {"odometer", "fuel", "charge"}:
        return Step.READINGS
    return Step.SEAL if code.startswith("seal_") else Step(code)


@dataclass(frozen=True)
class Whereabouts:
    """What a phone says of itself: place (None: it gave none), its error in metres, its clock; and
    the vehicle's odometer as its person read it."""

    position: Position | None
    accuracy_m: int | None
    device_at: datetime | None
    odometer_km: int | None = None


@dataclass(frozen=True)
class Missing:
    """One thing that is not there. `code`: ``photo.<view>`` or a key of `ITEM_WORDS`."""

    code: str
    zh: str


@dataclass(frozen=True)
class GateInRecord:
    """What has been recorded of a vehicle at the gate so far.

    `views`: views photographed. `fuel_percent`, `charge_percent`: 0–100. `keys`: how many, 0 is
    an answer. `has_papers_list`: the list is kept, be it empty. `counted_by`: ids of the persons
    who signed the list of belongings. `reasons`: item code → "cannot, because …".
    """

    energy: Energy
    kind: VehicleKind = VehicleKind.CAR
    views: frozenset[str] = frozenset()
    has_video: bool = False
    odometer_km: int | None = None
    fuel_percent: int | None = None
    charge_percent: int | None = None
    keys: int | None = None
    has_papers_list: bool = False
    seal_number: str = ""
    has_seal_photo: bool = False
    counted_by: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)


def missing_pickup_views(views: frozenset[str]) -> list[Missing]:
    """Views of the pick-up set (four corners, plate, instrument panel) not photographed yet."""
    return [_photo(view) for view in PICKUP_VIEWS if view not in views]


def check_departure(views: frozenset[str], reasons: Mapping[str, str]) -> dict[str, str]:
    """The trimmed reasons for the pick-up photos that are not there.

    Raises `Refused` (409) that names every photo with neither a picture nor a reason.
    """
    missing = missing_pickup_views(views)
    given = {item.code: reasons.get(item.code, "").strip() for item in missing}
    silent = [item.zh for item in missing if not given[item.code]]
    if silent:
        raise Refused(
            "pickup_incomplete",
            "不能起运，因为还缺 %(count)d 张照片：%(missing)s。请补拍，或逐张写明无法拍摄的原因。",
            status=409,
            count=len(silent),
            missing="、".join(silent),
        )
    return {code: read_reason(text) for code, text in given.items()}


def read_phone(text: str) -> str:
    """A telephone number of a driver, digits alone with an optional +.

    Raises `Refused` (field ``phone``).
    """
    plain = "".join(c for c in half_width(text) if c not in " -()")
    if not re.fullmatch(r"\+?[0-9]{7,15}", plain):
        raise Refused("driver_phone", "请填写司机的电话号码，例如 138 0013 8000。", field="phone")
    return plain


def required_items(energy: Energy, kind: VehicleKind) -> list[Missing]:
    """Everything a gate-in record of such a vehicle must answer, in the order of the work."""
    items = [_photo(view) for view in GATE_IN_VIEWS[kind]]
    for code, zh in ITEM_WORDS.items():
        if energy.value in TABLE["readings"].get(code, [energy.value]):
            items.append(Missing(code, zh))
    return items


def missing_for_bay(record: GateInRecord) -> list[Missing]:
    """What is neither recorded nor excused in writing; empty when the car may have a bay."""
    return [item for item in _absent(record) if not _excused(record, item.code)]


def not_checked(record: GateInRecord) -> list[Missing]:
    """What is excused in writing: shown as not checked wherever the vehicle is shown."""
    return [item for item in _absent(record) if _excused(record, item.code)]


def check_ready_for_bay(record: GateInRecord) -> None:
    """Raise `Refused` (409) that names what is missing, unless the record is complete."""
    missing = missing_for_bay(record)
    if missing:
        raise Refused(
            "intake_incomplete",
            "不能分配库位，因为还缺 %(count)d 项：%(missing)s。请补齐，或逐项写明无法完成的原因。",
            status=409,
            count=len(missing),
            missing="、".join(item.zh for item in missing),
        )


def check_report(*, finished: bool, same: bool) -> None:
    """Raise `Refused` (409) for a report of an unfinished gate-in, or one that says nothing new."""
    if not finished:
        raise Refused(
            "report_early", "入库查验还没有完成，不能出具查验报告。请先完成查验。", status=409
        )
    if same:
        raise Refused(
            "report_unchanged", "查验内容没有变化，不必重新出具。请使用已出具的报告。", status=409
        )


def check_reason(record: GateInRecord, code: str, text: str) -> str:
    """The trimmed reason why item `code` cannot be done.

    Raises `Refused` (field ``reason``) for an item that is not asked of this vehicle, or a
    reason too short or too long to be one.
    """
    if code not in {item.code for item in required_items(record.energy, record.kind)}:
        raise Refused("reason_item", "这一项不在本车的查验清单中，请刷新页面。", field="reason")
    return read_reason(text)


def read_reason(text: str) -> str:
    """The trimmed "cannot, because …". Raises `Refused` (field ``reason``) for none or a novel."""
    reason, limits = text.strip(), TABLE["reason"]
    if not limits["min_length"] <= len(reason) <= limits["max_length"]:
        raise Refused(
            "reason_length",
            "请写明无法完成的原因（%(low)d 至 %(high)d 个字），例如“无钥匙”“电瓶亏电”。",
            field="reason",
            low=limits["min_length"],
            high=limits["max_length"],
        )
    return reason


def check_number(code: str, value: int) -> None:
    """Raise `Refused` (field `code`) when a typed number is none that `code` can have.

    `code`: ``odometer`` (km), ``fuel`` or ``charge`` (%), ``keys`` (pieces).
    """
    low, high = TABLE["ranges"][code]
    if not low <= value <= high:
        raise Refused(
            "intake_number",
            "“%(item)s”应在 %(low)d 至 %(high)d 之间，现为 %(value)d，请核对后重填。",
            field=code,
            item=ITEM_WORDS[code],
            low=low,
            high=high,
            value=value,
        )


def check_counters(counted_by: tuple[str, ...]) -> None:
    """Raise `Refused` unless two different persons counted the belongings."""
    if len(set(counted_by)) < 2:
        raise Refused(
            "belongings_two_persons",
            "车内物品须由两名不同人员共同清点并签名，请另一人确认。",
            field="belongings",
        )


def weigh_check_in(
    place: Position, device: Position | None, device_at: datetime, server_at: datetime
) -> CheckIn:
    """Flag a check-in over 200 m from `place` or a device clock over 2 min off (table values).

    `device` None: the device gave no position. Times are aware.
    """
    return positions.weigh_check_in(place, device, device_at, server_at, **TABLE["check_in"])


def weigh(place: Position | None, where: Whereabouts, server_at: datetime) -> CheckIn:
    """`weigh_check_in` of what a phone says; `place` None: nobody knows where it should be."""
    if place is None:
        found = weigh_check_in(Position(0, 0), None, where.device_at or server_at, server_at)
    else:
        found = weigh_check_in(place, where.position, where.device_at or server_at, server_at)
    return found


def _photo(view: str) -> Missing:
    return Missing(f"photo.{view}", VIEW_WORDS[view])


def _absent(record: GateInRecord) -> Iterator[Missing]:
    """Required items that the record does not hold, excused or not."""
    there = {f"photo.{view}" for view in record.views} | {
        code for code, held in _held(record).items() if held
    }
    return (i for i in required_items(record.energy, record.kind) if i.code not in there)


def _held(record: GateInRecord) -> dict[str, bool]:
    return {
        "video": record.has_video,
        "odometer": record.odometer_km is not None,
        "fuel": record.fuel_percent is not None,
        "charge": record.charge_percent is not None,
        "keys": record.keys is not None,
        "papers": record.has_papers_list,
        "seal_number": bool(record.seal_number.strip()),
        "seal_photo": record.has_seal_photo,
        "belongings": len(set(record.counted_by)) >= 2,
    }


def _excused(record: GateInRecord, code: str) -> bool:
    least: int = TABLE["reason"]["min_length"]
    return len(record.reasons.get(code, "").strip()) >= least
