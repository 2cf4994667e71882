"""Issue 查验报告"""

import sqlalchemy as sa
from alembic import op

revision = "intake_3"
down_revision = "court_2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "intake_report",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("intake_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("sheet_media", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["intake_id"], ["intake_intake.id"], name=op.f("fk_intake_report_intake_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_intake_report")),
        sa.UniqueConstraint(
            "intake_id", "version", name=op.f("uq_intake_report_intake_id_version")
        ),
    )
