"""Inputs of the picture tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def data() -> Path:
    """The folder of real pictures; its tests skip where it is absent."""
    told = os.environ.get("SHUZHAN_DATA")
    folder = Path(told) if told else PROJECT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no folder of real pictures (SHUZHAN_DATA)")
    return folder


def left_in(folder: Path) -> list[str]:
    """Everything under a folder, hidden names too."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
