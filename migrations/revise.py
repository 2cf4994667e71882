"""Write a later revision of a room's tables: `python -m migrations.revise ROOM "what changes"`.

A scratch database is brought to the newest revision and compared with the models; what differs
becomes versions/NN_room_2_….py, after every other revision. Read what was written: a comparison
sees neither renames nor data, nor triggers and grants.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

import app
from migrations.draft import ORDER
from station.ground import embedded
from station.ground.migrate import alembic_config


def revise(room: str, what: str, owner_url: str) -> Path:
    """Compare the models with an empty, migrated database and write the revision; its file.

    Raises `ValueError` for a room that is not there.
    """
    if room not in ORDER:
        raise ValueError(f"no room {room!r}; rooms: {', '.join(ORDER)}")
    config = alembic_config(owner_url)
    command.upgrade(config, "head")
    known = [one.revision for one in ScriptDirectory.from_config(config).walk_revisions()]
    number = 1 + sum(name.startswith(f"{room}_") for name in known)
    config.set_main_option("file_template", f"{len(known) + 1:02d}_%%(rev)s_%%(slug)s")
    made = command.revision(config, what, autogenerate=True, rev_id=f"{room}_{number}")
    assert made is not None
    assert not isinstance(made, list)
    return tidy(Path(made.path))


def tidy(path: Path) -> Path:
    """The generator's remarks go, and the style is the project's."""
    rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(row for row in rows if "### " not in row) + "\n", encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    subprocess.run([*ruff, "check", "-q", "--fix", str(path)], check=True)
    subprocess.run([*ruff, "format", "-q", str(path)], check=True)
    return path


if __name__ == "__main__":
    app.load_models()
    with tempfile.TemporaryDirectory(prefix="revise-") as folder:
        Path(folder).chmod(0o755)
        server = embedded.start(Path(folder) / "pg")
        try:
            revise(sys.argv[1], sys.argv[2], server.owner_url)
        finally:
            server.stop()
