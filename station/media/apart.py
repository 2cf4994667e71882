"""Running a decoder in its cage, from the side of the one who asks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from station.ground.settings import PROJECT

GIB = 1024**3
LONGEST_ANSWER = 1024 * 1024
# Nothing of the caller's environment goes in: no keys, no database address. One arena and
# one thread a library, since every further one reserves address space out of the limit.
ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "PATH": os.defpath,
    "MALLOC_ARENA_MAX": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENCV_FFMPEG_CAPTURE_OPTIONS": "threads;1|protocol_whitelist;file",
    "OPENCV_FFMPEG_LOGLEVEL": "-8",
    "PYTHONDONTWRITEBYTECODE": "1",
}


@dataclass(frozen=True)
class Bounds:
    """What one run may use: bytes of address space, seconds of processor, seconds by the clock."""

    memory: int = GIB
    processor: int = 60
    wall: float = 90.0


class Exceeded(Exception):
    """The run was ended by its limits, or died of the file it was given."""


def run(
    module: str,
    arguments: Sequence[str],
    bounds: Bounds = Bounds(),
    on_line: Callable[[str], None] | None = None,
) -> tuple[int, str]:
    """Exit code and last line of what `python -m module arguments` printed.

    `on_line` is told each line as it comes. Raises `Exceeded` when the run was killed,
    ran too long or said too much.
    """
    command = [sys.executable, "-m", "station.media.cage", str(bounds.memory)]
    command += [str(bounds.processor), module, *arguments]
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(  # noqa: S603 - our own interpreter and modules
            command,
            cwd=PROJECT,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            start_new_session=True,
        ) as child,
    ):
        watch = threading.Timer(bounds.wall, _end, [child])
        watch.start()
        try:
            last = _listen(child, on_line)
            code = child.wait()
        finally:
            watch.cancel()
            _end(child)
            watch.join()
    if code < 0:
        raise Exceeded(f"ended by signal {-code}")
    return code, last


def _listen(child: subprocess.Popen[bytes], on_line: Callable[[str], None] | None) -> str:
    assert child.stdout is not None
    last, heard = "", 0
    while raw := child.stdout.readline(LONGEST_ANSWER):
        heard += len(raw)
        if heard > LONGEST_ANSWER:
            raise Exceeded("said too much")
        last = raw.decode("utf-8", "replace").rstrip("\n")
        if on_line is not None:
            on_line(last)
    return last


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)


def ask(
    command: str,
    *arguments: str | Path,
    bounds: Bounds = Bounds(),
    module: str = "station.media.decode",
    **options: object,
) -> dict[str, Any]:
    """Ask the decoder (or another `module` that is asked like it): its answer, or {"refused": code, …}.

    A run that hit its limits answers {"refused": "decoding_limit"}.
    """
    told = [command, *(str(argument) for argument in arguments), json.dumps(options)]
    try:
        code, last = run(module, told, bounds)
        answer = json.loads(last) if code == 0 else None
    except (Exceeded, json.JSONDecodeError):
        answer = None
    return answer if isinstance(answer, dict) else {"refused": "decoding_limit"}
