"""One brightness for all photos: each one's exposure, and the darkening to the corners they share.

Model, in linear light: seen = scene · exp(gain + a q + b q² + c q³), q the squared distance from
the photo's middle over that of its corner; a gain for every photo and colour (automatic white
balance moves too), one a, b, c for the lens. Fitted to all places that two photos saw, in the
logarithm, where the model is linear, by reweighted least squares that let go of what moved
(Goldman, Vignette and exposure calibration and compensation, PAMI 2010, with a known response).

Above its short straight foot the sRGB curve is a power of an offset value, so a change of light
is there an affine change of the coded value (IEC 61966-2-1); nothing needs to be decoded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from panoramas.sphere import Floats
from panoramas.stitch.sight import Floats32
from panoramas.stitch.survey import Copy
from panoramas.stitch.window import Mask

Indices = npt.NDArray[np.int64]
POWER, OFFSET = 2.4, 0.055 * 255  # of the sRGB curve, in coded values of 0..255
DARK, BRIGHT = 12, 240  # coded values between which the camera followed the light
CORNER = 1.3  # squared distance from the middle up to which the darkening is extrapolated
ROUNDS = 8  # of reweighting; the weights stand still after six
PLACES, PAIRS = 8_000, 25_000  # places of the sphere looked at; pairs of photos there at most
PATIENCE = 1.0  # spreads off the model at which a sample counts half
TIE = 0.02  # weight of equal gains in all colours, as a share of an average photo's samples
WEAK = 1e-6  # pull of every unknown to nothing, as such a share; fixes what no sample does


@dataclass(frozen=True)
class Light:
    """`gains`: (photos, 3) exposure over the set's mean, natural logarithm. `fall`: a, b, c.
    `spread`: median difference that is left between two photos of the same place, in stops;
    `before`: the same without correction. `samples`: pairs of values compared."""

    gains: Floats
    fall: Floats
    spread: float
    before: float
    samples: int

    def even(self, colours: Floats32, squared: Floats32, photo: int) -> Floats32:
        """Coded colours (rows, columns, 3) of a photo as if taken with the mean exposure and a
        lens that does not darken; may leave 0..255."""
        a, b, c = (np.float32(value) for value in self.fall)
        squared = np.minimum(squared, np.float32(CORNER))
        dimmed = ((squared * c + b) * squared + a) * squared
        share = np.exp(dimmed * np.float32(-1 / POWER))
        evened = np.empty_like(colours)
        for colour, gain in enumerate(np.exp(-self.gains[photo] / POWER)):
            times = share * np.float32(gain)
            seen, offset = colours[..., colour], np.float32(OFFSET)
            affine = (seen + offset) * times - offset
            foot = seen * (times * times * (np.float32(0.4) * times + np.float32(0.6)))
            brighter = times > 1
            evened[..., colour] = np.where(
                brighter, np.minimum(affine, foot), np.maximum(affine, foot)
            )
        return evened

    def evened(self, copies: Sequence[Copy]) -> list[Copy]:
        """All small copies in one light."""
        return [
            replace(copy, colours=self.even(copy.colours, copy.squared, n))
            for n, copy in enumerate(copies)
        ]


def fit(copies: Sequence[Copy], width: int) -> Light:
    """Exposures and darkening of photos that overlap. `width`: of the sphere of the copies.

    Photos without any usable overlap keep the mean exposure.
    """
    samples = _samples(copies, width)
    weight, found = samples.weight, np.zeros(3 * len(copies) + 3)
    for _ in range(ROUNDS):
        found = _solve(samples, weight, len(copies))
        off = samples.off(found)
        spread = 1.4826 * _median(off) + 1e-6
        weight = samples.weight / (1 + (off / (PATIENCE * spread)) ** 2)
    found = np.round(found, 6)  # the last bits of a solution depend on the number of threads
    gains = found[:-3].reshape(3, -1).T
    left, before = _median(samples.off(found)), _median(samples.difference)
    stops = np.log(2)
    return Light(gains - gains.mean(), found[-3:], left / stops, before / stops, samples.one.size)


@dataclass(frozen=True)
class _Samples:
    """Pairs of values of one place and colour, all of shape (n): `one`, `other` are indices
    colour · photos + photo of the unknowns, `terms` (n, 3) the differences of q, q², q³."""

    one: Indices
    other: Indices
    difference: Floats
    terms: Floats
    weight: Floats

    def off(self, found: Floats) -> Floats:
        """What the model leaves of each difference."""
        told: Floats = found[self.one] - found[self.other] + self.terms @ found[-3:]
        return self.difference - told


def _samples(copies: Sequence[Copy], width: int) -> _Samples:
    stride = max(1, int(np.sqrt(width * width / 2 / PLACES)))
    grid = np.mgrid[stride // 2 : width // 2 : stride, stride // 2 : width : stride]
    rows, columns = grid.reshape(2, -1)
    area = np.sin((rows + 0.5) * 2 / width * np.pi)
    told = [_at(copy, rows, columns, width) for copy in copies]
    logs, squares, known = (np.stack(parts) for parts in zip(*told, strict=True))
    one, other, place = _pairs(known)
    square, against = squares[one, place], squares[other, place]
    terms = np.stack([square**power - against**power for power in (1, 2, 3)], axis=-1)
    seen, matched = logs[one, place], logs[other, place]
    weight = area[place, None] / (np.exp(-2 * seen) + np.exp(-2 * matched))
    colours = np.arange(3) * len(copies)
    return _Samples(
        (one[:, None] + colours).ravel(),
        (other[:, None] + colours).ravel(),
        (POWER * (seen - matched)).ravel(),
        np.repeat(terms, 3, axis=0),
        (weight / max(float(weight.mean()), 1e-12) if weight.size else weight).ravel(),
    )


def _at(copy: Copy, rows: Indices, columns: Indices, width: int) -> tuple[Floats, Floats, Mask]:
    """Logarithms of the offset values (n, 3), squared distances (n), and which are to be used."""
    window = copy.window
    down, across = rows - window.top, (columns - window.left) % width
    near = (down >= 0) & (down < window.height) & (across < window.width)
    down, across = np.where(near, down, 0), np.where(near, across, 0)
    colours = copy.colours[down, across].astype(np.float64)
    followed = (colours > DARK).all(axis=-1) & (colours < BRIGHT).all(axis=-1)
    usable = near & copy.inside[down, across] & followed
    return np.log(colours + OFFSET), copy.squared[down, across].astype(np.float64), usable


def _pairs(known: Mask) -> tuple[Indices, Indices, Indices]:
    """Photo, other photo and place of everything that two photos show, thinned out evenly."""
    parts = [np.zeros((3, 0), np.int64)]
    for one in range(len(known) - 1):
        other, place = np.nonzero(known[one + 1 :] & known[one])
        parts.append(np.stack([np.full_like(other, one), other + one + 1, place]))
    pairs = np.concatenate(parts, axis=1)
    one, other, place = pairs[:, :: max(1, -(-pairs.shape[1] // PAIRS))]
    return one, other, place


def _solve(samples: _Samples, weight: Floats, photos: int) -> Floats:
    """Weighted least squares by its normal equations."""
    many = 3 * photos
    one, other = samples.one, samples.other
    square, right = np.zeros((many + 3, many + 3)), np.zeros(many + 3)
    own = np.bincount(one, weight, many) + np.bincount(other, weight, many)
    pairs = np.bincount(one * many + other, weight, many * many).reshape(many, many)
    square[:many, :many] = np.diag(own) - pairs - pairs.T

    def signed(values: Floats) -> Floats:
        added, taken = np.bincount(one, values, many), np.bincount(other, values, many)
        return np.asarray(added - taken, np.float64)

    pulled = samples.terms * weight[:, None]
    right[:many], right[many:] = signed(weight * samples.difference), samples.difference @ pulled
    for n in range(3):
        square[:many, many + n] = square[many + n, :many] = signed(pulled[:, n])
    square[many:, many:] = samples.terms.T @ pulled
    usual = float(own.mean()) + 1e-9
    colours = np.kron(3 * np.eye(3) - np.ones((3, 3)), np.eye(photos))
    square[:many, :many] += TIE * usual * colours
    square += WEAK * usual * np.eye(many + 3)
    return np.asarray(np.linalg.solve(square, right))


def _median(values: Floats) -> float:
    return float(np.median(np.abs(values))) if values.size else 0.0
