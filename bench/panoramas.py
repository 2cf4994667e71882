"""How fast and how exact the panorama engine is beside its peers: `make bench-panoramas`.

`python -m bench.panoramas [PART …]` runs the parts named, or all. A part is a module
`bench.panoramas_PART` with `run(out)`; it prints both sides of every ratio, measured in one run
on this machine, and skips by name what is not installed.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import sys
import time
from collections.abc import Callable, Sequence

from bench.machine import describe, load

PARTS = ("photos", "fisheye", "spin", "tiles", "compare", "view")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts named; 1 if one of them failed."""
    parser = argparse.ArgumentParser(prog="bench.panoramas")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    wanted = parser.parse_args(arguments).parts or PARTS
    if unknown := set(wanted) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    for line in describe():
        say(line)
    done = [_ran(part) for part in wanted]
    return 0 if all(done) else 1


def say(line: str) -> None:
    """Print one line of the report at once: a part may take minutes."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _ran(part: str) -> bool:
    """Run one part; a part that fails is named and the others still run."""
    name = f"bench.panoramas_{part}"
    say(f"\n== {part}, load {load()}")
    if importlib.util.find_spec(name) is None:
        say(f"skipped: there is no {name}")
        return True
    begun = time.perf_counter()
    try:
        run: Callable[[Callable[[str], None]], None] = importlib.import_module(name).run
        run(say)
    except Exception as fault:
        say(f"FAILED: {type(fault).__name__}: {fault}")
        return False
    say(f"({part}: {time.perf_counter() - begun:.0f} s, load {load()})")
    return True


if __name__ == "__main__":
    raise SystemExit(main())
