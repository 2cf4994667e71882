"""Command that a sale is halted, resumed or withdrawn"""

import sqlalchemy as sa
from alembic import op

revision = "court_6"
down_revision = "release_2"
branch_labels = None
depends_on = None

REPORTED = ("survey", "enquire", "post_notice", "show", "stay", "suspend", "resume", "repair")
REPORTED += ("test_drive",)
KINDS = ("tow_in", "publish", "release", "belongings", "run_engine", "withdraw", *REPORTED)


def _words(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def upgrade() -> None:
    op.drop_constraint("commandkind", "court_command", type_="check")
    op.create_check_constraint("commandkind", "court_command", _words("kind", KINDS))
    op.drop_index("uq_court_command_live", "court_command")
    op.create_index(
        "uq_court_command_live",
        "court_command",
        ["vehicle_id", "kind"],
        unique=True,
        postgresql_where=sa.text(
            f"state <> 'revoked' AND NOT (state = 'done' AND {_words('kind', REPORTED)})"
        ),
    )
