"""The first tables of vehicles."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "vehicles_1"
down_revision = "media_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vehicles_vehicle",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("vin", sa.Text(), nullable=False),
        sa.Column("vin_tail", sa.Text(), nullable=False),
        sa.Column("vin_voucher", sa.Text(), nullable=True),
        sa.Column("vin_photo", sa.Text(), nullable=True),
        sa.Column("plate", sa.Text(), nullable=False),
        sa.Column("plate_tail", sa.Text(), nullable=False),
        sa.Column(
            "plate_kind",
            sa.Enum(
                "ordinary",
                "trailer",
                "school",
                "police",
                "hong_kong",
                "macau",
                "nev_small",
                "nev_large",
                name="platekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "plate_colour",
            sa.Enum(
                "blue",
                "yellow",
                "white",
                "black",
                "green",
                "yellow_green",
                name="platecolour",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("engine_number", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "car",
                "van",
                "truck",
                "motorcycle",
                name="vehiclekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "energy",
            sa.Enum(
                "ice",
                "hev",
                "phev",
                "bev",
                name="energy",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("colour", sa.Text(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=True),
        sa.Column(
            "stage",
            sa.Enum(
                "registered",
                "entrusted",
                "tow_ordered",
                "towing",
                "at_gate",
                "taken_in",
                "stored",
                "published",
                "sold",
                "paid",
                "release_ordered",
                "released",
                "queued",
                "withdrawn",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("stage_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("char_length(vin) = 17", name=op.f("ck_vehicles_vehicle_vin_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicles_vehicle")),
        sa.UniqueConstraint("vin", name=op.f("uq_vehicles_vehicle_vin")),
    )
    op.create_index(
        "ix_vehicles_vehicle_plate_tail", "vehicles_vehicle", ["plate_tail"], unique=False
    )
    op.create_index(op.f("ix_vehicles_vehicle_stage"), "vehicles_vehicle", ["stage"], unique=False)
    op.create_index("ix_vehicles_vehicle_vin_tail", "vehicles_vehicle", ["vin_tail"], unique=False)
    op.create_table(
        "vehicles_access",
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["people_organisation.id"],
            name=op.f("fk_vehicles_access_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_vehicles_access_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("vehicle_id", "organisation_id", name=op.f("pk_vehicles_access")),
    )
    op.create_index(
        op.f("ix_vehicles_access_organisation_id"),
        "vehicles_access",
        ["organisation_id"],
        unique=False,
    )
    op.create_table(
        "vehicles_custody",
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("giver", sa.Text(), nullable=False),
        sa.Column("taker", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("odometer_km", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_vehicles_custody_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("vehicle_id", "number", name=op.f("pk_vehicles_custody")),
    )
