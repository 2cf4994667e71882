"""Make spins from videos"""

import sqlalchemy as sa
from alembic import op

revision = "media_4"
down_revision = "media_3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("media_media", sa.Column("origin", sa.Text(), server_default="", nullable=False))
    # a comparison does not see the words that a CHECK allows
    op.drop_constraint(op.f("ck_media_scene_recipe"), "media_scene", type_="check")
    op.create_check_constraint(
        op.f("ck_media_scene_recipe"),
        "media_scene",
        "recipe IN ('ready', 'faces', 'series', 'film')",
    )
