"""The last word on cameras and lens: corners tracked between all placed photos, then all adjusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from panoramas.sphere import Floats
from panoramas.stitch.adjust import Matches, adjust, join, misses, spread_of
from panoramas.stitch.features import Grey, Look
from panoramas.stitch.pairs import tolerance
from panoramas.stitch.place import World
from panoramas.stitch.track import Tracker

NEAR, FAR = 1, 3  # halvings of the picture while tracking: up to 20 and up to 80 pixels off
ROUGH = 4.0  # pixels of spread from which on cameras count as far off
COUNTS = 5.0  # spreads that a match may miss by and still count


@dataclass(frozen=True)
class Refined:
    """`world` with its cameras as exact as they get; `matches`: those that count, and `off`: by how
    many pixels of the shot they miss; `pictures`: member -> evened, straightened photo."""

    world: World
    matches: Matches
    off: Floats
    pictures: dict[int, Grey]


def refine(looks: Sequence[Look], world: World) -> Refined:
    """Track there, adjust, track back from there, adjust."""
    rough = join([one.matches for one in world.pairs])
    spread = spread_of(misses(world.rotations, world.lens, rough))
    far = spread * looks[world.members[0]].scale > ROUGH
    tracker = Tracker(looks, world.members, world.lens)
    forth = tracker.track(world.rotations, FAR if far else NEAR)
    done = adjust(world.rotations, world.lens, _with_rough(forth, rough, world), steps=4)
    back = tracker.track(done.rotations, FAR if far else 0, back=True)
    matches = _with_rough(join([forth, back]), rough, world)
    done = adjust(done.rotations, done.lens, matches)
    world = replace(world, rotations=done.rotations, lens=done.lens)
    share = done.off / matches.sigma
    counts = share < COUNTS * spread_of(share)
    pictures = {i: tracker.even[i].picture for i in world.members}
    return Refined(world, matches.only(counts), done.off[counts], pictures)


def _with_rough(tracked: Matches, rough: Matches, world: World) -> Matches:
    """What was tracked, and for pairs with nothing tracked what they were recognised by."""
    starts = tracked.starts
    known = set(zip(tracked.first[starts].tolist(), tracked.second[starts].tolist(), strict=True))
    names = zip(rough.first.tolist(), rough.second.tolist(), strict=True)
    missing = np.array([name not in known for name in names], bool)
    near = misses(world.rotations, world.lens, rough) < tolerance(world.lens)
    return join([tracked, rough.only(missing & near)])
