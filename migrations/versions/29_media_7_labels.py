"""Say who printed a label and why, and know sealed bags"""

import sqlalchemy as sa
from alembic import op

revision = "media_7"
down_revision = "yard_2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "media_label_code", sa.Column("vehicle", sa.Text(), server_default="", nullable=False)
    )
    op.add_column(
        "media_label_code",
        sa.Column("organisation_id", sa.Text(), server_default="", nullable=False),
    )
    op.add_column(
        "media_label_code", sa.Column("by_name", sa.Text(), server_default="", nullable=False)
    )
    op.add_column(
        "media_label_code", sa.Column("reason", sa.Text(), server_default="", nullable=False)
    )
    op.create_index("ix_media_label_code_subject", "media_label_code", ["subject"], unique=False)
    op.execute(
        "UPDATE media_label_code SET vehicle = substr(subject, 9) WHERE subject LIKE 'vehicle:%'"
    )
    op.drop_constraint(op.f("ck_media_label_code_purpose"), "media_label_code", type_="check")
    op.create_check_constraint(
        op.f("ck_media_label_code_purpose"),
        "media_label_code",
        "purpose IN ('vehicle', 'bay', 'key', 'bag', 'pass')",
    )
