"""python -m panoramas COMMAND …: every recipe from the command line."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from panoramas import faces, fisheye, multires, photos, ready, spin_film, tiles
from panoramas.command import Command, Told
from panoramas.compare import record as pair
from panoramas.privacy import record
from panoramas.sentences import Unusable

COMMANDS: dict[str, Command] = {
    "photos": photos.COMMAND,
    "ready": ready.COMMAND,
    "faces": faces.COMMAND,
    "fisheye": fisheye.COMMAND,
    "spin": spin_film.COMMAND,
    "tiles": tiles.COMMAND,
    "masks": record.COMMAND,
    "cube": multires.COMMAND,
    "compare": pair.COMMAND,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 the input cannot be used (the sentence says why)."""
    options = _parser().parse_args(arguments)
    told = Told(options.inputs, options.out, options)
    try:
        report = COMMANDS[options.command].run(told, _say)
    except Unusable as no:
        sys.stderr.write(f"{no.code}: {no.message % no.values}\n")
        return 1
    sys.stdout.write(report.text())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="panoramas", description="图片进，全景、环拍与瓦片出")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, command in COMMANDS.items():
        under = commands.add_parser(name, help=command.says)
        words = command.inputs
        under.add_argument("inputs", metavar=words, nargs=len(words), type=Path)
        under.add_argument("out", metavar="OUT", type=Path)
        if command.arguments is not None:
            command.arguments(under)
    return parser


def _say(share: float, step: str) -> None:
    sys.stderr.write(f"\r{share * 100:5.1f} % {step:<10}" + ("\n" if share >= 1 else ""))


def _stop(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)  # so that the half-made folder is removed on the way out


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    raise SystemExit(main())
