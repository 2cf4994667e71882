"""A recipe from the command line: what it takes, what it says in the help, how it runs.

Every recipe has a `COMMAND` of its own; `panoramas.__main__` only holds the table of them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from panoramas.masks import Mask
from panoramas.recipe import Progress, Report

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".tif", ".tiff")


@dataclass(frozen=True)
class Told:
    """What was typed. `options`: values of the command's own arguments."""

    inputs: list[Path]
    out: Path
    options: argparse.Namespace

    @property
    def source(self) -> Path:
        """The first input, for most commands the only one."""
        return self.inputs[0]


@dataclass(frozen=True)
class Command:
    """`inputs`: how the help calls what goes in, one word each. `says`: one line of help.

    `run`: does it and answers the report; raises Unusable. `arguments`: adds the command's own.
    """

    inputs: tuple[str, ...]
    says: str
    run: Callable[[Told, Progress], Report]
    arguments: Callable[[argparse.ArgumentParser], None] | None = None


def masked(parser: argparse.ArgumentParser) -> None:
    """Let a command take rectangles to paint over."""
    parser.add_argument(
        "--masks", help='JSON file: {"name.jpg": [[x, y, w, h], …]}, fractions of the picture'
    )


def masks_of(told: Told) -> dict[str, list[Mask]]:
    """Rectangles by file name, from the file that --masks names."""
    if told.options.masks is None:
        return {}
    drawn = json.loads(Path(told.options.masks).read_text(encoding="utf-8"))
    return {name: [Mask(*box) for box in boxes] for name, boxes in drawn.items()}


def masks_by_path(told: Told, paths: list[Path]) -> dict[Path, list[Mask]]:
    """Rectangles of each of these files."""
    drawn = masks_of(told)
    return {path: drawn.get(path.name, []) for path in paths}


def pictures_in(folder: Path) -> list[Path]:
    """The picture files of a folder, by name."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES)
