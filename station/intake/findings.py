"""What is wrong with a vehicle, where it is on it, and where it is in the pictures.

Body parts and defect codes are those of GB/T 30323-2013 (data: `inventory.yaml`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite

from station.ground.refused import Refused
from station.ground.tables import read_table
from station.ground.words import N_

TABLE = read_table(__file__, "inventory.yaml")


class Defect(StrEnum):
    """Defect codes of the body inspection (GB/T 30323-2013)."""

    SCRATCH = "HH"
    DENT = "AX"
    DEFORMED = "BX"
    RUST = "XS"
    CRACK = "LW"
    REPAIRED = "XF"


class Source(StrEnum):
    """At which work a finding was made."""

    TOW = "tow"
    INTAKE = "intake"
    YARD = "yard"


DEFECT_WORDS: dict[Defect, str] = {Defect(code): row["zh"] for code, row in TABLE["codes"].items()}
PANEL_WORDS: dict[str, str] = {row["id"]: row["zh"] for row in TABLE["panels"]}
SOURCE_WORDS = {
    Source.TOW: N_("拖车起运时发现"),
    Source.INTAKE: N_("入库查验时发现"),
    Source.YARD: N_("在库期间发现"),
}
LONGEST_SENTENCE = 200


@dataclass(frozen=True)
class NewFinding:
    """A finding as made. `panel`: key of `PANEL_WORDS`. `size_mm`: longest extent, None unknown,
    `across_mm`: the one across. `sentence`: in plain words, may be empty. `media_id`: its close photo."""

    defect: Defect
    panel: str
    size_mm: int | None
    sentence: str
    media_id: str
    across_mm: int | None = None


@dataclass(frozen=True)
class Spot:
    """Where a finding is in the pictures.

    `frame`: index of the spin's picture, 0…n-1, with `x`, `y` as fractions of it from its top
    left corner. `frames`: the same place in further pictures, frame → (x, y); a picture left out
    does not show it. `yaw`, `pitch`: degrees in the panorama, yaw -180…360, pitch -90…90.
    """

    frame: int | None = None
    x: float | None = None
    y: float | None = None
    frames: Mapping[int, tuple[float, float]] = field(default_factory=dict)
    yaw: float | None = None
    pitch: float | None = None

    @property
    def in_spin(self) -> bool:
        """Whether the place in the spin is known."""
        return self.frame is not None

    @property
    def in_panorama(self) -> bool:
        """Whether the place in the panorama is known."""
        return self.yaw is not None


def check_finding(new: NewFinding) -> None:
    """Raise `Refused` naming the field unless the finding has its part, size and photo."""
    low, high = TABLE["size_mm"]
    if new.panel not in PANEL_WORDS:
        raise Refused("finding_panel", "请选择缺陷所在的部位。", field="panel")
    if not all(
        low <= extent <= high for extent in (new.size_mm, new.across_mm) if extent is not None
    ):
        raise Refused(
            "finding_size",
            "缺陷大小应在 %(low)d 至 %(high)d 毫米之间，不清楚可以留空。",
            field="size_mm",
            low=low,
            high=high,
        )
    if len(new.sentence) > LONGEST_SENTENCE:
        raise Refused(
            "finding_sentence", "说明请不超过 %(n)d 个字。", field="sentence", n=LONGEST_SENTENCE
        )
    if not new.media_id:
        raise Refused(
            "finding_photo", "请先拍一张缺陷近照：没有照片的缺陷不能登记。", field="photo"
        )


def check_spot(spot: Spot, frames: int | None) -> None:
    """Raise `Refused` for a place outside the pictures. `frames`: how many the spin has, if any."""
    if not spot.in_spin and not spot.in_panorama:
        raise Refused("spot_empty", "请先在环视照片或全景图上点一下缺陷的位置，再保存。")
    places = [(spot.x, spot.y), *spot.frames.values()] if spot.in_spin else []
    inside = all(_fraction(x) and _fraction(y) for x, y in places)
    indices = [*([spot.frame] if spot.frame is not None else []), *spot.frames]
    known = frames is not None and all(0 <= index < frames for index in indices)
    if (spot.in_spin and not (inside and known)) or not _direction(spot):
        raise Refused(
            "spot_outside", "标注的位置不在图片之内，或图片已重新制作。请刷新后重新点选。"
        )


def _fraction(value: float | None) -> bool:
    return value is not None and isfinite(value) and 0 <= value <= 1


def _direction(spot: Spot) -> bool:
    if spot.yaw is None and spot.pitch is None:
        return True
    if spot.yaw is None or spot.pitch is None:
        return False
    return -180 <= spot.yaw <= 360 and -90 <= spot.pitch <= 90
