"""The first tables of orders."""

revision = "orders_1"
down_revision = "sales_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
