"""Places that both lenses show: corners in the front lens's ring, found again in the rear lens's."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from panoramas.dual import ring as rings
from panoramas.dual.lens import Rig
from panoramas.dual.ring import Band, Pyramid, Ring
from panoramas.picture import Picture
from panoramas.sphere import Floats

PATCH = (10, 7)  # half width and height of what is compared, pixels of the ring
EACH = 5  # corners tried in a sector
SECTOR = 5.0  # degrees
ALIKE = 0.7  # normalised correlation of a pair
SLOW = 5.0  # degrees: brightness that changes over more is exposure or shade
SHARP = 0.02  # spread of log brightness under which a patch is flat
CLEAR = 0.9  # a second place this nearly as like makes a pair doubtful


@dataclass(frozen=True)
class Pairs:
    """Frame places (n, 2) column and row in `front` and `rear`; `around`, `beyond` (n): degrees on
    the ring where the front lens has them."""

    front: Floats
    rear: Floats
    around: Floats
    beyond: Floats

    @staticmethod
    def none() -> Pairs:
        return Pairs(np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0), np.zeros(0))

    def __len__(self) -> int:
        return len(self.around)

    def only(self, kept: np.ndarray) -> Pairs:
        return Pairs(self.front[kept], self.rear[kept], self.around[kept], self.beyond[kept])

    def sectors(self) -> int:
        """How many of 36 sectors round the joint have a pair."""
        return len(np.unique(self.around // 10))


def find(frames: Pyramid, rig: Rig, ring: Ring, reach: float) -> Pairs:
    """Pairs within `reach` degrees of where the rig expects them."""
    ahead, behind = rings.both(frames, rig, ring)
    ahead_flat, behind_flat = (flatten(seen, margin, ring.step) for seen, margin in (ahead, behind))
    margin, search = PATCH[0] + round(reach / ring.step) + 2, round(reach / ring.step)
    wide = [
        np.asarray(cv2.copyMakeBorder(flat, 0, 0, margin, margin, cv2.BORDER_WRAP), np.float32)
        for flat in (ahead_flat, behind_flat)
    ]
    places = []
    shown = (ahead[1] > 0) & (behind[1] > -reach)
    for column, row in _corners(ahead_flat, shown, ring):
        hit = _match(wide[0], wide[1], column + margin, row, search)
        if hit is not None:
            places.append((column, row, column + hit[0], row + hit[1]))
    if not places:
        return Pairs.none()
    return _to_frame(np.array(places, np.float64), rig, ring)


def flatten(seen: Picture, margin: Band, step: float) -> Band:
    """Log brightness without its slow part, 0 where nothing is shown. `step`: degrees a pixel.

    The rim's own shade is the same all round: the middle value of each row takes it out. What then
    changes slowly is taken out along the joint only, so that it does not matter where a lens ends.
    """
    grey = np.log(cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY).astype(np.float32) + 8)
    shown = margin > 0
    inside = shown.astype(np.float32)
    for row, there in enumerate(shown):
        if there.any():
            grey[row] -= np.median(grey[row, there])
    grey *= inside
    side, sigma = round(3 * SLOW / step), SLOW / step
    slow, share = (
        cv2.sepFilter2D(
            cv2.copyMakeBorder(part, 0, 0, side, side, cv2.BORDER_WRAP),
            cv2.CV_32F,
            cv2.getGaussianKernel(2 * side + 1, sigma),
            np.ones(1),
        )[:, side:-side]
        for part in (grey, inside)
    )
    return np.asarray((grey - slow / np.maximum(share, 1e-3)) * inside, np.float32)


def _corners(flat: Band, shown: np.ndarray, ring: Ring) -> list[tuple[int, int]]:
    """Column and row of the best corners of every sector."""
    tall = np.ones((2 * (PATCH[1] // 2) + 1, 1), np.uint8)
    mask = np.asarray(cv2.erode(shown.astype(np.uint8) * 255, tall), np.uint8)
    mask[: PATCH[1]] = mask[-PATCH[1] :] = 0
    found = []
    wide = max(16, round(SECTOR / ring.step))
    for left in range(0, ring.width, wide):
        part = np.s_[:, left : left + wide]
        corners = cv2.goodFeaturesToTrack(flat[part], EACH, 0.08, 5, mask=mask[part])
        if corners is not None:
            found += [(round(float(x)) + left, round(float(y))) for x, y in corners.reshape(-1, 2)]
    return found


def _match(
    ahead: Band, behind: Band, column: int, row: int, search: int
) -> tuple[float, float] | None:
    """Shift (columns, rows) at which the rear ring looks like the patch, None when unclear."""
    across, down = PATCH
    patch = ahead[row - down : row + down + 1, column - across : column + across + 1]
    top, bottom = max(0, row - down - search), min(len(behind), row + down + search + 1)
    region = behind[top:bottom, column - across - search : column + across + search + 1]
    if float(patch.std()) < SHARP or region.shape[0] < patch.shape[0]:
        return None
    like = np.asarray(cv2.matchTemplate(region, patch, cv2.TM_CCOEFF_NORMED), np.float32)
    _, best, _, (x, y) = cv2.minMaxLoc(like)
    height, width = like.shape
    if best < ALIKE or not (0 < x < width - 1 and 0 < y < height - 1):
        return None
    rest = like.copy()
    rest[max(0, y - 4) : y + 5, max(0, x - 4) : x + 5] = -1
    if float(rest.max()) > CLEAR * best:
        return None
    return (
        x + _peak(like[y, x - 1 : x + 2]) - search,
        y + _peak(like[y - 1 : y + 2, x]) - (row - down - top),
    )


def _peak(three: Band) -> float:
    """Where the parabola through three values has its top, -0.5..0.5 from the middle one."""
    low, middle, high = (float(value) for value in three)
    bent = low - 2 * middle + high
    return float(np.clip(0.5 * (low - high) / bent, -0.5, 0.5)) if bent < -1e-9 else 0.0


def _to_frame(places: Floats, rig: Rig, ring: Ring) -> Pairs:
    beyond = [(places[:, row] + 0.5 - ring.height / 2) * ring.step for row in (1, 3)]
    front = rig.front.pixels(ring.at(places[:, 0], beyond[0]))
    rear = rig.rear.pixels(ring.at(places[:, 2], beyond[1]))
    around = ((places[:, 0] + 0.5) * ring.step) % 360
    return Pairs(np.stack(front[:2], -1), np.stack(rear[:2], -1), around, beyond[0])
