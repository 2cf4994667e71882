"""The legal grids of tiles: powers of two, tiles of 256–512 pixels, every level half the next.

Photo Sphere Viewer's equirectangular tiles need power-of-two columns (at most 64) and rows (at
most 32); a panorama is 2:1, so rows are half the columns and tiles are square.
"""

from __future__ import annotations

from dataclasses import dataclass

LARGEST_TILE = 512
SMALLEST_TILE = 256
WIDEST = 8192
NARROWEST = 2 * SMALLEST_TILE


@dataclass(frozen=True)
class Level:
    """One size of the panorama. `number` 0 is the smallest; sizes in pixels."""

    number: int
    width: int
    cols: int
    rows: int


@dataclass(frozen=True)
class Grid:
    """All levels share one tile side, so no level is ever resampled to fit."""

    tile: int
    levels: tuple[Level, ...]

    @property
    def width(self) -> int:
        return self.levels[-1].width

    @property
    def tiles(self) -> int:
        return sum(level.cols * level.rows for level in self.levels)


def grid(width: int) -> Grid:
    """The grid with the largest width that is not above `width` nor WIDEST.

    Fewest tiles win: the fewest columns whose tiles are at most LARGEST_TILE. At most
    columns - 1 ≤ 15 pixels of width are lost. Raises ValueError under NARROWEST.
    """
    if width < NARROWEST:
        raise ValueError(f"a panorama of {width} columns is too narrow for tiles")
    width = min(width, WIDEST)
    cols = 2
    while width / cols > LARGEST_TILE:
        cols *= 2
    tile = width // cols
    counts = [2**power for power in range(1, cols.bit_length())]
    levels = [Level(n, tile * count, count, count // 2) for n, count in enumerate(counts)]
    return Grid(tile, tuple(levels))
