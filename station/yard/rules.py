"""Bays and the way round them, the care plan of stored vehicles, and what a reading means.

Plan and limits are data: `maintenance_plan.yaml`. Care follows days as a battery counts them,
so its due days do not roll over holidays. The custodian may not use the vehicle (LCK
art 10): care moves nothing without its own task.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from station.ground.refused import Refused
from station.ground.tables import read_table
from station.ground.widths import ascii_upper, half_width
from station.ground.words import N_
from station.vehicles.rules import Energy

TABLE = read_table(__file__, "maintenance_plan.yaml")

ACTS = {
    "yard.add_bays": N_("划定库位"),
    "yard.place_row": N_("调整平面图"),
    "yard.remove_row": N_("撤销库位"),
    "yard.change_bay": N_("改变库位种类"),
    "yard.place": N_("入位"),
    "yard.move": N_("移位"),
    "yard.care": N_("在库养护"),
    "yard.care_record": N_("出具保养记录"),
    "yard.presence_ask": N_("法院要求现场拍照"),
    "yard.presence_open": N_("取现场核查验证码"),
    "yard.presence_answer": N_("答复现场核查"),
    "yard.presence_excuse": N_("说明无法现场拍照"),
    "yard.presence_judge": N_("法官查看现场照片"),
    "yard.incident": N_("报告在库异常"),
    "yard.incident_decide": N_("法官处理在库异常"),
    "yard.incident_settle": N_("登记异常处理结果"),
    "yard.run_engine": N_("热车"),
    "yard.odometer": N_("抄录里程"),
    "yard.walk": N_("巡库"),
    "yard.count_open": N_("开始盘点"),
    "yard.count_join": N_("加入盘点"),
    "yard.count_see": N_("盘点见到"),
    "yard.count_sign": N_("盘点签字"),
    "yard.count_return": N_("退回盘点"),
    "yard.count": N_("全库盘点"),
    "yard.count_sheet": N_("出具盘点表"),
    "yard.report_missing": N_("报告车辆缺失"),
}

DOCUMENTS = {"care_record": N_("车辆保养记录"), "count_sheet": N_("车辆盘点表")}


# --- bays


@dataclass(frozen=True, order=True)
class BayCode:
    """One bay: a zone letter and a number from 1 to 999, written ``A-07``."""

    zone: str
    number: int

    def __str__(self) -> str:
        return f"{self.zone}-{self.number:02d}"


def read_bay_code(text: str) -> BayCode:
    """Read a bay code as typed or scanned: ``A-07``, ``a7`` and ``Ａ－０７`` are the same bay.

    Raises `Refused` (field ``bay``) for anything else.
    """
    plain = re.sub(r"\s", "", ascii_upper(half_width(text)))
    found = re.fullmatch(r"([A-Z])-?0*([1-9][0-9]{0,2})", plain)
    if not found:
        raise Refused(
            "bay_code",
            "“%(text)s”不是库位编号，应为区号加数字，例如 A-07。请扫描库位牌或重新填写。",
            field="bay",
            text=text.strip()[:20],
        )
    return BayCode(found[1], int(found[2]))


class BayKind(StrEnum):
    """What a bay is good for."""

    ORDINARY = "ordinary"
    CHARGING = "charging"
    LARGE = "large"
    COVERED = "covered"
    QUARANTINE = "quarantine"


BAY_KIND_WORDS = {
    BayKind.ORDINARY: N_("普通车位"),
    BayKind.CHARGING: N_("充电车位"),
    BayKind.LARGE: N_("大型车位"),
    BayKind.COVERED: N_("室内车位"),
    BayKind.QUARANTINE: N_("隔离车位"),
}


@dataclass(frozen=True)
class BayRow:
    """Bays `first` to `last` of a zone, all of one kind."""

    zone: str
    first: int
    last: int
    kind: BayKind = BayKind.ORDINARY

    def codes(self) -> list[BayCode]:
        """The bays of the row. Raises `Refused` for a row that is none."""
        if not re.fullmatch(r"[A-Z]", self.zone) or not 1 <= self.first <= self.last <= 999:
            raise Refused(
                "bay_row", "区号应为一个字母，编号从 1 到 999、从小到大。请改正。", field="zone"
            )
        return [BayCode(self.zone, number) for number in range(self.first, self.last + 1)]


# --- care


class Occasion(StrEnum):
    """An event that calls for a task, whatever the day."""

    BEFORE_VIEWING = "before_viewing"
    BEFORE_RELEASE = "before_release"


@dataclass(frozen=True)
class CareTask:
    """One row of the plan. `every` days (None: by `occasions` alone). `automatic`: by the
    program. `reading`: key of the reading to take, or empty. `running`: needs a running engine.
    """

    id: str
    zh: str
    every: int | None
    energies: frozenset[Energy]
    showroom: bool
    running: bool
    automatic: bool
    reading: str
    occasions: frozenset[Occasion]
    ref: str


def _task(row: Mapping[str, Any]) -> CareTask:
    return CareTask(
        id=row["id"],
        zh=row["zh"],
        every=row.get("every"),
        energies=frozenset(map(Energy, row.get("applies", list(Energy)))),
        showroom=row.get("showroom", False),
        running=row.get("running", False),
        automatic=row.get("automatic", False),
        reading=row.get("reading", ""),
        occasions=frozenset(map(Occasion, row.get("when", ()))),
        ref=row["ref"],
    )


PLAN = {task.id: task for task in map(_task, TABLE["tasks"])}


@dataclass(frozen=True)
class StoredVehicle:
    """What the plan needs to know. `can_run`: has a key, starts, and the court agrees.

    `last_done`: task id → day it was last done.
    """

    energy: Energy
    taken_in: date
    showroom: bool = False
    can_run: bool = False
    last_done: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True)
class Due:
    """A task and its day. `overdue_days`: whole days past it, 0 when not past."""

    task: CareTask
    on: date
    overdue_days: int


def applies(task: CareTask, vehicle: StoredVehicle) -> bool:
    """Whether people must do `task` on `vehicle` at all."""
    return (
        not task.automatic
        and vehicle.energy in task.energies
        and (vehicle.showroom or not task.showroom)
        and (vehicle.can_run or not task.running)
    )


def next_due(task: CareTask, vehicle: StoredVehicle) -> date | None:
    """Day on which `task` falls due next; None when it goes by occasions or does not apply."""
    if task.every is None or not applies(task, vehicle):
        return None
    last = vehicle.last_done.get(task.id, vehicle.taken_in)
    return last + timedelta(days=task.every)


def due_by(vehicle: StoredVehicle, today: date) -> list[Due]:
    """Tasks due on or before `today`, the longest overdue first."""
    found = []
    for task in PLAN.values():
        on = next_due(task, vehicle)
        if on is not None and on <= today:
            found.append(Due(task, on, (today - on).days))
    return sorted(found, key=lambda due: (due.on, due.task.id))


def called_by(occasion: Occasion, vehicle: StoredVehicle) -> list[CareTask]:
    """Tasks that `occasion` calls for."""
    return [t for t in PLAN.values() if occasion in t.occasions and applies(t, vehicle)]


# --- readings


class ReadingState(StrEnum):
    """What a reading asks for."""

    GOOD = "good"
    WATCH = "watch"
    ACT = "act"
    ALARM = "alarm"


READING_STATE_WORDS = {
    ReadingState.GOOD: N_("正常"),
    ReadingState.WATCH: N_("留意"),
    ReadingState.ACT: N_("需处理"),
    ReadingState.ALARM: N_("报警"),
}
READING_WORDS: dict[str, str] = {code: row["zh"] for code, row in TABLE["readings"].items()}


@dataclass(frozen=True)
class Reading:
    """A judged reading. `zh`: sentence (msgid) that says what to do."""

    code: str
    value: int
    state: ReadingState
    zh: str

    @property
    def in_range(self) -> bool:
        """Whether nothing need be done."""
        return self.state is ReadingState.GOOD


def judge_reading(code: str, value: int) -> Reading:
    """Judge a reading in its table unit: ``battery_mv`` (mV at rest), ``soc_percent`` (%),
    ``tyre_kpa_over_placard`` (measured minus placard, kPa).

    Raises `Refused` (field ``reading``) for a value that the thing cannot have.
    """
    row = TABLE["readings"][code]
    low, high = row["possible"]
    if not low <= value <= high:
        raise Refused(
            "reading_impossible",
            "“%(reading)s”读数 %(value)d %(unit)s 不可能，应在 %(low)d 至 %(high)d 之间，请复测。",
            field="reading",
            reading=row["zh"],
            value=value,
            unit=row["unit"],
            low=low,
            high=high,
        )
    band = [band for band in row["bands"] if band["from"] <= value][-1]
    return Reading(code, value, ReadingState(band["state"]), band["zh"])


def show_value(code: str, value: int) -> str:
    """A reading as people say it: 11.9 V, 50 %, -12 kPa."""
    row = TABLE["readings"][code]
    if row["unit"] == "mV":
        return f"{value / 1000:.1f} V"
    return f"{value} {row['unit']}"


FOLLOW_UP_DAYS = {ReadingState.WATCH: 7, ReadingState.ACT: 1, ReadingState.ALARM: 0}
"""Days until somebody looks again after a reading that is not good [P]."""


def follow_up_on(reading: Reading, day: date) -> date | None:
    """Day by which the task must be done again because of `reading`; None when it is good."""
    days = FOLLOW_UP_DAYS.get(reading.state)
    return None if days is None else day + timedelta(days=days)


def check_task(task: CareTask, vehicle: StoredVehicle) -> None:
    """Raise `Refused` unless people do `task` on such a vehicle."""
    if not applies(task, vehicle):
        raise Refused(
            "care_not_for",
            "“%(task)s”不适用于这辆车，请从清单中选择。",
            field="task",
            status=409,
            task=task.zh,
        )
