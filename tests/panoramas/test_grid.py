"""Legal grids for every width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panoramas.grid import grid


@given(st.integers(512, 40_000))
def test_every_width_has_a_legal_grid(width):
    plan = grid(width)
    assert 256 <= plan.tile <= 512
    for number, level in enumerate(plan.levels):
        assert level.number == number
        assert level.cols == 2 * level.rows == 2 ** (number + 1) <= 64
        assert level.rows <= 32
        assert level.width == level.cols * plan.tile
    assert plan.width <= min(width, 8192)
    assert min(width, 8192) - plan.width < plan.levels[-1].cols


@given(st.integers(512, 8192))
def test_no_legal_grid_of_as_few_columns_is_wider(width):
    plan = grid(width)
    cols = plan.levels[-1].cols
    assert plan.tile + 1 > 512 or (plan.tile + 1) * cols > width


@pytest.mark.parametrize(
    ("width", "cols", "tile"),
    [(7680, 16, 480), (7200, 16, 450), (6720, 16, 420), (5376, 16, 336), (8192, 16, 512)],
)
def test_the_usual_cameras_are_never_resampled(width, cols, tile):
    plan = grid(width)
    assert (plan.width, plan.tile) == (width, tile)
    assert (plan.levels[-1].cols, plan.levels[-1].rows) == (cols, cols // 2)


def test_a_panorama_too_narrow_for_tiles_is_an_error():
    with pytest.raises(ValueError, match="too narrow"):
        grid(511)
