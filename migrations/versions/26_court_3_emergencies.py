"""Report acts without a command in an emergency"""

import sqlalchemy as sa
from alembic import op

revision = "court_3"
down_revision = "intake_3"
branch_labels = None
depends_on = None

STATES = ("reported", "ratified", "objected")
PARENTS = {
    "case_id": "court_case",
    "vehicle_id": "vehicles_vehicle",
    "court_id": "people_organisation",
    "station_id": "people_organisation",
}


def upgrade() -> None:
    op.create_table(
        "court_emergency",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                *STATES,
                name="emergencystate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        *(sa.Column(name, sa.Text(), nullable=False) for name in PARENTS),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_person", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [name], [f"{table}.id"], name=op.f(f"fk_court_emergency_{name}")
            )
            for name, table in PARENTS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_court_emergency")),
    )
    op.create_index(
        "ix_court_emergency_vehicle", "court_emergency", ["vehicle_id", "at"], unique=False
    )
