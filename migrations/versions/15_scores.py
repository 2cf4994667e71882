"""The first tables of scores."""

revision = "scores_1"
down_revision = "showroom_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
