"""Work on all processors whose results come in order, so that sums do not depend on the threads."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")


def in_order(work: Callable[[Item], Made], items: Sequence[Item]) -> Iterator[Made]:
    """Results in the order of the items; only a few wait in memory at a time."""
    ahead = (cpu_count() or 1) + 1
    with ThreadPoolExecutor(cpu_count()) as pool:
        waiting = deque(pool.submit(work, item) for item in items[:ahead])
        for following in range(ahead, ahead + len(items)):
            yield waiting.popleft().result()
            if following < len(items):
                waiting.append(pool.submit(work, items[following]))
