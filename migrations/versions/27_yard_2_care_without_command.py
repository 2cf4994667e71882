"""Care may be done in an emergency, without a command"""

import sqlalchemy as sa
from alembic import op

revision = "yard_2"
down_revision = "court_3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("yard_care", "command_id", existing_type=sa.Text(), nullable=True)
