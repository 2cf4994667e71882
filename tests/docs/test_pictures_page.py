"""The figures on the page of pictures are the rules'."""

from __future__ import annotations

import re

from panoramas import bake, grid, spin
from panoramas.sentences import REMARKS
from station.ground.settings import PROJECT
from station.media import decode, door, jobs, rules
from station.media.apart import GIB
from station.showroom.rules import STALE_DAYS

TEXT = " ".join((PROJECT / "docs" / "pictures.md").read_text(encoding="utf-8").split())


def said(words: str) -> str:
    """Fails with the words that the page must have."""
    assert words in TEXT, words
    return words


def test_the_doors_let_in_what_the_page_says() -> None:
    for limit, row in (
        (rules.PICTURE, "| picture | JPEG, PNG, WebP, HEIC |"),
        (rules.PAPER, "| paper | PDF, or a picture |"),
        (rules.VIDEO, "| video | MP4, MOV, WebM |"),
        (rules.SHEET, f"at most {rules.UNPACKED_SHEET // rules.MB} MB |"),
    ):
        said(f"{row} {limit.largest // rules.MB} MB |")
    ends = set(re.findall(r"\.(\w+)", " ".join(rules.ENDINGS.values())))
    assert ends == {"jpg", "png", "webp", "heic", "mp4", "mov", "webm", "pdf", "xlsx"}


def test_the_sizes_and_limits_are_the_ones_in_the_code() -> None:
    said(f"{rules.MAX_PIXELS // 1_000_000} million pixels")
    said("{}×{}".format(*rules.PANORAMA))
    said(f"longest side {jobs.SIZES['thumb']} and {jobs.SIZES['view']}")
    said(f"quality {decode.QUALITY}")
    said(f"at most {rules.MOST_RECTANGLES}")
    said(f"grey ({decode.GREY[0]})")
    said("{} to {} photos".format(*rules.SPIN_COUNT))
    said(f"tiles of {grid.SMALLEST_TILE}–{grid.LARGEST_TILE} pixels")
    said(f"Widest result {bake.WIDEST} columns")
    said(f"up to {spin.MOST} photos")
    said(f"older than {STALE_DAYS} days")


def test_the_cage_is_as_large_as_the_page_says() -> None:
    said(f"{door.PROBE.memory // GIB} GiB for trying a file")
    assert jobs.DRAW.memory == jobs.MEASURE.memory
    said(f"{jobs.DRAW.memory // GIB} GiB for drawing and measuring")
    said(f"{jobs.STAGE.memory // GIB} GiB for a panorama or spin")


def test_the_remarks_that_the_page_names_are_remarks() -> None:
    named = said("gap, low resolution, blurred, tilted, seam").split(", ")
    assert {name.replace(" ", "_") for name in named} <= set(REMARKS)
