"""Halt and resume a sale"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "sales_2"
down_revision = "notices_2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "release_given_back",
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("command_id", sa.Text(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("odometer_km", sa.BigInteger(), nullable=False),
        sa.Column("keys", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("paper_media", sa.Text(), nullable=False),
        sa.Column("photos", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("taker_sign", sa.Text(), nullable=False),
        sa.Column("staff_sign", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_release_given_back_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("vehicle_id", name=op.f("pk_release_given_back")),
    )
    op.create_table(
        "sales_halt",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("lot_id", sa.Text(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "stay",
                "suspend",
                "withdraw",
                name="haltkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["court_case.id"], name=op.f("fk_sales_halt_case_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["sales_lot.id"], name=op.f("fk_sales_halt_lot_id")),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_sales_halt_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_halt")),
    )
    op.create_index(
        "uq_sales_halt_live",
        "sales_halt",
        ["vehicle_id"],
        unique=True,
        postgresql_where=sa.text("over_at IS NULL"),
    )
