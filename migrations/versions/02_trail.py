"""The first tables of trail."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from station.trail.guards import AFTER

revision = "trail_1"
down_revision = "ground_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trail_chain",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail_chain")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_trail_chain_organisation_id")),
    )
    op.create_table(
        "trail_line",
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_doubtful", sa.Boolean(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("vehicle", sa.Text(), nullable=False),
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["chain"], ["trail_chain.id"], name=op.f("fk_trail_line_chain")),
        sa.PrimaryKeyConstraint("chain", "number", name=op.f("pk_trail_line")),
    )
    op.create_index(op.f("ix_trail_line_act"), "trail_line", ["act"], unique=False)
    op.create_index(op.f("ix_trail_line_case"), "trail_line", ["case"], unique=False)
    op.create_index("ix_trail_line_hash", "trail_line", ["hash"], unique=False)
    op.create_index("ix_trail_line_subject", "trail_line", ["subject", "at"], unique=False)
    op.create_index("ix_trail_line_vehicle", "trail_line", ["vehicle", "at"], unique=False)
    op.create_table(
        "trail_value",
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chain", "number"],
            ["trail_line.chain", "trail_line.number"],
            name=op.f("fk_trail_value_chain_number"),
        ),
        sa.PrimaryKeyConstraint("chain", "number", "name", name=op.f("pk_trail_value")),
    )
    for statement in AFTER:
        op.execute(statement)
