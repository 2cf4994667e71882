"""Stock-takes: the books, what was seen, and who signed"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "yard_6"
down_revision = "yard_5"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
STATES = "state IN ('open', 'counted', 'approved')"


def upgrade() -> None:
    op.create_table(
        "yard_count",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("station_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "counted", "approved", name="countstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("first_person", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("first_signed_at", AT, nullable=True),
        sa.Column("second_person", sa.Text(), nullable=False),
        sa.Column("second_name", sa.Text(), nullable=False),
        sa.Column("second_signed_at", AT, nullable=True),
        sa.Column("closed_at", AT, nullable=True),
        sa.Column("approved_at", AT, nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("result", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint(STATES, name="countstate"),
        sa.ForeignKeyConstraint(
            ["station_id"], ["people_organisation.id"], name=op.f("fk_yard_count_station_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yard_count")),
        sa.UniqueConstraint("station_id", "number", name=op.f("uq_yard_count_station_id_number")),
    )
    op.create_index(
        "uq_yard_count_going",
        "yard_count",
        ["station_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'approved'"),
    )
    op.create_table(
        "yard_counted",
        sa.Column("count_id", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("bay_id", sa.Text(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.Column("odometer", sa.BigInteger(), nullable=True),
        sa.Column("keys", sa.BigInteger(), nullable=False),
        sa.Column("accessories", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["bay_id"], ["yard_bay.id"], name=op.f("fk_yard_counted_bay_id")),
        sa.ForeignKeyConstraint(
            ["count_id"], ["yard_count.id"], name=op.f("fk_yard_counted_count_id")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_yard_counted_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("count_id", "vehicle_id", name=op.f("pk_yard_counted")),
    )
    op.create_table(
        "yard_sighting",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("count_id", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=True),
        sa.Column("bay_id", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("seal_ok", sa.Boolean(), nullable=False),
        sa.Column("keys_ok", sa.Boolean(), nullable=False),
        sa.Column("accessories_ok", sa.Boolean(), nullable=False),
        sa.Column("odometer", sa.BigInteger(), nullable=True),
        sa.Column("by_person", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("kept_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["bay_id"], ["yard_bay.id"], name=op.f("fk_yard_sighting_bay_id")),
        sa.ForeignKeyConstraint(
            ["count_id"], ["yard_count.id"], name=op.f("fk_yard_sighting_count_id")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_yard_sighting_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yard_sighting")),
    )
    op.create_index("ix_yard_sighting_count", "yard_sighting", ["count_id", "at"])
