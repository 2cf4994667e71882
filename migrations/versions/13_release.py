"""The first tables of release."""

revision = "release_1"
down_revision = "orders_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
