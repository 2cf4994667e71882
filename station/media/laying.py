"""Two panoramas laid over one another, in the cage of `stage`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import simplejpeg

from panoramas import picture
from panoramas.compare import record

DATES = ("较早的全景.jpg", "较晚的全景.jpg")  # what the engine's sentences call them
QUALITY = 95


def lay(
    pair: Sequence[list[list[str]]], out: Path, say: Callable[[float, str], None]
) -> dict[str, Any]:
    """The folder of the aligned pair and its map of change, and what the engine says of it.

    `pair`: of both panoramas the paths of their finest tiles, row by row. Raises `Unusable`.
    """
    before, after = (_joined(out / name, rows) for name, rows in zip(DATES, pair, strict=True))
    report = record.make(before, after, out / "pair", progress=say)
    judged = {"verdict": report.verdict, "remarks": report.reasons, "figures": report.figures}
    return {"folder": str(out / "pair"), "manifest": {**report.result, **judged}}


def _joined(to: Path, rows: list[list[str]]) -> Path:
    whole = np.vstack([np.hstack([_tile(Path(path)) for path in row]) for row in rows])
    to.write_bytes(picture.encode_jpeg(whole, QUALITY, "444"))
    return to


def _tile(path: Path) -> picture.Picture:
    return np.asarray(simplejpeg.decode_jpeg(path.read_bytes(), "RGB"), np.uint8)
