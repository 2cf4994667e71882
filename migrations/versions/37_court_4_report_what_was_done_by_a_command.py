"""Report what was done by a command"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "court_4"
down_revision = "yard_6"
branch_labels = None
depends_on = None

REPORTED = ("survey", "enquire", "post_notice", "show", "repair", "test_drive")
KINDS = ("tow_in", "publish", "release", "belongings", "run_engine", *REPORTED)
STATES = ("issued", "delivered", "acknowledged", "in_hand", "reported", "done", "revoked")


def _words(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def upgrade() -> None:
    op.create_table(
        "court_report",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("command_id", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "reported",
                "approved",
                "returned",
                name="reportstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("files", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["command_id"], ["court_command.id"], name=op.f("fk_court_report_command_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_court_report")),
    )
    op.create_index("ix_court_report_command", "court_report", ["command_id", "at"], unique=False)
    op.create_index(
        "uq_court_report_open",
        "court_report",
        ["command_id"],
        unique=True,
        postgresql_where=sa.text("state = 'reported'"),
    )
    op.alter_column("court_command", "station_id", existing_type=sa.TEXT(), nullable=True)
    for name, column, words in (("commandkind", "kind", KINDS), ("commandstate", "state", STATES)):
        op.drop_constraint(name, "court_command", type_="check")
        op.create_check_constraint(name, "court_command", _words(column, words))
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
