"""Rows of bays on a plan, cars found by the first letters of a tail, and when a car came to stay"""

import sqlalchemy as sa
from alembic import op

revision = "yard_3"
down_revision = "media_7"
branch_labels = None
depends_on = None

KINDS = "kind IN ('ordinary', 'charging', 'large', 'covered', 'quarantine')"
# Bays that were there before stand in rows of at most 20, zone under zone: 12 m and an aisle each.
ROWS = """
CREATE TEMPORARY TABLE laid ON COMMIT DROP AS
SELECT id AS bay_id, station_id, zone,
       (row_number() OVER (PARTITION BY station_id, zone ORDER BY number) - 1) / 20 AS part
FROM yard_bay;
CREATE TEMPORARY TABLE rows_made ON COMMIT DROP AS
SELECT md5(random()::text || station_id || zone || part) AS id, station_id, zone, part,
       18 * (row_number() OVER (PARTITION BY station_id ORDER BY zone, part) - 1) AS y
FROM (SELECT DISTINCT station_id, zone, part FROM laid) AS one;
INSERT INTO yard_row (id, station_id, zone, x, y, direction, gap, version)
SELECT id, station_id, zone, 0, y, 'east', 0, 1 FROM rows_made;
UPDATE yard_bay SET row_id = rows_made.id
FROM laid JOIN rows_made USING (station_id, zone, part) WHERE laid.bay_id = yard_bay.id;
"""
STORED = """
UPDATE yard_stay SET stored_since = COALESCE(
    (SELECT max(finished_at) FROM intake_intake
     WHERE intake_intake.vehicle_id = yard_stay.vehicle_id AND finished_at <= yard_stay.since),
    since)
"""


def upgrade() -> None:
    op.create_table(
        "yard_row",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("station_id", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("x", sa.BigInteger(), nullable=False),
        sa.Column("y", sa.BigInteger(), nullable=False),
        sa.Column(
            "direction",
            sa.Enum(
                "east", "south", "west", "north", name="direction", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("gap", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("x >= 0 AND y >= 0 AND gap >= 0", name="place"),
        sa.CheckConstraint("direction IN ('east', 'south', 'west', 'north')", name="direction"),
        sa.ForeignKeyConstraint(
            ["station_id"], ["people_organisation.id"], name=op.f("fk_yard_row_station_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yard_row")),
    )
    op.create_index("ix_yard_row_station", "yard_row", ["station_id"])
    op.add_column("yard_bay", sa.Column("row_id", sa.Text(), nullable=True))
    op.create_foreign_key(op.f("fk_yard_bay_row_id"), "yard_bay", "yard_row", ["row_id"], ["id"])
    op.create_index("ix_yard_bay_row", "yard_bay", ["row_id"])
    op.execute(ROWS)
    op.alter_column("yard_bay", "row_id", nullable=False)
    op.drop_constraint("baykind", "yard_bay", type_="check")
    op.create_check_constraint("baykind", "yard_bay", KINDS)
    op.add_column("yard_stay", sa.Column("stored_since", sa.DateTime(timezone=True), nullable=True))
    op.execute(STORED)
    op.alter_column("yard_stay", "stored_since", nullable=False)
    for tail in ("vin_tail", "plate_tail"):
        name = f"ix_vehicles_vehicle_{tail}"
        op.drop_index(name, table_name="vehicles_vehicle")
        op.create_index(name, "vehicles_vehicle", [tail], postgresql_ops={tail: "text_pattern_ops"})
