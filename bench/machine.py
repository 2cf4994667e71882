"""What a benchmark ran on: processor, memory, load, versions; and a child process measured."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("numpy", "opencv-python-headless", "pillow", "simplejpeg", "py360convert")
PEERS = ("pyvips", "stitching")
PROGRAMS = (("ffmpeg", "-version"), ("nona", "--help"))


def describe() -> list[str]:
    """The lines with which a report begins."""
    cores = len(os.sched_getaffinity(0))
    return [
        f"date      {time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}",
        f"machine   {_processor()}, {cores} cores, {_memory_gb():.0f} GB, load {load()}",
        f"system    {platform.system()} {platform.release()}, Python {platform.python_version()}",
        f"versions  {', '.join(_with_version(name) for name in PACKAGES)}",
        f"peers     {', '.join(_peers())}",
    ]


def load() -> str:
    """How many processes wanted a processor in the last 1, 5 and 15 minutes: beside as many cores
    as there are, wall times say little."""
    return " ".join(f"{value:.1f}" for value in os.getloadavg())


def _with_version(package: str) -> str:
    return f"{package} {has(package) or 'missing'}"


def has(package: str) -> str | None:
    """Version of an installed package, None if there is none."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


@dataclass(frozen=True)
class Measured:
    """Wall and processor seconds, most memory in MB, and what was printed."""

    seconds: float
    cpu: float
    peak_mb: float
    printed: str


def measured(words: Sequence[str], cores: int | None = None) -> Measured:
    """Run a command to its end on at most `cores` processors. Raises CalledProcessError.

    The system counts a child's memory from what its parent had when it began: measure from a
    small process, and do what is large in children.
    """
    begun = time.perf_counter()
    with subprocess.Popen(
        _kept_to(words, cores),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as child:
        assert child.stdout is not None
        printed = child.stdout.read()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, list(words), printed)
    cpu = used.ru_utime + used.ru_stime
    return Measured(time.perf_counter() - begun, cpu, used.ru_maxrss / 1024, printed)


def _kept_to(words: Sequence[str], cores: int | None) -> list[str]:
    """The command on the first `cores` of our processors only."""
    if cores is None:
        return list(words)
    ours = sorted(os.sched_getaffinity(0))[:cores]
    return ["taskset", "-c", ",".join(map(str, ours)), *words]


def _peers() -> list[str]:
    found = [_with_version(name) for name in PEERS]
    for program, flag in PROGRAMS:
        if shutil.which(program) is None:
            found.append(f"{program} missing")
            continue
        told = subprocess.run([program, flag], capture_output=True, text=True, check=False)
        rows = (told.stdout or told.stderr).splitlines()
        found.append(next((row for row in rows if "version" in row), program)[:30].strip())
    return found


def _processor() -> str:
    for row in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if row.startswith("model name"):
            return row.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


if __name__ == "__main__":
    sys.stdout.write("\n".join(describe()) + "\n")
