"""Find lines by their moment"""

from alembic import op

revision = "trail_3"
down_revision = "court_4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_trail_line_at", "trail_line", ["at"], unique=False, postgresql_using="brin")
