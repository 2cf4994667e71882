"""What is wrong with a vehicle and where it is on it (where it is in the pictures: see `spots`).

Body parts and defect codes are those of GB/T 30323-2013 (data: `inventory.yaml`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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
