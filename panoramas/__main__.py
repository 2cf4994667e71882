"""python -m panoramas COMMAND …: every recipe from the command line."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from panoramas import faces, ready, recipe, spin, tiles
from panoramas.folder import replace
from panoramas.gpano import Opening
from panoramas.masks import Mask
from panoramas.sentences import Unusable

KINDS = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".tif", ".tiff")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 the input cannot be used (the sentence says why)."""
    told = _parser().parse_args(arguments)
    try:
        report = _run(told)
    except Unusable as no:
        sys.stderr.write(f"{no.code}: {no.message % no.values}\n")
        return 1
    sys.stdout.write(report.text())
    return 0


def _run(told: argparse.Namespace) -> recipe.Report:
    source, out, drawn = Path(told.source), Path(told.out), _masks(told.masks)
    if told.command == "ready":
        return ready.make(source, out, masks=drawn.get(source.name, ()), progress=_say)
    if told.command == "tiles":
        return _tiles(source, out)
    paths = sorted(path for path in source.iterdir() if path.suffix.lower() in KINDS)
    by_path = {path: drawn.get(path.name, ()) for path in paths}
    if told.command == "faces":
        return faces.make(paths, out, masks=by_path, progress=_say)
    return spin.make(paths, out, masks=by_path, progress=_say)


def _tiles(source: Path, out: Path) -> recipe.Report:
    """Cut; opening, crop and coverage come from the report beside a panorama made here."""
    beside = recipe.read_report(source.parent)
    known = beside.result if beside and beside.result.get("file") == source.name else {}
    manifest = tiles.cut(
        source,
        out,
        opening=Opening(**known.get("opening", {})),
        crop=known.get("crop"),
        coverage=known.get("coverage", 1.0),
        progress=_say,
    )
    report = recipe.read_report(out / manifest.name)
    if report is None:
        raise FileNotFoundError(out / manifest.name / recipe.NAME)
    replace(out / recipe.NAME, report.text().encode())
    return report


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="panoramas", description="图片进，全景、环拍与瓦片出")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, source, says in (
        ("ready", "IMAGE", "2:1 or cropped equirectangular picture -> levelled panorama"),
        ("faces", "DIR", "six cube faces -> panorama"),
        ("spin", "DIR", "photos walked round a car -> frames"),
        ("tiles", "PANORAMA", "pyramid, preview, poster, manifest.json"),
    ):
        command = commands.add_parser(name, help=says)
        command.add_argument("source", metavar=source)
        command.add_argument("out", metavar="OUT")
        command.add_argument(
            "--masks", help='JSON file: {"name.jpg": [[x, y, w, h], …]}, fractions of the picture'
        )
    return parser


def _masks(file: str | None) -> dict[str, list[Mask]]:
    if file is None:
        return {}
    told = json.loads(Path(file).read_text(encoding="utf-8"))
    return {name: [Mask(*box) for box in boxes] for name, boxes in told.items()}


def _say(share: float, step: str) -> None:
    sys.stderr.write(f"\r{share * 100:5.1f} % {step:<10}" + ("\n" if share >= 1 else ""))


def _stop(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)  # so that the half-made folder is removed on the way out


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    raise SystemExit(main())
