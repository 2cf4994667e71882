"""A recipe: named steps, their parameters and figures, and the report that travels with a result."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from panoramas import folder
from panoramas.picture import digest
from panoramas.sentences import REMARKS, VERSION

Progress = Callable[[float, str], None]
"""Called with the share done (0..1) and the name of the step that begins; may raise to stop."""

VERDICTS = ("publish", "remark", "reshoot")
PARTS = ("numpy", "opencv-python-headless", "pillow", "py360convert", "simplejpeg")
NAME = "report.json"


@dataclass(frozen=True)
class Report:
    """What was made of what, and how; the same bytes for the same input (no times in it).

    `key`: content address of inputs, parameters and engine. `verdict`: publish, remark or
    reshoot. `reasons`: {code, message, values} from REMARKS. `result`: what the recipe made.
    """

    command: str
    key: str
    inputs: list[dict[str, Any]]
    parameters: dict[str, Any]
    steps: list[dict[str, Any]]
    figures: dict[str, Any]
    verdict: str
    reasons: list[dict[str, Any]]
    result: dict[str, Any]
    engine: str = VERSION
    versions: dict[str, str] = field(default_factory=dict)

    def write(self, under: Path) -> None:
        (under / NAME).write_text(self.text(), encoding="utf-8")

    def text(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def read_report(made: Path) -> Report | None:
    """The report of a finished result folder, None if there is none."""
    file = made / NAME
    if not file.is_file():
        return None
    return Report(**json.loads(file.read_text(encoding="utf-8")))


class Recipe:
    """Keeps the books of one run: call `step` as each named step begins."""

    def __init__(self, command: str, names: Sequence[str], progress: Progress | None) -> None:
        self.command, self.names = command, tuple(names)
        self.steps: list[dict[str, Any]] = []
        self.figures: dict[str, Any] = {}
        self.reasons: list[dict[str, Any]] = []
        self.verdict = "publish"
        self._progress = progress

    def step(self, name: str, **parameters: object) -> None:
        """Begin a step; `parameters` go to the report."""
        self.steps.append({"step": name, **parameters})
        self.within(0.0)

    def within(self, share: float) -> None:
        """Say how much of the running step is done, 0..1."""
        if self._progress is not None:
            name = self.steps[-1]["step"]
            self._progress((self.names.index(name) + share) / len(self.names), name)

    def remark(self, code: str, verdict: str = "remark", **values: object) -> None:
        """Note a reason; the verdict becomes the worst of those said."""
        self.verdict = max(self.verdict, verdict, key=VERDICTS.index)
        self.reasons.append({"code": code, "message": REMARKS[code], "values": values})

    def report(
        self,
        key: str,
        inputs: list[dict[str, Any]],
        parameters: dict[str, Any],
        result: dict[str, Any],
    ) -> Report:
        """Close the books; progress says 1."""
        if self._progress is not None:
            self._progress(1.0, "done")
        return Report(
            command=self.command,
            key=key,
            inputs=inputs,
            parameters=parameters,
            steps=self.steps,
            figures=self.figures,
            verdict=self.verdict,
            reasons=self.reasons,
            result=result,
            versions={"python": platform.python_version()}
            | {part: version(part) for part in PARTS},
        )


def address(command: str, sources: Sequence[str], parameters: Mapping[str, object]) -> str:
    """Content address: SHA-256 over engine version, command, source digests and parameters."""
    told = [VERSION, command, list(sources), dict(parameters)]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def inputs_of(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Name, size and SHA-256 of each source file."""
    return [
        {"name": path.name, "bytes": path.stat().st_size, "sha256": digest(path)} for path in paths
    ]


def done_before(out: Path, key: str) -> Report | None:
    """The report in `out` if it was made from the very same input, else None.

    Raises FileExistsError when `out` holds the result of something else.
    """
    found = read_report(out)
    if found is not None and found.key != key:
        raise FileExistsError(f"{out} holds another result")
    return found


def land(out: Path, key: str, fill: Callable[[Path], Report]) -> Report:
    """Let `fill` write the result's files and close the books; `out` then appears whole.

    When somebody else finished the very same result meanwhile, theirs stays.
    """
    try:
        with folder.whole(out) as part:
            report = fill(part)
            report.write(part)
    except FileExistsError:
        other = done_before(out, key)
        if other is None:
            raise
        return other
    return report
