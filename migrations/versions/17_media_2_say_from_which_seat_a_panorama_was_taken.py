"""Say from which seat a panorama was taken"""

import sqlalchemy as sa
from alembic import op

revision = "media_2"
down_revision = "vehicles_2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "media_scene",
        sa.Column(
            "seat",
            sa.Enum(
                "front",
                "back",
                "load",
                name="seat",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
    )
