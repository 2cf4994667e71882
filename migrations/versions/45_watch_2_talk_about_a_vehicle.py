"""Talk about a vehicle"""

import sqlalchemy as sa
from alembic import op

revision = "watch_2"
down_revision = "court_6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watch_read",
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_watch_read_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("vehicle_id", "person_id", name=op.f("pk_watch_read")),
        info={"upkeep": True},
    )
    op.create_table(
        "watch_said",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("by_person", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("by_organisation", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remind_on", sa.Date(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_watch_said_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch_said")),
    )
    op.create_index("ix_watch_said_vehicle", "watch_said", ["vehicle_id", "at"], unique=False)
