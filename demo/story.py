"""One car's story: its steps, each with its moment and its pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from demo.plan import Row, on
from demo.shots import REAL, Shot, Sizes

Deed = Callable[[Any], None]  # of a Hand, which knows the step it does


@dataclass(frozen=True)
class Step:
    """One thing that happens to one car. `settled`: everything queued before must have been
    worked off (scenes made, public pictures drawn)."""

    at: datetime
    row: Row
    name: str
    do: Deed
    shots: tuple[Shot, ...] = ()
    settled: bool = False
    sizes: Sizes = REAL

    @property
    def key(self) -> str:
        """Its name in the whole history."""
        return f"{self.row.car:02d}.{self.name}"


@dataclass
class Story:
    """The steps of one car while they are being told. `at` is the moment of the next."""

    row: Row
    now: datetime
    sizes: Sizes = REAL
    at: datetime = field(init=False)
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.at = self.now - timedelta(days=365)

    def on(self, days: float, hour: float = 9.5) -> Story:
        """Go on some days before the founding, never back before the last step."""
        wanted = on(self.now, days, hour + self.row.car * 0.031)
        self.at = max(wanted, self.at + timedelta(minutes=5))
        return self

    def after(self, minutes: float) -> Story:
        """Go on some minutes after the last step."""
        self.at = min(self.at + timedelta(minutes=minutes), self.now)
        return self

    def shot(self, view: str, width: int) -> Shot:
        """A picture taken at this moment."""
        return Shot(self.row.car, view, width, self.at, self.sizes)

    def tell(
        self, name: str, do: Deed, shots: Sequence[Shot] = (), *, settled: bool = False
    ) -> None:
        """Add a step at this moment."""
        self.steps.append(Step(self.at, self.row, name, do, tuple(shots), settled, self.sizes))
