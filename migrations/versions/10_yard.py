"""The first tables of yard."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "yard_1"
down_revision = "intake_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "yard_bay",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("station_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "ordinary",
                "charging",
                "large",
                "covered",
                name="baykind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["station_id"], ["people_organisation.id"], name=op.f("fk_yard_bay_station_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yard_bay")),
        sa.UniqueConstraint("station_id", "code", name=op.f("uq_yard_bay_station_id_code")),
    )
    op.create_table(
        "yard_stay",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("bay_id", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["bay_id"], ["yard_bay.id"], name=op.f("fk_yard_stay_bay_id")),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_yard_stay_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yard_stay")),
    )
    op.create_index(op.f("ix_yard_stay_vehicle_id"), "yard_stay", ["vehicle_id"], unique=False)
    op.create_index(
        "uq_yard_stay_bay",
        "yard_stay",
        ["bay_id"],
        unique=True,
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_index(
        "uq_yard_stay_vehicle",
        "yard_stay",
        ["vehicle_id"],
        unique=True,
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "yard_care",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("bay_id", sa.Text(), nullable=False),
        sa.Column("command_id", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("reading", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "good",
                "watch",
                "act",
                "alarm",
                name="readingstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("media_id", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_person", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bay_id"], ["yard_bay.id"], name=op.f("fk_yard_care_bay_id")),
        sa.ForeignKeyConstraint(
            ["command_id"], ["court_command.id"], name=op.f("fk_yard_care_command_id")
        ),
        sa.ForeignKeyConstraint(
            ["media_id"], ["media_media.id"], name=op.f("fk_yard_care_media_id")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_yard_care_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yard_care")),
    )
    op.create_index("ix_yard_care_vehicle", "yard_care", ["vehicle_id", "task", "at"], unique=False)
    op.create_table(
        "yard_follow_up",
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["yard_care.id"], name=op.f("fk_yard_follow_up_closed_by")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["yard_care.id"], name=op.f("fk_yard_follow_up_opened_by")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_yard_follow_up_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("opened_by", name=op.f("pk_yard_follow_up")),
    )
    op.create_index(
        "uq_yard_follow_up_open",
        "yard_follow_up",
        ["vehicle_id", "task"],
        unique=True,
        postgresql_where=sa.text("closed_by IS NULL"),
    )
