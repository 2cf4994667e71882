"""Odometers read in the yard, how care was shown to be done there, and leave to run an engine"""

import sqlalchemy as sa
from alembic import op

revision = "yard_5"
down_revision = "yard_4"
branch_labels = None
depends_on = None

KINDS = "kind IN ('tow_in', 'publish', 'release', 'belongings', 'run_engine')"
STATES = "state IN ('first', 'allowed', 'used', 'lower')"


def upgrade() -> None:
    op.create_table(
        "yard_odometer",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("km", sa.BigInteger(), nullable=False),
        sa.Column("growth", sa.BigInteger(), nullable=False),
        sa.Column("allowed", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "first", "allowed", "used", "lower", name="mileage", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("by_person", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(STATES, name="mileage"),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_yard_odometer_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yard_odometer")),
    )
    op.create_index("ix_yard_odometer_vehicle", "yard_odometer", ["vehicle_id", "at"])
    for name in ("seen_by", "odd"):
        op.add_column("yard_care", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.create_index("ix_yard_care_person", "yard_care", ["by_person", "at"])
    op.drop_constraint("commandkind", "court_command", type_="check")
    op.create_check_constraint("commandkind", "court_command", KINDS)
