"""What is believed of a walk before the places seen in its photos are weighed.

Somebody walks round a thing at about the same distance, keeps it about in the middle of the picture,
and turned about so much from photo to photo as each pair of photos alone tells. Few places in far
photos would allow walks that nobody takes.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
AIM = np.array([0.02, 0.02, 0.04])  # radii: aside, down, away
TURN = np.radians(0.4)  # by which a pair's turn may be wrong


@dataclass(frozen=True, eq=False)
class Belief:
    """`middles` (n, 3): where the middle of the walk is before each camera. `turns` (k, 3, 3): from
    camera `one` (k,) to camera `other` (k,)."""

    middles: Floats
    one: Ints
    other: Ints
    turns: Floats

    def doubt(self, turns: Floats, shifts: Floats) -> float:
        """How unlikely cameras are: one for each that is as far off as expected."""
        aside = ((shifts - self.middles) / AIM) ** 2
        return float(aside.sum() + ((self._leans(turns) / TURN) ** 2).sum())

    def weigh(self, own: Floats, pull: Floats, turns: Floats, shifts: Floats) -> None:
        """Add to the normal equations of the cameras, six unknowns each: a turn and a shift."""
        at = 6 * np.arange(len(shifts))[:, None] + np.arange(3, 6)
        own[at, at] += 1 / AIM**2
        pull[at] += (shifts - self.middles) / AIM**2
        leans, sure = self._leans(turns), 1 / TURN**2
        for one, other, lean, turn in zip(self.one, self.other, leans, self.turns, strict=True):
            here, there = slice(6 * one, 6 * one + 3), slice(6 * other, 6 * other + 3)
            own[here, here] += sure * np.eye(3)
            own[there, there] += sure * np.eye(3)
            own[there, here] -= sure * turn
            own[here, there] -= sure * turn.T
            pull[there] += sure * lean
            pull[here] -= sure * turn.T @ lean

    def _leans(self, turns: Floats) -> Floats:
        """By how much each pair is turned past what is believed (k, 3), radians about its axes."""
        past = (
            turns[self.other] @ turns[self.one].transpose(0, 2, 1) @ self.turns.transpose(0, 2, 1)
        )
        return np.stack([cv2.Rodrigues(one)[0][:, 0] for one in past])
