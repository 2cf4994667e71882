"""The first tables of court."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "court_1"
down_revision = "agencies_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "court_case",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("court_id", sa.Text(), nullable=False),
        sa.Column("judge_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("creditor", sa.Text(), nullable=False),
        sa.Column("debtor", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["court_id"], ["people_organisation.id"], name=op.f("fk_court_case_court_id")
        ),
        sa.ForeignKeyConstraint(
            ["judge_id"], ["people_person.id"], name=op.f("fk_court_case_judge_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_court_case")),
        sa.UniqueConstraint("court_id", "number", name=op.f("uq_court_case_court_id_number")),
    )
    op.create_index(op.f("ix_court_case_court_id"), "court_case", ["court_id"], unique=False)
    op.create_table(
        "court_command",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "tow_in",
                "publish",
                "release",
                name="commandkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "issued",
                "delivered",
                "acknowledged",
                "done",
                "revoked",
                name="commandstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("court_id", sa.Text(), nullable=False),
        sa.Column("station_id", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("issued_by", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_to", sa.Text(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["people_organisation.id"], name=op.f("fk_court_command_agency_id")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["court_case.id"], name=op.f("fk_court_command_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["court_id"], ["people_organisation.id"], name=op.f("fk_court_command_court_id")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["people_person.id"], name=op.f("fk_court_command_issued_by")
        ),
        sa.ForeignKeyConstraint(
            ["station_id"], ["people_organisation.id"], name=op.f("fk_court_command_station_id")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_court_command_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_court_command")),
    )
    op.create_index(
        op.f("ix_court_command_agency_id"), "court_command", ["agency_id"], unique=False
    )
    op.create_index(op.f("ix_court_command_case_id"), "court_command", ["case_id"], unique=False)
    op.create_index(
        "ix_court_command_station",
        "court_command",
        ["station_id", "state", "issued_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_court_command_vehicle_id"), "court_command", ["vehicle_id"], unique=False
    )
    op.create_index(
        "uq_court_command_live",
        "court_command",
        ["vehicle_id", "kind"],
        unique=True,
        postgresql_where=sa.text("state <> 'revoked'"),
    )
    op.create_table(
        "court_entrustment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "offered",
                "accepted",
                "refused",
                "handed_back",
                name="entrustmentstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("other", sa.Text(), nullable=False),
        sa.Column("letter_media", sa.Text(), nullable=False),
        sa.Column("ruling_media", sa.Text(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["people_organisation.id"], name=op.f("fk_court_entrustment_agency_id")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["court_case.id"], name=op.f("fk_court_entrustment_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_court_entrustment_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_court_entrustment")),
    )
    op.create_index(
        op.f("ix_court_entrustment_agency_id"), "court_entrustment", ["agency_id"], unique=False
    )
    op.create_index(
        op.f("ix_court_entrustment_vehicle_id"), "court_entrustment", ["vehicle_id"], unique=False
    )
    op.create_index(
        "uq_court_entrustment_live",
        "court_entrustment",
        ["vehicle_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('offered', 'accepted')"),
    )
    op.create_table(
        "court_seizure",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("seized_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["court_case.id"], name=op.f("fk_court_seizure_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_court_seizure_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_court_seizure")),
        sa.UniqueConstraint(
            "case_id", "vehicle_id", name=op.f("uq_court_seizure_case_id_vehicle_id")
        ),
        sa.UniqueConstraint("vehicle_id", "rank", name=op.f("uq_court_seizure_vehicle_id_rank")),
    )
    op.create_index(op.f("ix_court_seizure_case_id"), "court_seizure", ["case_id"], unique=False)
