"""The supervisor's children: ended with it, started again when they die, given up when hopeless."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from station.ground.settings import PROJECT

SCRIPT = """
import os, sys, time
from pathlib import Path
from commands import children
folder = Path(sys.argv[1])
children.TOO_SOON = float(sys.argv[2])

def work():
    started = len(list(folder.iterdir()))
    (folder / f"{started}-{os.getpid()}").touch()
    if sys.argv[3] == "dies":
        time.sleep(0.3)
        raise SystemExit(3)
    time.sleep(60)

sys.exit(children.tend([children.Child("sleeper", work)]))
"""


def supervise(folder: Path, too_soon: float, how: str) -> subprocess.Popen[bytes]:
    """A supervisor with one child that sleeps or dies."""
    words = [sys.executable, "-c", SCRIPT, str(folder), str(too_soon), how]
    return subprocess.Popen(words, cwd=PROJECT)


def wait_for(folder: Path, count: int) -> list[int]:
    """Process ids of the children that were started, once there are `count`."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        names = sorted(folder.iterdir())
        if len(names) >= count:
            return [int(name.name.split("-")[1]) for name in names]
        time.sleep(0.05)
    raise AssertionError(names)


def is_running(pid: int) -> bool:
    """Whether the process is there and not a corpse."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_ctrl_c_ends_the_children_and_answers_nought(tmp_path: Path) -> None:
    supervisor = supervise(tmp_path, 5, "sleeps")
    (child,) = wait_for(tmp_path, 1)
    supervisor.send_signal(signal.SIGINT)
    assert supervisor.wait(20) == 0
    assert not is_running(child)


def test_a_killed_child_is_started_again(tmp_path: Path) -> None:
    supervisor = supervise(tmp_path, 0, "sleeps")
    (child,) = wait_for(tmp_path, 1)
    os.kill(child, signal.SIGKILL)
    assert wait_for(tmp_path, 2)[1] != child
    supervisor.send_signal(signal.SIGTERM)
    assert supervisor.wait(20) == 0


def test_a_child_that_dies_at_once_ends_the_supervisor_with_one(tmp_path: Path) -> None:
    supervisor = supervise(tmp_path, 20, "dies")
    assert supervisor.wait(30) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="the death signal is Linux's own")
def test_a_killed_supervisor_takes_its_children_along(tmp_path: Path) -> None:
    supervisor = supervise(tmp_path, 5, "sleeps")
    (child,) = wait_for(tmp_path, 1)
    supervisor.kill()
    supervisor.wait(20)
    deadline = time.monotonic() + 10
    while is_running(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(child)
