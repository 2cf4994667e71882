"""The first tables of people."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "people_1"
down_revision = "notices_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "people_organisation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "installation",
                "court",
                "high_court",
                "station",
                "agency",
                "association",
                "provider",
                name="organisationkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("founded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_organisation")),
        sa.UniqueConstraint("name", name=op.f("uq_people_organisation_name")),
    )
    op.create_table(
        "people_person",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_person")),
        sa.UniqueConstraint("login", name=op.f("uq_people_person_login")),
    )
    op.create_table(
        "people_wrong_code",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_people_wrong_code")),
        info={"upkeep": True},
    )
    op.create_table(
        "people_link",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "administrator",
                "judge",
                "clerk",
                "court_admin",
                "high_court",
                "station_manager",
                "tow_driver",
                "inspector",
                "yard_keeper",
                "mechanic",
                "gate",
                "agency_manager",
                "association_appraiser",
                "expert",
                "provider",
                "party",
                "buyer",
                "public",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["people_organisation.id"],
            name=op.f("fk_people_link_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_link_person_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_people_link")),
    )
    op.create_index(op.f("ix_people_link_scope"), "people_link", ["scope"], unique=False)
    op.create_table(
        "people_membership",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "administrator",
                "judge",
                "clerk",
                "court_admin",
                "high_court",
                "station_manager",
                "tow_driver",
                "inspector",
                "yard_keeper",
                "mechanic",
                "gate",
                "agency_manager",
                "association_appraiser",
                "expert",
                "provider",
                "party",
                "buyer",
                "public",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["people_organisation.id"],
            name=op.f("fk_people_membership_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_membership_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_membership")),
        sa.UniqueConstraint(
            "person_id",
            "organisation_id",
            "role",
            name=op.f("uq_people_membership_person_id_organisation_id_role"),
        ),
    )
    op.create_table(
        "people_sign_in",
        sa.Column("cookie_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "administrator",
                "judge",
                "clerk",
                "court_admin",
                "high_court",
                "station_manager",
                "tow_driver",
                "inspector",
                "yard_keeper",
                "mechanic",
                "gate",
                "agency_manager",
                "association_appraiser",
                "expert",
                "provider",
                "party",
                "buyer",
                "public",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["people_organisation.id"],
            name=op.f("fk_people_sign_in_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_sign_in_person_id")
        ),
        sa.PrimaryKeyConstraint("cookie_hash", name=op.f("pk_people_sign_in")),
    )
