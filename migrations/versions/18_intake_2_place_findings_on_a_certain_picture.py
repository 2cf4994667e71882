"""Place findings on a certain picture, and inspect to the standard.

A place is on which spin, in which panorama, and in the photo of the finding.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "intake_2"
down_revision = "media_2"
branch_labels = None
depends_on = None

# Until now a place held for the newest scene of its kind, and one key lay apart from the others.
CARRY_SPIN = """
UPDATE intake_finding f SET spin_id = s.id,
  keys = f.frames || jsonb_build_object(f.frame::text, jsonb_build_array(f.x, f.y))
FROM (SELECT DISTINCT ON (vehicle) vehicle, id FROM media_scene
  WHERE kind = 'spin' AND folder <> '' ORDER BY vehicle, asked_at DESC, id) s
WHERE s.vehicle = f.vehicle_id AND f.frame IS NOT NULL"""
CARRY_PANORAMA = """
UPDATE intake_finding f SET panorama_id = s.id
FROM (SELECT DISTINCT ON (vehicle) vehicle, id FROM media_scene
  WHERE kind = 'panorama' AND folder <> '' ORDER BY vehicle, asked_at DESC, id) s
WHERE s.vehicle = f.vehicle_id AND f.yaw IS NOT NULL"""
# A place whose picture is gone is a place in no picture.
FORGET = "UPDATE intake_finding SET yaw = NULL, pitch = NULL WHERE panorama_id = ''"


def upgrade() -> None:
    _place_findings()
    _inspect()


def _place_findings() -> None:
    table = "intake_finding"
    for name in ("spin_id", "panorama_id"):
        op.add_column(table, sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column(
        table,
        sa.Column(
            "keys",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            server_default=sa.text("'{}'::jsonb"),
        ),
    )
    for name in ("photo_x", "photo_y"):
        op.add_column(table, sa.Column(name, sa.Double(), nullable=True))
    for statement in (CARRY_SPIN, CARRY_PANORAMA, FORGET):
        op.execute(statement)
    for name in ("spin_id", "panorama_id", "keys"):
        op.alter_column(table, name, server_default=None)
    for name in ("spin", "panorama"):
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
    for name in ("frame", "x", "y", "frames"):
        op.drop_column(table, name)
    op.create_check_constraint(op.f(f"ck_{table}_spin"), table, "(spin_id = '') = (keys = '{}')")
    op.create_check_constraint(
        op.f(f"ck_{table}_panorama"),
        table,
        "(yaw IS NULL) = (pitch IS NULL) AND (yaw IS NULL) = (panorama_id = '')",
    )
    op.create_check_constraint(
        op.f(f"ck_{table}_photo"), table, "(photo_x IS NULL) = (photo_y IS NULL)"
    )


def _inspect() -> None:
    op.add_column("intake_finding", sa.Column("across_mm", sa.BigInteger(), nullable=True))
    op.create_table(
        "intake_inspection",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("command_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("station_id", sa.Text(), nullable=False),
        sa.Column("table_version", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("second_person", sa.Text(), nullable=False),
        sa.Column("second_name", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("grading", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["court_case.id"], name=op.f("fk_intake_inspection_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["command_id"], ["court_command.id"], name=op.f("fk_intake_inspection_command_id")
        ),
        sa.ForeignKeyConstraint(
            ["station_id"], ["people_organisation.id"], name=op.f("fk_intake_inspection_station_id")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles_vehicle.id"], name=op.f("fk_intake_inspection_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_inspection")),
        sa.UniqueConstraint("number", name=op.f("uq_intake_inspection_number")),
    )
    op.create_index(
        "ix_intake_inspection_vehicle",
        "intake_inspection",
        ["vehicle_id", "signed_at"],
        unique=False,
    )
    op.create_index(
        "uq_intake_inspection_open",
        "intake_inspection",
        ["vehicle_id"],
        unique=True,
        postgresql_where=sa.text("signed_at IS NULL"),
    )
    op.create_table(
        "intake_inspection_part",
        sa.Column("inspection_id", sa.Text(), nullable=False),
        sa.Column(
            "section",
            sa.Enum(
                "frame",
                "body",
                "engine_bay",
                "cabin",
                "start",
                "road_test",
                "chassis",
                "functional_parts",
                "extra",
                "ev",
                name="section",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("marks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("by_person", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"],
            ["intake_inspection.id"],
            name=op.f("fk_intake_inspection_part_inspection_id"),
        ),
        sa.PrimaryKeyConstraint("inspection_id", "section", name=op.f("pk_intake_inspection_part")),
    )
