"""The cage a decoder runs in: `python -m station.media.cage BYTES SECONDS MODULE [ARGUMENT…]`.

The limits are set by the child itself before it imports anything that decodes: setting them
between fork and exec is not safe in a process with many threads.
"""

from __future__ import annotations

import ctypes
import resource
import runpy
import signal
import sys

PR_SET_PDEATHSIG = 1
LARGEST_FILE = 2 * 1024**3


def close_in(memory: int, seconds: int) -> None:
    """Limit this process to `memory` bytes of address space and `seconds` of processor time.

    No core is dumped (it would hold the picture), and the child dies with the one who
    asked: a killed worker leaves no decoder behind.
    """
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> None:
    """Close the cage and run the module in it."""
    memory, seconds, module, *rest = sys.argv[1:]
    close_in(int(memory), int(seconds))
    sys.argv = [module, *rest]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
