"""Alembic's environment: our metadata, the owner's address; the job engine's tables are its own."""

from alembic import context
from sqlalchemy import NullPool, create_engine

from station.ground.database import db

config = context.config


def ours(name: str | None, kind: str, *_: object) -> bool:
    return not (kind == "table" and str(name).startswith("procrastinate_"))


with create_engine(config.attributes["url"], poolclass=NullPool).connect() as connection:
    context.configure(
        connection=connection, target_metadata=db.metadata, include_name=ours, compare_type=True
    )
    with context.begin_transaction():
        context.run_migrations()
