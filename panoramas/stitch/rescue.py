"""Photos that no single other one holds: looked for in all placed photos together.

A zenith photo shares little with each photo of the ring below it, but something with all; so the
points that look alike are taken from all placed photos at once, as directions in their world.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from panoramas.sphere import Floats
from panoramas.stitch.adjust import Matches, join
from panoramas.stitch.features import Look
from panoramas.stitch.pairs import (
    Pair,
    best_turn,
    distances,
    fitted,
    in_both,
    places,
    rays,
    tolerance,
)
from panoramas.stitch.place import World
from panoramas.stitch.recognise import mutual

RATIO = 0.9  # best over second best distance: more of the true ones, for others must agree
GUESSES = 3000
FEWEST = 9  # places that must agree
SHARE = 0.25  # of the alike points that both photos could show


def rescue(looks: Sequence[Look], world: World) -> World:
    """The world with every photo that can be added, the best supported first."""
    while True:
        rest = [i for i in range(len(looks)) if i not in world.members]
        found = [one for i in rest if (one := _found(i, looks, world)) is not None]
        if not found:
            return world
        photo, rotation, pairs = max(found, key=lambda one: (len(one[2]), -one[0]))
        rotations = world.rotations.copy()
        rotations[photo] = rotation
        members = tuple(sorted((*world.members, photo)))
        world = replace(world, members=members, rotations=rotations, pairs=(*world.pairs, *pairs))


def _found(
    photo: int, looks: Sequence[Look], world: World
) -> tuple[int, Floats, list[Pair]] | None:
    """The photo's rotation and its pairs, None when too few places agree."""
    alike = _alike(photo, looks, world)
    if len(alike) < FEWEST:
        return None
    ahead = np.einsum(
        "nij,nj->ni", world.rotations[alike.first], rays(world.lens, alike.a)
    )  # directions in the world
    near = tolerance(world.lens)
    turn, _ = best_turn(ahead, alike.b, world.lens, [photo], GUESSES)
    for _ in range(3):
        good = distances(turn[None], ahead, alike.b, world.lens)[0] < near
        if places(alike.b[good], near) < FEWEST:
            return None
        turn = fitted(ahead[good], rays(world.lens, alike.b[good]))
    pairs = _pairs(alike.only(good), world.rotations, turn)
    agree = sum(len(one.matches) for one in pairs)
    return (photo, turn.T, pairs) if agree >= SHARE * _possible(alike, world, turn) else None


def _possible(alike: Matches, world: World, turn: Floats) -> int:
    """How many of the alike points the photo and the placed ones could both show."""
    count = 0
    for other in np.unique(alike.first):
        own = alike.only(alike.first == other)
        between = np.einsum("ij,jk->ik", turn, world.rotations[other])
        count += int(in_both(between, rays(world.lens, own.a), own.b, world.lens).sum())
    return count


def _alike(photo: int, looks: Sequence[Look], world: World) -> Matches:
    """Points of all placed photos that look like some of this one."""
    own, parts = looks[photo], []
    for other in world.members:
        one = looks[other]
        if min(len(one.words), len(own.words)) < 2:
            continue
        a, b = mutual(one.words @ own.words.T, one.words, own.words, RATIO)
        names = np.full(len(a), other), np.full(len(a), photo)
        parts.append(Matches(*names, one.points[a], own.points[b], np.ones(len(a))))
    return join(parts)


def _pairs(matches: Matches, rotations: Floats, turn: Floats) -> list[Pair]:
    """One pair for each placed photo that has a say; the lower number first, as everywhere."""
    pairs = []
    for other in np.unique(matches.first):
        own = matches.only(matches.first == other)
        between = np.einsum("ij,jk->ik", turn, rotations[other])
        if own.first[0] > own.second[0]:
            own, between = own.swapped, between.T
        pairs.append(Pair(int(own.first[0]), int(own.second[0]), between, own, len(own)))
    return pairs
