"""What a walk tells of the frames that were chosen from it; written into spin.json and read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Walk:
    """`angles`: degrees walked since the first chosen frame, growing, under 360. `times`: ms in the
    video, none for photos. `moves`: six numbers a frame, rows of the 2×3 matrix from photo pixels to those of the
    cut. `size`: of the cut (width, height). `way`: 1 anticlockwise seen from above, −1 clockwise.
    `closed`: the walk came back to its start. `rounds`: how far the video goes in all."""

    angles: list[float]
    times: list[int]
    moves: list[list[float]]
    size: tuple[int, int]
    way: int
    closed: bool
    rounds: float
    figures: dict[str, Any] = field(default_factory=dict, compare=False)

    def plan(self) -> dict[str, Any]:
        """As JSON knows it, without the figures that only a report needs."""
        told = asdict(self)
        del told["figures"]
        return {**told, "size": list(self.size)}

    def into(self, plan: Mapping[str, Any]) -> dict[str, Any]:
        """The contents of spin.json with what the walk adds to it."""
        frames = [
            {**frame, "move": move} for frame, move in zip(plan["frames"], self.moves, strict=True)
        ]
        if self.times:
            frames = [
                {**frame, "time_ms": time} for frame, time in zip(frames, self.times, strict=True)
            ]
        told = {"cut": list(self.size), "way": self.way, "closed": self.closed}
        return {**plan, **told, "rounds": self.rounds, "frames": frames}


def from_plan(plan: Mapping[str, Any]) -> Walk:
    """The walk of which a spin.json tells. Raises KeyError when it tells of none."""
    frames = plan["frames"]
    return Walk(
        angles=[frame["angle"] for frame in frames],
        times=[frame["time_ms"] for frame in frames if "time_ms" in frame],
        moves=[frame["move"] for frame in frames],
        size=(plan["cut"][0], plan["cut"][1]),
        way=plan["way"],
        closed=plan["closed"],
        rounds=plan["rounds"],
    )
