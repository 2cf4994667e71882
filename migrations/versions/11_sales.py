"""The first tables of sales."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "sales_1"
down_revision = "yard_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sales_import",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("court_id", sa.Text(), nullable=False),
        sa.Column("media_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("sold", sa.BigInteger(), nullable=False),
        sa.Column("unsold", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["court_id"], ["people_organisation.id"], name=op.f("fk_sales_import_court_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_import")),
    )
    op.create_index(op.f("ix_sales_import_court_id"), "sales_import", ["court_id"], unique=False)
    op.create_table(
        "sales_lot",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("platform_number", sa.Text(), nullable=False),
        sa.Column(
            "round",
            sa.Enum(
                "first",
                "second",
                "sell_off",
                name="round",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "entrusted",
                "surveyed",
                "priced",
                "drafted",
                "announced",
                "bidding",
                "sold",
                "unsold",
                "sell_off",
                "offset",
                "returned",
                "paid",
                "defaulted",
                "ruled",
                "served",
                "delivered",
                "closed",
                "stayed",
                "suspended",
                "withdrawn",
                "revoked",
                name="lotstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reference", sa.BigInteger(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("deposit", sa.BigInteger(), nullable=False),
        sa.Column("announced_on", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_id", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bidders", sa.BigInteger(), nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("pay_due", sa.Date(), nullable=True),
        sa.Column("balance_on", sa.Date(), nullable=True),
        sa.Column("voucher_media", sa.Text(), nullable=False),
        sa.Column("served_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ruling_media", sa.Text(), nullable=False),
        sa.CheckConstraint("(price IS NULL) = (pay_due IS NULL)", name=op.f("ck_sales_lot_sold")),
        sa.CheckConstraint("start > 0 AND deposit > 0", name=op.f("ck_sales_lot_terms")),
        sa.ForeignKeyConstraint(["case_id"], ["court_case.id"], name=op.f("fk_sales_lot_case_id")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["sales_import.id"], name=op.f("fk_sales_lot_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_sales_lot_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_lot")),
        sa.UniqueConstraint("platform_number", name=op.f("uq_sales_lot_platform_number")),
    )
    op.create_index(op.f("ix_sales_lot_case_id"), "sales_lot", ["case_id"], unique=False)
    op.create_index(op.f("ix_sales_lot_state"), "sales_lot", ["state"], unique=False)
    op.create_index(op.f("ix_sales_lot_vehicle_id"), "sales_lot", ["vehicle_id"], unique=False)
    op.create_index(
        "uq_sales_lot_live",
        "sales_lot",
        ["vehicle_id"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('unsold', 'withdrawn', 'defaulted', 'revoked')"),
    )
    op.create_table(
        "sales_buyer",
        sa.Column("lot_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("id_tail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["sales_lot.id"], name=op.f("fk_sales_buyer_lot_id")),
        sa.PrimaryKeyConstraint("lot_id", name=op.f("pk_sales_buyer")),
    )
