"""How long is the lens? Asked of the photos: the right focal length makes most points agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from panoramas.sphere import Floats
from panoramas.stitch.adjust import Matches, adjust, join
from panoramas.stitch.camera import Lens
from panoramas.stitch.features import Look
from panoramas.stitch.pairs import Pair, best_turn, pair, rays
from panoramas.stitch.recognise import Alike

WIDEST, LONGEST = 0.36, 2.4  # focal lengths in long sides: 12 to 83 mm equivalent
STEP = 1.09
JUDGES = 14  # pairs asked
HYPOTHESES = 100  # a pair: those that have most points alike agree for the greater part
TRUST = 0.85  # EXIF is believed when it explains this share of what the best guess explains


def start(
    looks: Sequence[Look], found: Sequence[Alike], lens: Lens, told: float | None
) -> tuple[Lens, Literal["exif", "photos"]]:
    """A lens near the true one, and where it is from.

    `lens`: size of the photos; its focal length does not count. `told`: pixels, by EXIF.
    """
    judges = sorted(found, key=len, reverse=True)[:JUDGES]
    best, most = _best(looks, judges, lens)
    if told is not None:
        score = _agreement(looks, judges, replace(lens, focal=told))
        if score >= TRUST * most:
            return _nearer(looks, judges, replace(lens, focal=told)), "exif"
    return _nearer(looks, judges, replace(lens, focal=best)), "photos"


def _best(looks: Sequence[Look], judges: Sequence[Alike], lens: Lens) -> tuple[float, float]:
    """The guess that explains most, and how much: of every second one, then of its neighbours."""
    guesses = _guesses(max(lens.width, lens.height))
    scores: dict[int, float] = {}
    best = 0
    for tried in (range(0, len(guesses), 2), (-1, 1)):
        for n in [best + n for n in tried if 0 <= best + n < len(guesses)]:
            scores[n] = _agreement(looks, judges, replace(lens, focal=guesses[n]))
        best = max(scores, key=lambda n: (scores[n], -n))
    return guesses[best], scores[best]


def _guesses(long_side: int) -> list[float]:
    count = int(np.log(LONGEST / WIDEST) / np.log(STEP)) + 1
    return [float(long_side * WIDEST * STEP**i) for i in range(count)]


def _agreement(looks: Sequence[Look], judges: Sequence[Alike], lens: Lens) -> float:
    total = 0.0
    for judge in judges:
        a, b = looks[judge.first].points[judge.a], looks[judge.second].points[judge.b]
        seed = [judge.first, judge.second]
        total += best_turn(rays(lens, a), b, lens, seed, HYPOTHESES)[1]
    return total


def _nearer(looks: Sequence[Look], judges: Sequence[Alike], lens: Lens) -> Lens:
    """The lens adjusted on the judges alone, each pair with two cameras of its own."""
    for bend in (False, True):
        pairs = [found for judge in judges if (found := pair(looks, judge, lens)) is not None]
        if not pairs:
            return lens
        lens = adjust(_turned(pairs), lens, _renumbered(pairs), gentle=True, bend=bend).lens
    return lens


def _turned(pairs: Sequence[Pair]) -> Floats:
    return np.stack([turn for one in pairs for turn in (np.eye(3), one.rotation.T)])


def _renumbered(pairs: Sequence[Pair]) -> Matches:
    return join(
        [
            replace(
                one.matches,
                first=one.matches.first * 0 + 2 * i,
                second=one.matches.second * 0 + 2 * i + 1,
            )
            for i, one in enumerate(pairs)
        ]
    )
