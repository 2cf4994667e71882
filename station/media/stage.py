"""Making a scene: `python -m station.media.stage ORDER`, in its cage only.

ORDER is a JSON file {"recipe", "sources": [[path, rectangles], …], "out"}. Prints lines of
{"share", "step"} and last {"folder", "manifest"} or {"refused", "message", "values"}.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from panoramas import Unusable, faces, ready, recipe, spin, tiles
from panoramas.gpano import Opening
from panoramas.masks import Mask
from station.media.rules import Recipe

Say = Callable[[float, str], None]
LEAST_STEP = 0.02  # a share worth telling


def make(order: dict[str, Any], say: Say) -> dict[str, Any]:
    """Make what is ordered under `order["out"]`; the folder with its files and what a viewer needs."""
    out = Path(order["out"])
    paths = [Path(path) for path, _ in order["sources"]]
    masks = {Path(path): [Mask(*box) for box in boxes] for path, boxes in order["sources"]}
    if order["recipe"] == Recipe.SERIES:
        report = spin.make(paths, out / "spin", masks=masks, order="given", progress=say)
        plan = json.loads((out / "spin" / spin.NAME).read_text(encoding="utf-8"))
        return _told(out / "spin", plan, report)
    first = _part(say, 0.0, 0.5)
    if order["recipe"] == Recipe.READY:
        report = ready.make(paths[0], out / "sphere", masks=masks[paths[0]], progress=first)
    else:
        by_letter = dict(zip(faces.NAMES, paths, strict=True))  # both in the order F R B L U D
        report = faces.make(by_letter, out / "sphere", masks=masks, progress=first)
    manifest = tiles.cut(
        out / "sphere" / report.result["file"],
        out / "tiles",
        opening=Opening(**report.result["opening"]),
        crop=report.result["crop"],
        coverage=report.result["coverage"],
        progress=_part(say, 0.5, 1.0),
    )
    folder = out / "tiles" / manifest.name
    (folder / "sphere.json").write_text(report.text(), encoding="utf-8")
    return _told(folder, asdict(manifest), report)


def _told(folder: Path, manifest: dict[str, Any], report: recipe.Report) -> dict[str, Any]:
    """The preview stays in its folder: pages made from rows must not show what a mask covers."""
    manifest.pop("preview", None)
    judged = {"verdict": report.verdict, "remarks": report.reasons}
    return {"folder": str(folder), "manifest": {**manifest, **judged}}


def _part(say: Say, start: float, end: float) -> Say:
    return lambda share, step: say(start + share * (end - start), step)


def _print(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)  # noqa: T201 - the answer


def main(order: Path) -> None:
    """Make it and say how far it is."""
    told = -1.0

    def say(share: float, step: str) -> None:
        nonlocal told
        if share - told >= LEAST_STEP:
            told = share
            _print({"share": round(share, 3), "step": step})

    try:
        _print(make(json.loads(order.read_text(encoding="utf-8")), say))
    except Unusable as no:
        _print({"refused": no.code, "message": no.message, "values": no.values})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
