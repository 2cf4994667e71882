"""The hourly checkpoint."""

from __future__ import annotations

from flask import current_app

from . import checkpoints


def checkpoint() -> None:
    """Export a signed checkpoint of every chain that has grown."""
    settings = current_app.extensions["settings"]
    checkpoints.export(settings.checkpoint_folder, checkpoints.load_key(settings.keys))


JOBS = {"trail.checkpoint": checkpoint}
PERIODIC = {"trail.checkpoint": "0 * * * *"}
