"""Place findings on a certain picture: on which spin, which panorama, and in their photo."""

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
