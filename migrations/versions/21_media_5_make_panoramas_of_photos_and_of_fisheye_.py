"""Make panoramas of photos and of fisheye pictures"""

from alembic import op

revision = "media_5"
down_revision = "media_4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # a comparison does not see the words that a CHECK allows
    op.drop_constraint(op.f("ck_media_scene_recipe"), "media_scene", type_="check")
    op.create_check_constraint(
        op.f("ck_media_scene_recipe"),
        "media_scene",
        "recipe IN ('ready', 'faces', 'fisheye', 'photos', 'series', 'film')",
    )
