"""The tables of the store, brought up to date by numbered SQL files, all in one transaction."""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from agent.store.errors import SchemaUnknown

MIGRATIONS = Path(__file__).parent / "migrations"
APPLICATION_ID = 0x78696165
"""Marks a database file as ours ("xiae" in ASCII)."""

_NAME = re.compile(r"(\d{4})_\w+\.sql")


@dataclass(frozen=True)
class Migration:
    """One step of the schema."""

    number: int
    """From 1, without gaps."""
    name: str
    script: str


def read_migrations(folder: Path = MIGRATIONS) -> tuple[Migration, ...]:
    """Read the steps of the schema, in order.

    Args:
        folder: holds files named ``0001_what.sql``, ``0002_what.sql`` and so on.

    Raises:
        SchemaUnknown: the numbers have a gap or a double.
    """
    found = ((path, _NAME.fullmatch(path.name)) for path in sorted(folder.iterdir()))
    steps = tuple(Migration(int(match[1]), path.stem, path.read_text("utf-8")) for path, match in found if match)
    numbers = [step.number for step in steps]
    if numbers != list(range(1, len(steps) + 1)):
        raise SchemaUnknown(str(folder), f"migrations must be numbered 1, 2, 3... and are {numbers}: install again")
    return steps


def missing(version: int, migrations: tuple[Migration, ...], place: str) -> tuple[Migration, ...]:
    """The steps that a database lacks, whichever kind it is of.

    Args:
        version: of its schema.
        migrations: all known steps, in order.
        place: the database's path or address, for messages.

    Raises:
        SchemaUnknown: the database is newer than the known steps.
    """
    if version > len(migrations):
        raise SchemaUnknown(
            place,
            f"its schema is version {version} and this program knows versions up to {len(migrations)}: "
            "update the program, or name another store",
        )
    return migrations[version:]


def migrate(connection: sqlite3.Connection, place: str, migrations: tuple[Migration, ...]) -> int:
    """Apply the steps that a database lacks; all of them or none.

    Args:
        connection: in autocommit mode, writable.
        place: the database's path, for messages.
        migrations: all known steps, in order.

    Returns:
        The schema's version afterwards.

    Raises:
        SchemaUnknown: the database is newer than the known steps, or belongs to another program.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in missing(_version(connection, place), migrations, place):
            for statement in statements(step.script):
                connection.execute(statement)
            moment = datetime.now(UTC).isoformat()
            connection.execute("INSERT INTO schema_version VALUES (?, ?, ?)", (step.number, step.name, moment))
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    return len(migrations)


def statements(script: str) -> Iterator[str]:
    """Split an SQL script at the semicolons that end a statement, one statement per line end at most."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
    if pending.strip():
        yield pending


def _version(connection: sqlite3.Connection, place: str) -> int:
    """The schema's version; a fresh database is marked as ours."""
    mark = connection.execute("PRAGMA application_id").fetchone()[0]
    if mark != APPLICATION_ID:
        tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if mark or tables:
            raise SchemaUnknown(place, "it belongs to another program: name another file")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(
            "CREATE TABLE schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL)"
            " STRICT"
        )
    found = connection.execute("SELECT coalesce(max(version), 0) FROM schema_version").fetchone()[0]
    return int(found)
