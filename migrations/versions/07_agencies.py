"""The first tables of agencies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "agencies_1"
down_revision = "vehicles_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agencies_admission",
        sa.Column("court_id", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("capital_fen", sa.BigInteger(), nullable=False),
        sa.Column("admitted_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("barred_until", sa.Date(), nullable=True),
        sa.Column("barred_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["people_organisation.id"], name=op.f("fk_agencies_admission_agency_id")
        ),
        sa.ForeignKeyConstraint(
            ["court_id"], ["people_organisation.id"], name=op.f("fk_agencies_admission_court_id")
        ),
        sa.PrimaryKeyConstraint("court_id", "agency_id", name=op.f("pk_agencies_admission")),
    )
