"""What the application role may do. Schema comparison does not see grants and triggers, so they
are set by code after every migration, and tested."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from .embedded import APP_ROLE


def grant(connection: Connection, append_only: Sequence[str], role: str = APP_ROLE) -> None:
    """Let `role` work on every table, but only read and append on `append_only`; idempotent."""
    quoted = connection.dialect.identifier_preparer.quote(role)
    for statement in (
        f"GRANT USAGE ON SCHEMA public TO {quoted}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}",
        f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {quoted}",
        f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {quoted}",
    ):
        connection.execute(text(statement))
    for table in append_only:
        connection.execute(text(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {quoted}"))
        connection.execute(text(f"GRANT SELECT, INSERT ON {table} TO {quoted}"))
