"""Making a scene: `python -m station.media.stage ORDER`, in its cage only.

ORDER is a JSON file {"recipe", "sources": [[path, rectangles], …], "out", "walk"}; `walk` is the
manifest of a spin that is made again from its photos, e.g. with masks, else empty. Prints lines of
{"share", "step"} and last {"folder", "manifest"}, with "photos" ({"path", "at_ms", "width",
"height"} of each frame taken out of a video), or {"refused", "message", "values"}. To lay two
panoramas over one another: {"recipe": "compare", "sources": [rows of paths of tiles, …], "out"}.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from panoramas import Unusable, faces, fisheye, photos, ready, recipe, spin, spin_film, tiles
from panoramas.gpano import Opening
from panoramas.masks import Mask
from panoramas.walk import told
from station.media.laying import lay
from station.media.rules import COMPARE, Recipe

Say = Callable[[float, str], None]
LEAST_STEP = 0.02  # a share worth telling


def make(order: dict[str, Any], say: Say) -> dict[str, Any]:
    """Make what is ordered under `order["out"]`; the folder with its files and what a viewer needs."""
    out = Path(order["out"])
    if order["recipe"] == COMPARE:
        return lay(order["sources"], out, say)
    paths = [Path(path) for path, _ in order["sources"]]
    masks = {Path(path): [Mask(*box) for box in boxes] for path, boxes in order["sources"]}
    if order["recipe"] in (Recipe.SERIES, Recipe.FILM):
        return _make_spin(order, paths, masks, say)
    report = _make_sphere(order["recipe"], paths, masks, out / "sphere", _part(say, 0.0, 0.5))
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


def _make_sphere(
    how: str, paths: list[Path], masks: dict[Path, list[Mask]], out: Path, say: Say
) -> recipe.Report:
    """A panorama by one of the four recipes."""
    match how:
        case Recipe.READY:
            return ready.make(paths[0], out, masks=masks[paths[0]], progress=say)
        case Recipe.FISHEYE:
            return fisheye.make(paths[0], out, masks=masks[paths[0]], progress=say)
        case Recipe.PHOTOS:
            return photos.make(paths, out, masks=masks, progress=say)
        case _:
            by_letter = dict(zip(faces.NAMES, paths, strict=True))  # both in the order F R B L U D
            return faces.make(by_letter, out, masks=masks, progress=say)


def _make_spin(
    order: dict[str, Any], paths: list[Path], masks: dict[Path, list[Mask]], say: Say
) -> dict[str, Any]:
    """A spin from photos, from a video, or once more from the frames of a video."""
    out = Path(order["out"])
    folder = out / "spin"
    if order["recipe"] == Recipe.FILM and not order["walk"]:
        report = spin_film.make(paths[0], folder, progress=say)
    else:
        report = _make_round(order["walk"], paths, masks, folder, say)
    plan = json.loads((folder / spin.NAME).read_text(encoding="utf-8"))
    made = _told(folder, plan, report)
    if (folder / spin_film.PHOTOS).is_dir():
        # whole frames are nobody's to see before they are masked: they leave what is shown
        (folder / spin_film.PHOTOS).rename(out / spin_film.PHOTOS)
        made["photos"] = _photos(out / spin_film.PHOTOS, plan, report)
    return made


def _make_round(
    before: dict[str, Any], paths: list[Path], masks: dict[Path, list[Mask]], folder: Path, say: Say
) -> recipe.Report:
    """A spin from photos; the angles and cuts of the one that was made `before` stay."""
    walk = None
    if before.get("angles") == "measured":
        walk = told.from_plan(before)
        paths = [paths[frame.get("photo", n) - 1] for n, frame in enumerate(before["frames"], 1)]
    return spin.make(
        paths, folder, masks=masks, order="given", walk=walk, measure=not before, progress=say
    )


def _photos(under: Path, plan: dict[str, Any], report: recipe.Report) -> list[dict[str, str | int]]:
    width, height = report.result["photo_size"]
    size = {"width": width, "height": height}
    return [
        {"path": str(path), "at_ms": frame["time_ms"], **size}
        for path, frame in zip(sorted(under.iterdir()), plan["frames"], strict=True)
    ]


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
