"""How sharp a picture is, and what it looks like in 64 bits. Pure; runs in the decoder's cage.

Sharpness: the variance of the Laplacian (Pech-Pacheco et al., ICPR 2000) of a small grey copy, as
assets/src/kit/sharp.ts measures it before a picture is sent. A picture without contrast (a wall, a
lens cap) has no edges whatever the focus, and is not judged. Likeness: a difference hash, 8 × 8
comparisons of neighbouring greys: the same picture compressed anew differs in a few bits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

SIDE = 480  # px, longest side of the copy that is measured
LEAST = 40  # variance of the Laplacian below which a picture is blurred [P]
CONTRAST = 64  # variance of the greys below which there is nothing to judge by [P]
HASH = 8
BOX = 4  # Image.Resampling.BOX; the web process loads no decoder


@dataclass(frozen=True)
class Look:
    """`edges`: variance of the Laplacian; `contrast`: of the greys; `likeness`: 16 hexadecimal
    digits, '' for a picture without contrast."""

    edges: int
    contrast: int
    likeness: str


def look_at(image: Image.Image) -> Look:
    """Measure a decoded picture."""
    grey = image.convert("L")
    grey = grey.resize(_fitted(*grey.size), BOX)
    width, height = grey.size
    data = grey.tobytes()
    contrast = _variance(data)
    edges = _variance(_laplacian(data, width, height))
    likeness = _difference_hash(grey) if contrast >= CONTRAST else ""
    return Look(edges, contrast, likeness)


def _fitted(width: int, height: int) -> tuple[int, int]:
    """The size of the copy; a small picture stays as it is."""
    scale = min(1.0, SIDE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def is_blurred(look: Look) -> bool:
    """Whether a picture has contrast, but no sharp edge."""
    return look.contrast >= CONTRAST and look.edges < LEAST


def _laplacian(data: bytes, width: int, height: int) -> list[int]:
    found: list[int] = []
    for y in range(1, height - 1):
        at = y * width
        row = data[at : at + width]
        above, below = data[at - width : at], data[at + width : at + 2 * width]
        neighbours = zip(row, row[1:], row[2:], above[1:], below[1:], strict=False)
        found.extend(
            left + right + up + down - 4 * here for left, here, right, up, down in neighbours
        )
    return found


def _variance(values: Iterable[int]) -> int:
    count = total = squares = 0
    for value in values:
        count, total, squares = count + 1, total + value, squares + value * value
    return (squares - total * total // count) // count if count else 0


def _difference_hash(grey: Image.Image) -> str:
    small = grey.resize((HASH + 1, HASH), BOX)
    data, bits = small.tobytes(), 0
    for y in range(HASH):
        row = data[y * (HASH + 1) : (y + 1) * (HASH + 1)]
        for left, right in pairwise(row):
            bits = bits << 1 | (left < right)
    return f"{bits:016x}"
