"""Keep what the program would mask"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "media_3"
down_revision = "intake_2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "media_proposal",
        sa.Column("media_id", sa.Text(), nullable=False),
        sa.Column("boxes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("models", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["media_id"], ["media_media.id"], name=op.f("fk_media_proposal_media_id")
        ),
        sa.PrimaryKeyConstraint("media_id", name=op.f("pk_media_proposal")),
        info={"upkeep": True},
    )
