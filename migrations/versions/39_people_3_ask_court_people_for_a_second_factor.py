"""Ask court people for a second factor"""

import sqlalchemy as sa
from alembic import op

revision = "people_3"
down_revision = "trail_3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "people_recovery_code",
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_recovery_code_person_id")
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_people_recovery_code")),
    )
    op.create_index(
        op.f("ix_people_recovery_code_person_id"),
        "people_recovery_code",
        ["person_id"],
        unique=False,
    )
    op.create_table(
        "people_second_factor",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_second_factor_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_people_second_factor")),
    )
    op.create_table(
        "people_wrong_factor",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_wrong_factor_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_people_wrong_factor")),
        info={"upkeep": True},
    )
