"""Ask for pictures now, tell what happened, and know a picture again"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "yard_4"
down_revision = "people_2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "yard_presence",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("court_id", sa.Text(), nullable=False),
        sa.Column("station_id", sa.Text(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("candidates", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("by_person", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["court_id"], ["people_organisation.id"], name=op.f("fk_yard_presence_court_id")
        ),
        sa.ForeignKeyConstraint(
            ["station_id"], ["people_organisation.id"], name=op.f("fk_yard_presence_station_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yard_presence")),
    )
    op.create_index(op.f("ix_yard_presence_court_id"), "yard_presence", ["court_id"], unique=False)
    op.create_index(
        "ix_yard_presence_station", "yard_presence", ["station_id", "due_at"], unique=False
    )
    op.create_table(
        "yard_ask",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("presence_id", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "opened",
                "answered",
                "excused",
                "accepted",
                "doubted",
                name="askstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("media_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column("same_as", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("judged_by", sa.Text(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(media_id <> '') <= (answered_at IS NOT NULL)", name=op.f("ck_yard_ask_answered")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["court_case.id"], name=op.f("fk_yard_ask_case_id")),
        sa.ForeignKeyConstraint(
            ["presence_id"], ["yard_presence.id"], name=op.f("fk_yard_ask_presence_id")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_yard_ask_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yard_ask")),
        sa.UniqueConstraint(
            "presence_id", "vehicle_id", name=op.f("uq_yard_ask_presence_id_vehicle_id")
        ),
    )
    op.create_index(op.f("ix_yard_ask_presence_id"), "yard_ask", ["presence_id"], unique=False)
    op.create_index(op.f("ix_yard_ask_vehicle_id"), "yard_ask", ["vehicle_id"], unique=False)
    op.create_table(
        "yard_incident",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("court_id", sa.Text(), nullable=False),
        sa.Column("station_id", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "damage",
                "loss",
                "weather",
                name="incidentkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "reported",
                "decided",
                "settled",
                name="incidentstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("pictures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("estimate_fen", sa.BigInteger(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("cost_fen", sa.BigInteger(), nullable=True),
        sa.Column("borne_by", sa.Text(), nullable=False),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("settled_by", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["court_case.id"], name=op.f("fk_yard_incident_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["court_id"], ["people_organisation.id"], name=op.f("fk_yard_incident_court_id")
        ),
        sa.ForeignKeyConstraint(
            ["station_id"], ["people_organisation.id"], name=op.f("fk_yard_incident_station_id")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_yard_incident_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yard_incident")),
    )
    op.create_index("ix_yard_incident_state", "yard_incident", ["court_id", "state"], unique=False)
    op.create_index(
        op.f("ix_yard_incident_station_id"), "yard_incident", ["station_id"], unique=False
    )
    op.create_index(
        op.f("ix_yard_incident_vehicle_id"), "yard_incident", ["vehicle_id"], unique=False
    )
    op.add_column("intake_check_in", sa.Column("odometer_km", sa.BigInteger(), nullable=True))
    op.drop_index(
        op.f("uq_intake_inspection_open"),
        table_name="intake_inspection",
        postgresql_where="(signed_at IS NULL)",
    )
    op.create_index(
        "uq_intake_inspection_open",
        "intake_inspection",
        ["vehicle_id", "station_id"],
        unique=True,
        postgresql_where=sa.text("signed_at IS NULL"),
    )
    op.add_column(
        "media_media", sa.Column("likeness", sa.Text(), server_default="", nullable=False)
    )
