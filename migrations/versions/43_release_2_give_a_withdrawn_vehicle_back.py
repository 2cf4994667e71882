"""Give a withdrawn vehicle back"""

import sqlalchemy as sa
from alembic import op

revision = "release_2"
down_revision = "sales_2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
