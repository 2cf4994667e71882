"""The first tables of media."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "media_1"
down_revision = "people_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "media_label_code",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "vehicle",
                "bay",
                "key",
                "pass",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("void_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_label_code")),
    )
    op.create_index(
        "uq_media_label_code_valid",
        "media_label_code",
        ["purpose", "subject"],
        unique=True,
        postgresql_where=sa.text("void_at IS NULL"),
    )
    op.create_table(
        "media_media",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("mime", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("vehicle", sa.Text(), nullable=False),
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("by_person", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), nullable=True),
        sa.Column("has_gps", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("length(sha256) = 64 AND bytes > 0", name=op.f("ck_media_media_blob")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_media")),
        sa.UniqueConstraint(
            "sha256", "kind", "slot", "vehicle", "case", "organisation_id", name="uq_media_same"
        ),
    )
    op.create_index("ix_media_media_case", "media_media", ["case"], unique=False)
    op.create_index(op.f("ix_media_media_sha256"), "media_media", ["sha256"], unique=False)
    op.create_index("ix_media_media_vehicle", "media_media", ["vehicle", "kind"], unique=False)
    op.create_table(
        "media_scene",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("vehicle", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "panorama",
                "spin",
                name="scenekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "recipe",
            sa.Enum(
                "ready",
                "faces",
                "series",
                name="recipe",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "working",
                "ready",
                "failed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason_code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reason_values", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("public_folder", sa.Text(), nullable=False),
        sa.Column("manifest", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sources", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("by_person", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(state = 'ready') = (folder <> '')", name=op.f("ck_media_scene_folder")
        ),
        sa.CheckConstraint("state <> 'working'", name=op.f("ck_media_scene_stored_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_scene")),
    )
    op.create_index(op.f("ix_media_scene_folder"), "media_scene", ["folder"], unique=False)
    op.create_index(
        op.f("ix_media_scene_public_folder"), "media_scene", ["public_folder"], unique=False
    )
    op.create_index("ix_media_scene_vehicle", "media_scene", ["vehicle", "kind"], unique=False)
    op.create_table(
        "media_clearance",
        sa.Column("media_id", sa.Text(), nullable=False),
        sa.Column("rectangles", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("by_person", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("recipe", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["media_id"], ["media_media.id"], name=op.f("fk_media_clearance_media_id")
        ),
        sa.PrimaryKeyConstraint("media_id", name=op.f("pk_media_clearance")),
    )
    op.create_index(op.f("ix_media_clearance_sha256"), "media_clearance", ["sha256"], unique=False)
    op.create_table(
        "media_derivative",
        sa.Column("media_id", sa.Text(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("recipe", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["media_id"], ["media_media.id"], name=op.f("fk_media_derivative_media_id")
        ),
        sa.PrimaryKeyConstraint("media_id", "use", name=op.f("pk_media_derivative")),
        info={"upkeep": True},
    )
    op.create_index(
        op.f("ix_media_derivative_sha256"), "media_derivative", ["sha256"], unique=False
    )
    op.create_table(
        "media_progress",
        sa.Column("scene_id", sa.Text(), nullable=False),
        sa.Column("share", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["scene_id"], ["media_scene.id"], name=op.f("fk_media_progress_scene_id")
        ),
        sa.PrimaryKeyConstraint("scene_id", name=op.f("pk_media_progress")),
        info={"upkeep": True},
    )
