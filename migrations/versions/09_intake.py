"""The first tables of intake."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "intake_1"
down_revision = "court_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "intake_finding",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "tow",
                "intake",
                "yard",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "defect",
            sa.Enum(
                "HH",
                "AX",
                "BX",
                "XS",
                "LW",
                "XF",
                name="defect",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("panel", sa.Text(), nullable=False),
        sa.Column("size_mm", sa.BigInteger(), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("media_id", sa.Text(), nullable=False),
        sa.Column("frame", sa.BigInteger(), nullable=True),
        sa.Column("x", sa.Double(), nullable=True),
        sa.Column("y", sa.Double(), nullable=True),
        sa.Column("frames", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("yaw", sa.Double(), nullable=True),
        sa.Column("pitch", sa.Double(), nullable=True),
        sa.Column("by_person", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(frame IS NULL) = (x IS NULL) AND (x IS NULL) = (y IS NULL)",
            name=op.f("ck_intake_finding_spin"),
        ),
        sa.CheckConstraint(
            "(yaw IS NULL) = (pitch IS NULL)", name=op.f("ck_intake_finding_panorama")
        ),
        sa.ForeignKeyConstraint(
            ["media_id"], ["media_media.id"], name=op.f("fk_intake_finding_media_id")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_intake_finding_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_finding")),
        sa.UniqueConstraint(
            "vehicle_id", "number", name=op.f("uq_intake_finding_vehicle_id_number")
        ),
    )
    op.create_table(
        "intake_tow",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("command_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("station_id", sa.Text(), nullable=False),
        sa.Column("driver_name", sa.Text(), nullable=False),
        sa.Column("driver_phone", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "dispatched",
                "towing",
                "arrived",
                "cancelled",
                name="towstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("departed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["court_case.id"], name=op.f("fk_intake_tow_case_id")),
        sa.ForeignKeyConstraint(
            ["command_id"], ["court_command.id"], name=op.f("fk_intake_tow_command_id")
        ),
        sa.ForeignKeyConstraint(
            ["station_id"], ["people_organisation.id"], name=op.f("fk_intake_tow_station_id")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_intake_tow_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_tow")),
    )
    op.create_index(op.f("ix_intake_tow_command_id"), "intake_tow", ["command_id"], unique=False)
    op.create_index("ix_intake_tow_station", "intake_tow", ["station_id", "state"], unique=False)
    op.create_index(op.f("ix_intake_tow_vehicle_id"), "intake_tow", ["vehicle_id"], unique=False)
    op.create_index(
        "uq_intake_tow_live",
        "intake_tow",
        ["vehicle_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('dispatched', 'towing')"),
    )
    op.create_table(
        "intake_check_in",
        sa.Column("tow_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("accuracy_m", sa.BigInteger(), nullable=True),
        sa.Column("device_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("distance_m", sa.BigInteger(), nullable=True),
        sa.Column("far", sa.Boolean(), nullable=False),
        sa.Column("skew_s", sa.BigInteger(), nullable=False),
        sa.Column("clock_doubtful", sa.Boolean(), nullable=False),
        sa.CheckConstraint("step IN ('depart', 'arrive')", name=op.f("ck_intake_check_in_step")),
        sa.ForeignKeyConstraint(
            ["tow_id"], ["intake_tow.id"], name=op.f("fk_intake_check_in_tow_id")
        ),
        sa.PrimaryKeyConstraint("tow_id", "step", name=op.f("pk_intake_check_in")),
    )
    op.create_table(
        "intake_intake",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("tow_id", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("command_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("station_id", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_by", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("sheet_media", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["court_case.id"], name=op.f("fk_intake_intake_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["command_id"], ["court_command.id"], name=op.f("fk_intake_intake_command_id")
        ),
        sa.ForeignKeyConstraint(
            ["station_id"], ["people_organisation.id"], name=op.f("fk_intake_intake_station_id")
        ),
        sa.ForeignKeyConstraint(
            ["tow_id"], ["intake_tow.id"], name=op.f("fk_intake_intake_tow_id")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_intake_intake_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_intake")),
        sa.UniqueConstraint("number", name=op.f("uq_intake_intake_number")),
        sa.UniqueConstraint("tow_id", name=op.f("uq_intake_intake_tow_id")),
    )
    op.create_index(
        "ix_intake_intake_station", "intake_intake", ["station_id", "finished_at"], unique=False
    )
    op.create_index(
        op.f("ix_intake_intake_vehicle_id"), "intake_intake", ["vehicle_id"], unique=False
    )
    op.create_table(
        "intake_answer",
        sa.Column("intake_id", sa.Text(), nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "photos",
                "readings",
                "keys",
                "papers",
                "seal",
                "belongings",
                name="step",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("by_person", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("second_person", sa.Text(), nullable=False),
        sa.Column("second_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["intake_id"], ["intake_intake.id"], name=op.f("fk_intake_answer_intake_id")
        ),
        sa.PrimaryKeyConstraint("intake_id", "step", name=op.f("pk_intake_answer")),
    )
    op.create_table(
        "intake_belonging",
        sa.Column("intake_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "thing",
                "container",
                "valuable",
                name="itemkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("what", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["intake_id"], ["intake_intake.id"], name=op.f("fk_intake_belonging_intake_id")
        ),
        sa.PrimaryKeyConstraint("intake_id", "number", name=op.f("pk_intake_belonging")),
    )
    op.create_table(
        "intake_reason",
        sa.Column("intake_id", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["intake_id"], ["intake_intake.id"], name=op.f("fk_intake_reason_intake_id")
        ),
        sa.PrimaryKeyConstraint("intake_id", "item", name=op.f("pk_intake_reason")),
    )
