"""Write down what a vehicle is worth"""

import sqlalchemy as sa
from alembic import op

revision = "vehicles_2"
down_revision = "watch_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vehicles_valuation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column(
            "basis",
            sa.Enum(
                "agreed",
                "targeted",
                "online",
                "appraised",
                "estimate",
                name="basis",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_vehicles_valuation_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicles_valuation")),
    )
    op.create_index(
        "ix_vehicles_valuation_vehicle",
        "vehicles_valuation",
        ["vehicle_id", "on", "at"],
        unique=False,
    )
