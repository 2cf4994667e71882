"""The first tables of release."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "release_1"
down_revision = "orders_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "release_cleared",
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column(
            "how",
            sa.Enum(
                "returned",
                "court",
                name="clearing",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("paper_media", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_release_cleared_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("vehicle_id", name=op.f("pk_release_cleared")),
    )
    op.create_table(
        "release_release",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lot_id", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("station_id", sa.Text(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column(
            "taker_kind",
            sa.Enum(
                "buyer",
                "helper",
                name="takerkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("taker", sa.Text(), nullable=False),
        sa.Column("handed_by", sa.Text(), nullable=False),
        sa.Column("odometer_km", sa.BigInteger(), nullable=True),
        sa.Column("keys", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("bay", sa.Text(), nullable=False),
        sa.Column("paper_media", sa.Text(), nullable=False),
        sa.Column("authority_media", sa.Text(), nullable=False),
        sa.Column("taker_sign", sa.Text(), nullable=False),
        sa.Column("staff_sign", sa.Text(), nullable=False),
        sa.Column("sheet_media", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["sales_lot.id"], name=op.f("fk_release_release_lot_id")
        ),
        sa.ForeignKeyConstraint(
            ["station_id"], ["people_organisation.id"], name=op.f("fk_release_release_station_id")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_release_release_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_release")),
        sa.UniqueConstraint("lot_id", name=op.f("uq_release_release_lot_id")),
        sa.UniqueConstraint("number", name=op.f("uq_release_release_number")),
    )
    op.create_index(
        op.f("ix_release_release_station_id"), "release_release", ["station_id"], unique=False
    )
    op.create_index(
        op.f("ix_release_release_vehicle_id"), "release_release", ["vehicle_id"], unique=False
    )
