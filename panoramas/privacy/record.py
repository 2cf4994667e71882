"""Pictures in, proposed masks out: a file that `--masks` of the other recipes takes, and a report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from panoramas import command, picture, recipe
from panoramas.privacy.proposals import Proposal, What, describe, propose, shapes_of
from panoramas.sentences import Unusable

STEPS = ("look", "write")
NAME = "masks.json"


def make(
    paths: Sequence[Path], out: Path, *, progress: recipe.Progress | None = None
) -> recipe.Report:
    """Make `out`/masks.json and `out`/report.json.

    `report.result` holds the models and, by file name, every proposal with its score. The
    verdict is never better than `remark`: a person has to look. Raises Unusable: too_few,
    model_missing, model_other, and what `picture.load` refuses.
    """
    if not paths:
        raise Unusable("too_few", count=0, least=1)
    book = recipe.Recipe("masks", STEPS, progress)
    inputs = recipe.inputs_of(paths)
    parameters = {"models": [describe(what) for what in What]}
    key = recipe.address("masks", [told["sha256"] for told in inputs], parameters)
    if (before := recipe.done_before(out, key)) is not None:
        return before
    book.step("look")
    found = {}
    for done, path in enumerate(paths):
        book.within(done / len(paths))
        found[path.name] = look(path)
    _count(book, found)
    book.step("write")
    result = {
        "file": NAME,
        "pictures": {name: [one._asdict() for one in some] for name, some in found.items()},
    }

    def fill(part: Path) -> recipe.Report:
        (part / NAME).write_text(text(found), encoding="utf-8")
        return book.report(key, inputs, parameters, result)

    return recipe.land(out, key, fill)


def look(path: Path, wanted: Sequence[What] = tuple(What)) -> list[Proposal]:
    """Proposals for one file."""
    header = picture.read_header(path)
    return propose(picture.load(path, header), shapes_of(header), wanted)


def text(found: dict[str, list[Proposal]]) -> str:
    """Rectangles by file name, as `--masks` reads them."""
    told = {name: [[*one[1:5]] for one in some] for name, some in found.items()}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _count(book: recipe.Recipe, found: dict[str, list[Proposal]]) -> None:
    counted: dict[str, Any] = {
        f"{what}s": sum(one.what is what for some in found.values() for one in some)
        for what in What
    }
    book.figures |= counted
    book.remark("proposed", **counted)


def run(told: command.Told, say: recipe.Progress) -> recipe.Report:
    """`masks` from the command line."""
    source = told.source
    paths = command.pictures_in(source) if source.is_dir() else [source]
    return make(paths, told.out, progress=say)


COMMAND = command.Command(
    ("IMAGE|DIR",), "faces and plates that may need masks, for a person to confirm", run
)
