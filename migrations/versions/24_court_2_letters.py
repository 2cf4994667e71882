"""Print the 委托书 of an entrustment"""

import sqlalchemy as sa
from alembic import op

revision = "court_2"
down_revision = "trail_2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("court_entrustment", sa.Column("number", sa.Text(), nullable=True))
    op.add_column(
        "court_entrustment", sa.Column("sheet_media", sa.Text(), server_default="", nullable=False)
    )
    op.create_unique_constraint(
        op.f("uq_court_entrustment_number"), "court_entrustment", ["number"]
    )
