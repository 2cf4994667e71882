"""From pairs to one world: photo after photo is turned to fit all that are placed already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from panoramas.sphere import Floats
from panoramas.stitch.adjust import Adjusted, adjust, join, misses, spread_of
from panoramas.stitch.camera import Lens
from panoramas.stitch.pairs import Pair, tolerance

LOOSE = 3.0  # tolerances that a chain of pairs may drift before the whole is adjusted
WRONG = 3.5  # a pair whose usual miss is so many times the tolerance, or the usual miss of all, is mistaken
ROUNDS = 4


@dataclass(frozen=True)
class World:
    """Photos that overlap, directly or through others. `members`: their numbers, ascending;
    `rotations`: (all photos, 3, 3), identity for strangers; `pairs`: those that agree."""

    members: tuple[int, ...]
    rotations: Floats
    lens: Lens
    pairs: tuple[Pair, ...]


def groups(count: int, pairs: Sequence[Pair]) -> list[tuple[int, ...]]:
    """Photos connected by pairs, largest group first (then the better supported, then the first)."""
    group = list(range(count))
    for one in pairs:
        old, new = sorted((group[one.first], group[one.second]), reverse=True)
        group = [new if number == old else number for number in group]
    members = [tuple(i for i in range(count) if group[i] == name) for name in sorted(set(group))]
    support = {name[0]: sum(p.support for p in pairs if p.first in name) for name in members}
    return sorted(members, key=lambda name: (-len(name), -support[name[0]], name))


def place(count: int, pairs: Sequence[Pair], lens: Lens) -> World:
    """Place the largest group. Pairs that contradict the rest are dropped, and what only they
    held with them."""
    for _ in range(ROUNDS):
        members = groups(count, pairs)[0]
        own = [one for one in pairs if one.first in members]
        if not own:
            break
        world = _settled(count, members, own, lens)
        wrong = _contradicting(world, own)
        if not wrong:
            break
        pairs = [one for one in pairs if id(one) not in wrong]
    return World(members, world.rotations, world.lens, tuple(own))


def _settled(count: int, members: tuple[int, ...], pairs: Sequence[Pair], lens: Lens) -> Adjusted:
    rotations = _chained(count, members, pairs, lens)
    matches = join([one.matches for one in pairs])
    world = adjust(rotations, lens, matches, gentle=True, bend=False)
    return adjust(world.rotations, world.lens, matches, gentle=True)


def _contradicting(world: Adjusted, pairs: Sequence[Pair]) -> set[int]:
    """The pairs (by id) that miss by far more than the tolerance and than the others do."""
    usual = [float(np.median(misses(world.rotations, world.lens, one.matches))) for one in pairs]
    limit = WRONG * max(tolerance(world.lens), spread_of(world.off))
    return {id(one) for one, miss in zip(pairs, usual, strict=True) if miss > limit}


def _chained(count: int, members: tuple[int, ...], pairs: Sequence[Pair], lens: Lens) -> Floats:
    """Rotations by adding the best held photo again and again, from the best held of all."""
    rotations = np.tile(np.eye(3), (count, 1, 1))
    held = {i: sum(p.support for p in pairs if i in (p.first, p.second)) for i in members}
    placed = {max(members, key=lambda i: (held[i], -i))}
    while len(placed) < len(members):
        ties = {i: _ties(i, placed, pairs) for i in members if i not in placed}
        newest = max(ties, key=lambda i: (sum(p.support for p in ties[i]), -i))
        rotations[newest] = _voted(newest, ties[newest], rotations, lens)
        placed.add(newest)
    return rotations


def _ties(photo: int, placed: set[int], pairs: Sequence[Pair]) -> list[Pair]:
    return [
        p
        for p in pairs
        if (p.first == photo and p.second in placed) or (p.second == photo and p.first in placed)
    ]


def _voted(photo: int, ties: Sequence[Pair], rotations: Floats, lens: Lens) -> Floats:
    """Of the rotations that the placed neighbours propose, the one most points agree with."""
    best: Floats = rotations[photo]
    most = -1
    matches = join([one.matches for one in ties])
    for one in sorted(ties, key=lambda p: (-p.support, p.first, p.second)):
        turn = one.rotation if one.first == photo else one.rotation.T
        other = one.second if one.first == photo else one.first
        tried = rotations.copy()
        tried[photo] = np.einsum("ij,jk->ik", rotations[other], turn)
        votes = int((misses(tried, lens, matches) < LOOSE * tolerance(lens)).sum())
        if votes > most:
            best, most = tried[photo], votes
    return best
