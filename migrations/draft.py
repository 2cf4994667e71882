"""Write a room's first migration from its models: `python -m migrations.draft ROOM`.

Only while a room has not landed yet; afterwards a change is a new revision
(`alembic.command.revision(autogenerate=True)`, see CONTRIBUTING).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from sqlalchemy import NullPool, create_engine

import app
from station.ground import embedded
from station.ground.database import db

ORDER = ("ground", *app.ROOMS)
VERSIONS = Path(__file__).parent / "versions"
FRAME = '''"""{title}"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
{imports}
revision = "{room}_1"
down_revision = {before}
branch_labels = None
depends_on = None


def upgrade() -> None:
{body}
'''


def path_of(room: str) -> Path:
    """Where a room's first migration lies."""
    return VERSIONS / f"{ORDER.index(room) + 1:02d}_{room}.py"


def draft(room: str, engine_url: str) -> None:
    """Compare the room's models with an empty database and write what makes its tables."""

    def mine(name: str | None, kind: str, *_: object) -> bool:
        return kind != "table" or str(name).startswith(f"{room}_")

    with create_engine(engine_url, poolclass=NullPool).connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "target_metadata": db.metadata,
                "include_name": mine,
                "include_object": lambda _, n, kind, *__: mine(n, kind),
                "compare_type": True,
            },
        )
        operations = produce_migrations(context, db.metadata).upgrade_ops
        body = render_python_code(operations, render_as_batch=False, migration_context=context)
    write(room, body)


def write(room: str, body: str) -> None:
    """Write the file; rules that comparison does not see are added by `AFTER`."""
    at = ORDER.index(room)
    after = AFTER.get(room)
    text = FRAME.format(
        title=f"The first tables of {room}.",
        imports=f"\nfrom station.{room}.guards import AFTER\n" if after else "",
        room=room,
        before=f'"{ORDER[at - 1]}_1"' if at else None,
        body="    " + body.strip() + (after or ""),
    )
    clean = [row for row in text.splitlines() if "### " not in row]
    path_of(room).write_text("\n".join(clean) + "\n", encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    subprocess.run([*ruff, "check", "-q", "--fix", str(path_of(room))], check=True)
    subprocess.run([*ruff, "format", "-q", str(path_of(room))], check=True)


AFTER = {"trail": "\n    for statement in AFTER:\n        op.execute(statement)\n"}

if __name__ == "__main__":
    app.load_models()
    with tempfile.TemporaryDirectory(prefix="draft-") as folder:
        Path(folder).chmod(0o755)
        server = embedded.start(Path(folder) / "pg")
        try:
            for name in sys.argv[1:] or ORDER:
                draft(name, server.owner_url)
        finally:
            server.stop()
