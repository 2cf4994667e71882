"""How a fisheye lens bends directions into its circle, and how two of them look back to back.

The rig's own frame is the package's: x to the right of the front lens's upright picture, y along
its optical axis, z up. A lens has the same axes of its own, and a turn (`sphere.turn`) from its
own directions to the rig's. Pixel centres of the frame lie at whole numbers.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace
from typing import NamedTuple

import numpy as np

from panoramas.sphere import Floats, turn

INSET = 0.7  # degrees of the rim left out: there the housing shades the picture
ROUNDS = 8  # of Newton's method; five reach 1e-12 for the lenses of the table


class Box(NamedTuple):
    """The part of the frame that holds one circle, in pixels."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Lens:
    """One fisheye lens and its circle.

    `column`, `row`: where the optical axis meets the frame. `radius`: pixels from there to the
    rim, where the lens sees `field` / 2 degrees off its axis. In between, the radius of an angle t
    (radians) is proportional to t (1 + k1 t² + k2 t⁴ …), `bends` = (k1, k2, …): equidistant when
    there are none (Kannala and Brandt 2006, radial terms). `heading`, `pitch`, `roll`: degrees,
    as `sphere.turn`; a picture that lies turned clockwise by a quarter has roll 90.
    """

    box: Box
    column: float
    row: float
    radius: float
    field: float
    bends: tuple[float, ...] = ()
    heading: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0

    @property
    def focal(self) -> float:
        """Pixels a radian on the optical axis."""
        return self.radius / float(self._bent(np.radians(self.field) / 2))

    @property
    def rotation(self) -> Floats:
        """3×3, directions of the lens to directions of the rig."""
        return turn(self.heading, self.pitch, self.roll)

    def pixels(self, rays: Floats) -> tuple[Floats, Floats, Floats]:
        """Column, row and angle off the axis (radians) where rig directions (…, 3) are seen."""
        own = rays @ self.rotation
        across = np.hypot(own[..., 0], own[..., 2])
        angle = np.arctan2(across, own[..., 1])
        reach = self.focal * self._bent(angle) / np.maximum(across, 1e-12)
        return self.column + reach * own[..., 0], self.row - reach * own[..., 2], angle

    def rays(self, column: Floats, row: Floats) -> Floats:
        """Unit rig directions (…, 3) of places in the frame."""
        right, up = column - self.column, self.row - row
        reach = np.hypot(right, up)
        angle = wanted = reach / self.focal
        for _ in range(ROUNDS if self.bends else 0):
            angle = angle - (self._bent(angle) - wanted) / self._slope(angle)
        share = np.sin(angle) / np.maximum(reach, 1e-12)
        own = np.stack([right * share, np.cos(angle), up * share], axis=-1)
        return np.asarray(own @ self.rotation.T, np.float64)

    def margin(self, column: Floats, row: Floats, angle: Floats) -> Floats:
        """Degrees that a place lies inside what the lens shows; negative outside.

        What it shows ends INSET before the rim, and at the edges of its box.
        """
        left, top, width, height = self.box
        across = np.minimum(column - left + 0.5, left + width - 0.5 - column)
        down = np.minimum(row - top + 0.5, top + height - 0.5 - row)
        cut = np.degrees(np.minimum(across, down) / self.focal)
        return np.minimum(self.field / 2 - INSET - np.degrees(angle), cut)

    def turned(self, rotation: Floats) -> Lens:
        """The same lens with another rotation (3×3, see `rotation`)."""
        heading, pitch, roll = angles(rotation)
        return replace(self, heading=heading, pitch=pitch, roll=roll)

    def scaled(self, share: float) -> Lens:
        """The same lens when the frame is scaled by `share`."""
        return replace(
            self,
            box=Box(*(side * share for side in self.box)),
            column=(self.column + 0.5) * share - 0.5,
            row=(self.row + 0.5) * share - 0.5,
            radius=self.radius * share,
        )

    def _bent(self, angle: Floats | float) -> Floats:
        bent, power = np.asarray(angle, np.float64), np.asarray(angle, np.float64)
        for bend in self.bends:
            power = power * np.square(angle)
            bent = bent + bend * power
        return bent

    def _slope(self, angle: Floats) -> Floats:
        slope, power = np.ones_like(angle), np.ones_like(angle)
        for number, bend in enumerate(self.bends, 1):
            power = power * np.square(angle)
            slope = slope + (2 * number + 1) * bend * power
        return slope


def angles(rotation: Floats) -> tuple[float, float, float]:
    """Heading, pitch and roll in degrees of which `sphere.turn` makes this matrix."""
    ahead, low = rotation[:, 1], rotation[2]
    return (
        float(np.degrees(np.arctan2(ahead[0], ahead[1]))),
        float(np.degrees(np.arcsin(np.clip(ahead[2], -1, 1)))),
        float(np.degrees(np.arctan2(low[0], low[2]))),
    )


class Rig(NamedTuple):
    """Two lenses back to back. The front one gives the panorama its middle."""

    front: Lens
    rear: Lens

    def scaled(self, share: float) -> Rig:
        """The same rig when the frame is scaled by `share`."""
        return Rig(self.front.scaled(share), self.rear.scaled(share))

    def rolled(self, degrees: float) -> Rig:
        """The rig turned about the front lens's axis, as a roll of `sphere.turn`."""
        return Rig(*(lens.turned(turn(0, 0, degrees) @ lens.rotation) for lens in self))

    @property
    def overlap(self) -> float:
        """Degrees that the fields of the lenses share beyond the joint, on either side of it."""
        return (self.front.field + self.rear.field) / 4 - 90 - INSET

    def told(self) -> list[dict[str, object]]:
        """For the report: what `read` takes back."""
        return [_told(lens) for lens in self]


def read(told: list[dict[str, object]]) -> Rig:
    """A rig from a report. Raises TypeError or ValueError when it holds something else."""
    front, rear = (Lens(**(_typed(lens))) for lens in told)  # type: ignore[arg-type]
    return Rig(front, rear)


def _told(lens: Lens) -> dict[str, object]:
    names = list(lens.__dataclass_fields__)
    told: dict[str, object] = dict(zip(names, astuple(lens), strict=True))
    numbers = {key: round(value, 6) for key, value in told.items() if isinstance(value, float)}
    return {**told, **numbers, "box": list(lens.box), "bends": list(lens.bends)}


def _typed(told: dict[str, object]) -> dict[str, object]:
    box, bends = told["box"], told["bends"]
    if not isinstance(box, list) or not isinstance(bends, list):
        raise ValueError("not a lens")
    return {**told, "box": Box(*box), "bends": tuple(bends)}
