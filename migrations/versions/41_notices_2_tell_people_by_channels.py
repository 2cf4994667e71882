"""Tell people by channels"""

import sqlalchemy as sa
from alembic import op

revision = "notices_2"
down_revision = "court_5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notices_contact",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column(
            "way",
            sa.Enum(
                "email",
                "sms",
                "chat",
                "webhook",
                name="way",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("digest", sa.Boolean(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("code_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices_contact")),
    )
    op.create_index(
        "ix_notices_contact_organisation",
        "notices_contact",
        ["organisation_id", "role"],
        unique=False,
    )
    op.create_index(
        op.f("ix_notices_contact_person_id"), "notices_contact", ["person_id"], unique=False
    )
    op.create_table(
        "notices_followed",
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_notices_followed")),
        info={"upkeep": True},
    )
    op.create_table(
        "notices_message",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sending",
                "sent",
                "failed",
                name="messagestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["notices_contact.id"], name=op.f("fk_notices_message_contact_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices_message")),
        sa.UniqueConstraint(
            "contact_id",
            "chain",
            "number",
            "node",
            name=op.f("uq_notices_message_contact_id_chain_number_node"),
        ),
        info={"upkeep": True},
    )
    op.create_index(
        "ix_notices_message_due",
        "notices_message",
        ["not_before"],
        unique=False,
        postgresql_where=sa.text("state IN ('waiting', 'sending')"),
    )
    op.create_index(
        op.f("ix_notices_message_organisation_id"),
        "notices_message",
        ["organisation_id"],
        unique=False,
    )
