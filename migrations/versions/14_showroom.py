"""The first tables of showroom."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "showroom_1"
down_revision = "release_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "showroom_listing",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("court_id", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "ordered",
                "published",
                "withdrawn",
                name="listingstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("reference", sa.BigInteger(), nullable=True),
        sa.Column("start", sa.BigInteger(), nullable=True),
        sa.Column("deposit", sa.BigInteger(), nullable=True),
        sa.Column("increment", sa.BigInteger(), nullable=True),
        sa.Column("announce_on", sa.Date(), nullable=True),
        sa.Column("notified_on", sa.Date(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("viewing", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("platform_number", sa.Text(), nullable=False),
        sa.Column("platform_url", sa.Text(), nullable=False),
        sa.Column(
            "tax_bearer",
            sa.Enum(
                "by_law",
                "buyer",
                name="taxbearer",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("inspection_until", sa.Date(), nullable=True),
        sa.Column("insurance_until", sa.Date(), nullable=True),
        sa.Column("fines", sa.BigInteger(), nullable=True),
        sa.Column("fines_count", sa.BigInteger(), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("texts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("returned", sa.Text(), nullable=False),
        sa.Column("command_id", sa.Text(), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_why", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('ordered', 'published')) <= (sealed <> '')",
            name=op.f("ck_showroom_listing_sealed"),
        ),
        sa.CheckConstraint(
            "state <> 'published' OR announced_at IS NOT NULL",
            name=op.f("ck_showroom_listing_announced"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["court_case.id"], name=op.f("fk_showroom_listing_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["command_id"], ["court_command.id"], name=op.f("fk_showroom_listing_command_id")
        ),
        sa.ForeignKeyConstraint(
            ["court_id"], ["people_organisation.id"], name=op.f("fk_showroom_listing_court_id")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_showroom_listing_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_showroom_listing")),
        sa.UniqueConstraint("public_id", name=op.f("uq_showroom_listing_public_id")),
        sa.UniqueConstraint("vehicle_id", name=op.f("uq_showroom_listing_vehicle_id")),
    )
    op.create_index(
        op.f("ix_showroom_listing_court_id"), "showroom_listing", ["court_id"], unique=False
    )
    op.create_index(
        "ix_showroom_listing_state", "showroom_listing", ["state", "starts_at"], unique=False
    )
