"""Proving the trail: chains, values, checkpoints outside the database, media files."""

from __future__ import annotations

import sys

from flask import Flask
from sqlalchemy import func, select

from station.ground.database import db
from station.ground.settings import Settings
from station.media import comparison_reads as comparisons
from station.media import reads as media
from station.trail import checkpoints, reads
from station.trail.models import Chain, TrailLine


def verify(app: Flask) -> int:
    """Check everything and name the first bad line of each chain; 1 when anything is wrong."""
    settings: Settings = app.extensions["settings"]
    public = checkpoints.load_key(settings.keys).public_key()
    faults = [
        *reads.find_faults(),
        *checkpoints.find_faults(settings.checkpoint_folder, public),
        *media.find_faults(),
        *comparisons.find_faults(),
    ]
    for fault in faults:
        sys.stdout.write(f"BAD {fault}\n")
    chains = db.session.scalar(select(func.count()).select_from(Chain))
    lines = db.session.scalar(select(func.count()).select_from(TrailLine))
    sys.stdout.write(f"{chains} chains, {lines} lines: {'BAD' if faults else 'whole'}\n")
    return 1 if faults else 0


def checkpoint(app: Flask) -> int:
    """Export a signed checkpoint of every chain that has grown."""
    settings: Settings = app.extensions["settings"]
    count = checkpoints.export(settings.checkpoint_folder, checkpoints.load_key(settings.keys))
    sys.stdout.write(f"{count} checkpoints in {settings.checkpoint_folder}\n")
    return 0
