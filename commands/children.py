"""Child processes of the supervisor: forked, so that what was imported once serves them all.

They die with their parent, stand in sessions of their own (Ctrl-C reaches them only through us,
in order), and are started again when they die by themselves.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

PR_SET_PDEATHSIG = 1
STOP_SECONDS = 5.0
TOO_SOON = 5.0  # a child that dies so soon would only die again


@dataclass
class Child:
    """A named piece of work and the process that does it."""

    name: str
    work: Callable[[], None]
    pid: int = 0
    since: float = 0.0

    def start(self) -> None:
        """Fork it."""
        sys.stdout.flush()
        sys.stderr.flush()
        self.since = time.monotonic()
        self.pid = os.fork()
        if self.pid == 0:
            self._run()

    def _run(self) -> None:
        os.setsid()
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        code = 1
        try:
            self.work()
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        except BaseException:
            logging.getLogger("station").exception("%s failed", self.name)
        finally:
            sys.stdout.flush()
            os._exit(code)

    def stop(self) -> None:
        """Ask it to end, and end it when it does not."""
        if not self.pid:
            return
        os.kill(self.pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline and not os.waitpid(self.pid, os.WNOHANG)[0]:
            time.sleep(0.05)
        with suppress(ProcessLookupError):  # whatever it started stands in its session
            os.killpg(self.pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)


def tend(children: list[Child]) -> int:
    """Run the children until a signal asks to stop (0) or one dies right after its start (1)."""
    asked: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda got, _frame: asked.append(got))
    for child in children:
        child.start()
    failed = False
    try:
        while not asked and not failed:
            failed = any(_look_after(child) for child in children)
            time.sleep(0.1)
    finally:
        for child in children:
            child.stop()
    return int(failed)


def _look_after(child: Child) -> bool:
    """Start a child again that died; whether it died too soon to try."""
    pid, status = os.waitpid(child.pid, os.WNOHANG)
    if not pid:
        return False
    child.pid = 0
    if time.monotonic() - child.since < TOO_SOON:
        return True
    logging.getLogger("station").warning("%s ended (%s), starting it again", child.name, status)
    child.start()
    return False
