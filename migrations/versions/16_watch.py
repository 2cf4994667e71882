"""The first tables of watch."""

revision = "watch_1"
down_revision = "scores_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
