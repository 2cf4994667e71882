"""Compare a vehicle with its case and keep its licence"""

import sqlalchemy as sa
from alembic import op

revision = "intake_5"
down_revision = "intake_4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vehicles_licence",
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("registered", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("seats", sa.BigInteger(), nullable=False),
        sa.Column("emission", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_vehicles_licence_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("vehicle_id", name=op.f("pk_vehicles_licence")),
    )
    op.create_table(
        "intake_identity",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("intake_id", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("vin", sa.Text(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("plate", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["intake_id"], ["intake_intake.id"], name=op.f("fk_intake_identity_intake_id")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_intake_identity_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_identity")),
    )
    op.create_index(
        "ix_intake_identity_vehicle", "intake_identity", ["vehicle_id", "at"], unique=False
    )
    op.create_table(
        "intake_mismatch",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("check_id", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("court_id", sa.Text(), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "same",
                "other",
                name="mismatchstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["court_case.id"], name=op.f("fk_intake_mismatch_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["check_id"], ["intake_identity.id"], name=op.f("fk_intake_mismatch_check_id")
        ),
        sa.ForeignKeyConstraint(
            ["court_id"], ["people_organisation.id"], name=op.f("fk_intake_mismatch_court_id")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_intake_mismatch_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_mismatch")),
    )
    op.create_index(
        op.f("ix_intake_mismatch_vehicle_id"), "intake_mismatch", ["vehicle_id"], unique=False
    )
    op.create_index(
        "uq_intake_mismatch_open",
        "intake_mismatch",
        ["vehicle_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
