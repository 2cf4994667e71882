"""How many of a virtual car's known flaws `compare` finds on another day, and what else it lists.

The two pictures of a pair differ in viewpoint (1.5° round the car, 2 % nearer, 5 cm higher), in the
sun (12° further), in colour and in noise; the second has all the car's flaws, the first none. A
flaw counts as found when a listed region touches what the renderer drew of it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from panoramas import picture
from panoramas.compare import record
from tests.panoramas.compare import pairs

OUTSIDE = ((2, 300), (2, 200), (0, 45), (1, 120), (3, 270), (5, 20), (7, 100), (9, 315))
INSIDE = ((2, (0.01, 0.01, 0.0)), (6, (0.01, -0.01, 0.0)), (7, (0.03, -0.02, 0.01)))
NEAR = 25  # pixels round a flaw that still belong to it


def run(out: Callable[[str], None]) -> None:
    """Print what was found of every pair, and the sums."""
    out("pair                      flaws  found  elsewhere")
    sums = np.zeros(3, int)
    for number, angle in OUTSIDE:
        pair = pairs.outside_pair(number, angle, pairs.OTHER_DAY)
        sums += _told(out, f"car {number} from {angle}°", pair)
    for number, step in INSIDE:
        pair = pairs.inside_pair(number, step, 40, pairs.OTHER_DAY, 2048)
        sums += _told(out, f"cabin {number}, {100 * np.linalg.norm(step):.1f} cm aside", pair)
    out(f"{'all':25} {sums[0]:5} {sums[1]:6} {sums[2]:10}")


def _told(out: Callable[[str], None], name: str, pair: pairs.Pair) -> np.ndarray:
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for letter, shown in (("a", pair.a), ("b", pair.b)):
            files.append(Path(folder) / f"{letter}.jpg")
            files[-1].write_bytes(picture.encode_jpeg(shown, 95, "444"))
        report = record.make(*files, Path(folder) / "out")
    boxes = [_box(change, pair.a.shape) for change in report.result["changes"]]
    found = sum(any(flaw[box].sum() > 10 for box in boxes) for flaw in pair.truth)
    wide = [cv2.dilate(flaw.astype(np.uint8), np.ones((NEAR, NEAR))) for flaw in pair.truth]
    elsewhere = sum(not any(flaw[box].any() for flaw in wide) for box in boxes)
    out(f"{name:25} {len(pair.truth):5} {found:6} {elsewhere:10}")
    return np.array([len(pair.truth), found, elsewhere])


def _box(change: dict[str, float], shape: tuple[int, ...]) -> tuple[slice, slice]:
    """Rows and columns of a listed change."""
    height, width = shape[:2]
    if "x" in change:
        left, top = change["x"] * width, change["y"] * height
        across, down = change["width"] * width, change["height"] * height
    else:
        across = change["width"] / 360 * width / np.cos(np.radians(change["pitch"]))
        down = change["height"] / 180 * height
        left = (change["yaw"] + 180) / 360 * width - across / 2
        top = (90 - change["pitch"]) / 180 * height - down / 2
    rows = slice(max(0, round(top)), round(top + down) + 1)
    return rows, slice(max(0, round(left)), round(left + across) + 1)
