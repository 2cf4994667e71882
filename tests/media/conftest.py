"""A store alone, and the room inside the whole application."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from station.media.store import DiskStore


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[DiskStore]:
    """A store on disk, current in a context without a database."""
    app = Flask("bare")
    app.extensions["media.store"] = store = DiskStore(tmp_path / "blobs")
    with app.app_context():
        yield store
