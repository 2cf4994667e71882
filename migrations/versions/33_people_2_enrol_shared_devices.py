"""Enrol shared devices and give people a PIN"""

import sqlalchemy as sa
from alembic import op

revision = "people_2"
down_revision = "intake_5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "people_device",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("cookie_hash", sa.Text(), nullable=False),
        sa.Column("enrolled_by", sa.Text(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["people_organisation.id"],
            name=op.f("fk_people_device_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_device")),
        sa.UniqueConstraint("cookie_hash", name=op.f("uq_people_device_cookie_hash")),
    )
    op.create_index(
        op.f("ix_people_device_organisation_id"), "people_device", ["organisation_id"], unique=False
    )
    op.create_table(
        "people_pin",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_pin_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_people_pin")),
    )
    op.create_table(
        "people_wrong_pin",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_wrong_pin_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_people_wrong_pin")),
        info={"upkeep": True},
    )
