"""Ask about vehicles and keep the answers"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "court_5"
down_revision = "people_3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "court_enquiry",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "answered",
                name="enquirystate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("of", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "clear",
                "found",
                "unknown",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("files", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["court_case.id"], name=op.f("fk_court_enquiry_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_court_enquiry_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_court_enquiry")),
    )
    op.create_index(op.f("ix_court_enquiry_case_id"), "court_enquiry", ["case_id"], unique=False)
    op.create_index("ix_court_enquiry_vehicle", "court_enquiry", ["vehicle_id", "at"], unique=False)
    op.create_index(
        "uq_court_enquiry_open",
        "court_enquiry",
        ["vehicle_id", "about"],
        unique=True,
        postgresql_where=sa.text("state = 'asked'"),
    )
