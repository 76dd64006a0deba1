"""The store's tables in PostgreSQL: a schema of their own, brought up to date in one transaction."""

from pathlib import Path
from typing import LiteralString

import psycopg

from agent.store.errors import SchemaUnknown
from agent.store.schema import APPLICATION_ID, Migration, missing

MIGRATIONS = Path(__file__).parent / "migrations"
SCHEMA: LiteralString = "xiaoer"
"""Keeps the store's tables apart from others in the same database."""


def migrate(connection: psycopg.Connection, place: str, migrations: tuple[Migration, ...]) -> int:
    """Apply the steps that a database lacks; all of them or none. Other processes that open it wait meanwhile.

    Args:
        connection: in autocommit mode.
        place: the database's address, for messages.
        migrations: all known steps, in order.

    Returns:
        The schema's version afterwards.

    Raises:
        SchemaUnknown: the database is newer than the known steps, or the schema belongs to another program.
    """
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (APPLICATION_ID,))
        for step in missing(_version(connection, place), migrations, place):
            connection.execute(step.script.encode())
            connection.execute("INSERT INTO schema_version VALUES (%s, %s, now())", (step.number, step.name))
    return len(migrations)


def _version(connection: psycopg.Connection, place: str) -> int:
    """The schema's version; a missing schema is made."""
    found = connection.execute("SELECT to_regnamespace(%s) IS NOT NULL", (SCHEMA,)).fetchone()
    if found != (True,):
        connection.execute(f"CREATE SCHEMA {SCHEMA}")
    connection.execute(f"SET LOCAL search_path = {SCHEMA}")
    query = "SELECT tablename FROM pg_tables WHERE schemaname = %s"
    tables = {row[0] for row in connection.execute(query, (SCHEMA,))}
    if "schema_version" not in tables:
        if tables:
            raise SchemaUnknown(place, f"its schema {SCHEMA!r} belongs to another program: name another database")
        connection.execute(
            "CREATE TABLE schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TIMESTAMPTZ NOT NULL)"
        )
    row = connection.execute("SELECT coalesce(max(version), 0) FROM schema_version").fetchone()
    return int(row[0]) if row else 0
