"""Find documents by number, file and successor"""

import sqlalchemy as sa
from alembic import op

revision = "trail_2"
down_revision = "media_6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_trail_line_document",
        "trail_line",
        [sa.literal_column("(facts ->> 'document')")],
        unique=False,
        postgresql_where=sa.text("(facts ->> 'document') IS NOT NULL"),
    )
    op.create_index(
        "ix_trail_line_replaces",
        "trail_line",
        [sa.literal_column("(facts ->> 'replaces')")],
        unique=False,
        postgresql_where=sa.text("(facts ->> 'document') IS NOT NULL"),
    )
    op.create_index(
        "ix_trail_line_sha256",
        "trail_line",
        [sa.literal_column("(facts ->> 'sha256')")],
        unique=False,
        postgresql_where=sa.text("(facts ->> 'document') IS NOT NULL"),
    )
