"""The first tables of orders."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "orders_1"
down_revision = "sales_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "orders_event",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders_event")),
        info={"upkeep": True},
    )
    op.create_table(
        "orders_order",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("command_id", sa.Text(), nullable=False),
        sa.Column("station_id", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "placed",
                "quoted",
                "accepted",
                "paid",
                "in_work",
                "done",
                "cancelled",
                "refunded",
                name="orderstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("km", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "paid_how",
            sa.Enum(
                "stripe",
                "counter",
                name="paidhow",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.CheckConstraint("total >= 0 AND km >= 0", name=op.f("ck_orders_order_amounts")),
        sa.ForeignKeyConstraint(
            ["station_id"], ["people_organisation.id"], name=op.f("fk_orders_order_station_id")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_orders_order_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders_order")),
        sa.UniqueConstraint("number", name=op.f("uq_orders_order_number")),
    )
    op.create_index(
        op.f("ix_orders_order_station_id"), "orders_order", ["station_id"], unique=False
    )
    op.create_index(
        op.f("ix_orders_order_vehicle_id"), "orders_order", ["vehicle_id"], unique=False
    )
    op.create_table(
        "orders_item",
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "cleaning",
                "repair",
                "inspection_insurance",
                "transfer",
                "delivery",
                name="servicekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders_order.id"], name=op.f("fk_orders_item_order_id")
        ),
        sa.PrimaryKeyConstraint("order_id", "kind", name=op.f("pk_orders_item")),
    )
    op.create_table(
        "orders_payment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders_order.id"], name=op.f("fk_orders_payment_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders_payment")),
    )
    op.create_index(
        op.f("ix_orders_payment_order_id"), "orders_payment", ["order_id"], unique=False
    )
    op.create_table(
        "orders_trouble",
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("station_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders_order.id"], name=op.f("fk_orders_trouble_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["station_id"], ["people_organisation.id"], name=op.f("fk_orders_trouble_station_id")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_orders_trouble")),
    )
    op.create_index(
        op.f("ix_orders_trouble_order_id"), "orders_trouble", ["order_id"], unique=False
    )
    op.create_index(
        op.f("ix_orders_trouble_station_id"), "orders_trouble", ["station_id"], unique=False
    )
