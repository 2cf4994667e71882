"""The first tables of yard."""

revision = "yard_1"
down_revision = "intake_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
