"""Lay two dates over one another"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "media_6"
down_revision = "media_5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "media_comparison",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("vehicle", sa.Text(), nullable=False),
        sa.Column("before_id", sa.Text(), nullable=False),
        sa.Column("after_id", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "working",
                "ready",
                "failed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reason_values", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("by_person", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(state = 'ready') = (folder <> '')", name=op.f("ck_media_comparison_folder")
        ),
        sa.CheckConstraint("state <> 'working'", name=op.f("ck_media_comparison_stored_state")),
        sa.ForeignKeyConstraint(
            ["after_id"], ["media_scene.id"], name=op.f("fk_media_comparison_after_id")
        ),
        sa.ForeignKeyConstraint(
            ["before_id"], ["media_scene.id"], name=op.f("fk_media_comparison_before_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_comparison")),
        sa.UniqueConstraint(
            "before_id", "after_id", name=op.f("uq_media_comparison_before_id_after_id")
        ),
    )
    op.create_index(
        op.f("ix_media_comparison_folder"), "media_comparison", ["folder"], unique=False
    )
