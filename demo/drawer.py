"""A process that draws the history's pictures ahead: `python -m demo.drawer FOLDER NOW PART OF`.

It draws every `OF`-th picture in the order in which the history asks for them, gives way to
everything else on the machine, and ends when its standard input is closed: with the one who
started it, however that one ended.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path

import cv2

from demo.shots import Album, Shot
from demo.stories import list_shots
from station.ground.settings import PROJECT

DRAWERS = 2


class DrawnAlbum(Album):
    """An album that drawers fill from now on."""

    def __init__(self, folder: Path, now: datetime) -> None:
        super().__init__(folder)
        self.drawers = [_start(folder, now, part) for part in range(DRAWERS)]

    def drawn_elsewhere(self) -> bool:
        """Whether some drawer is still at work."""
        return any(drawer.poll() is None for drawer in self.drawers)


def _start(folder: Path, now: datetime, part: int) -> subprocess.Popen[bytes]:
    words = [str(folder), now.isoformat(), str(part), str(DRAWERS)]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "demo.drawer", *words],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # the video coder's chatter; a fault shows when it is drawn again
        start_new_session=True,
    )


def _end_with_parent() -> None:
    """Wait for the end of standard input and go at once."""
    sys.stdin.buffer.read()
    os._exit(0)


def draw_all(folder: Path, shots: list[Shot]) -> None:
    """Draw what is missing of these, in order."""
    album = Album(folder)
    for shot in shots:
        if not album.has(shot):
            album.add(shot)


def main() -> None:
    """Draw this drawer's share."""
    folder, now, part, of = sys.argv[1:]
    os.nice(5)
    cv2.setNumThreads(1)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    shots = list_shots(datetime.fromisoformat(now))
    draw_all(Path(folder), shots[int(part) :: int(of)])


if __name__ == "__main__":
    main()
