"""Where a finding is in the pictures: in the spin, in a panorama, in its own close photo.

A place belongs to the very scene it was set on: another walk round the vehicle has other frames,
so it is not carried over to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import isfinite

from station.ground.refused import Refused

Place = tuple[float, float]
MOST_KEYS = 144


@dataclass(frozen=True)
class Spot:
    """Where somebody says that a finding is. What is left out says nothing.

    `spin`: id of the spin and `keys`: frame 0…n-1 → (x, y), fractions of the frame from its top
    left corner, as pressed; no keys take the place in the spin back. `panorama`: id of the
    panorama and `yaw`, `pitch` in degrees, yaw -180…360, pitch -90…90. `photo`: (x, y) in the
    close photo.
    """

    spin: str = ""
    keys: Mapping[int, Place] = field(default_factory=dict)
    panorama: str = ""
    yaw: float | None = None
    pitch: float | None = None
    photo: Place | None = None


@dataclass(frozen=True)
class Pictures:
    """What can be pressed on now. `spins`: id → number of frames; `panoramas`: ids."""

    spins: Mapping[str, int] = field(default_factory=dict)
    panoramas: frozenset[str] = frozenset()


def check_spot(spot: Spot, pictures: Pictures) -> None:
    """Raise `Refused` for a place in no picture, outside one, or in one that is not shown now."""
    if not spot.keys and not spot.panorama and spot.photo is None:
        raise Refused("spot_empty", "请先在环视照片、全景图或近照上点一下缺陷的位置，再保存。")
    whole = _in_spin(spot, pictures) and _in_panorama(spot, pictures)
    if not whole or (spot.photo is not None and not _inside(spot.photo)):
        raise Refused(
            "spot_outside", "标注的位置不在图片之内，或图片已重新制作。请刷新后重新点选。"
        )


def _in_spin(spot: Spot, pictures: Pictures) -> bool:
    if not spot.spin:
        return not spot.keys
    count = pictures.spins.get(spot.spin)
    if count is None or len(spot.keys) > MOST_KEYS:
        return False
    return all(0 <= frame < count and _inside(place) for frame, place in spot.keys.items())


def _in_panorama(spot: Spot, pictures: Pictures) -> bool:
    if not spot.panorama:
        return spot.yaw is None and spot.pitch is None
    if spot.panorama not in pictures.panoramas or spot.yaw is None or spot.pitch is None:
        return False
    return -180 <= spot.yaw <= 360 and -90 <= spot.pitch <= 90


def _inside(place: Place) -> bool:
    return all(isfinite(part) and 0 <= part <= 1 for part in place)


def track(keys: Mapping[int, Place], count: int) -> dict[int, Place]:
    """Where a finding is in every frame that shows it. `count`: frames of the closed walk.

    Between two keyed frames it moves evenly. It is seen from the first key to the last, going
    round the way that leaves out the widest stretch without a key (of equal ones the first, as
    counted from the lowest key); outside, nobody said that it can be seen, so nothing is shown.
    Keys beyond the walk are left out. A place turning with the car moves by a sine, from which
    an even step between keys 45° apart strays by at most 2 % of the way across the car. [P]
    """
    known = sorted(frame for frame in keys if 0 <= frame < count)
    if not known:
        return {}
    gaps = [(b - a, -at) for at, (a, b) in enumerate(pairwise([*known, known[0] + count]))]
    after = -max(gaps)[1] + 1  # the key where the walk comes in sight again
    seen = [*known[after:], *(frame + count for frame in known[:after])]
    places = {seen[0] % count: keys[seen[0] % count]}
    for start, end in pairwise(seen):
        for frame in range(start + 1, end + 1):
            share = (frame - start) / (end - start)
            places[frame % count] = _between(keys[start % count], keys[end % count], share)
    return places


def _between(a: Place, b: Place, share: float) -> Place:
    if share == 1:
        return b
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def read_keys(stored: Mapping[str, list[float]]) -> dict[int, Place]:
    """Keys as the database keeps them."""
    return {int(frame): (place[0], place[1]) for frame, place in stored.items()}
