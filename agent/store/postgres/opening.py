"""Opening the store in a PostgreSQL database."""

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool

from agent.errors import SettingsError
from agent.store.durable import DurableStore
from agent.store.locks import Locks
from agent.store.postgres.errors import unavailable
from agent.store.postgres.locks import AdvisoryLocks
from agent.store.postgres.runner import WAIT_S, PooledRunner
from agent.store.postgres.schema import MIGRATIONS, SCHEMA, migrate
from agent.store.schema import read_migrations

SCHEME = "postgresql://"
CONNECTIONS = 8
"""Connections of one process at most: turns of as many conversations commit at the same time."""
CONNECT_S = 10
"""How long the first connection may take."""

_SESSION = (
    f"SET search_path = {SCHEMA};"
    "SET synchronous_commit = on;"
    "SET default_transaction_isolation = 'read committed';"
    "SET lock_timeout = '5s';"
    "SET statement_timeout = '30s';"
    "SET idle_in_transaction_session_timeout = '60s'"
)


class PostgresStore(DurableStore):
    """The store in one PostgreSQL database, for any number of processes.

    A turn's commit locks its conversation's row: of two at once the second waits, then finds another version.
    """

    def __init__(self, pool: ConnectionPool, place: str, locks: Locks) -> None:
        """Take over a pool; `open_postgres` prepares it.

        Args:
            pool: open, with the tables in place.
            place: the database's address, without secrets.
            locks: seen by every process that uses the database.
        """
        runner = PooledRunner(pool, place)
        super().__init__(runner, runner, place, locks)


def open_postgres(url: str) -> PostgresStore:
    """Open a conversation store; its tables are made or brought up to date as needed, in the schema ``xiaoer``.

    Args:
        url: ``postgresql://user:password@host:port/database``, with libpq's options behind ``?``; the password may stand
            in ``PGPASSWORD`` or ``~/.pgpass`` instead.

    Raises:
        SettingsError: the URL cannot be read.
        StoreError: the server refuses, or the database is of a newer version or another program's.
    """
    place = address(url)
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=CONNECT_S) as connection:
            migrate(connection, place, read_migrations(MIGRATIONS))
    except psycopg.Error as exc:
        raise unavailable(exc, "open the database", place) from exc
    pool = ConnectionPool(
        url, min_size=1, max_size=CONNECTIONS, timeout=WAIT_S, configure=_prepare, open=False, name="xiaoer-store"
    )
    pool.open()
    return PostgresStore(pool, place, AdvisoryLocks(url, place))


def address(url: str) -> str:
    """Where a URL points to, without user, password and options.

    Raises:
        SettingsError: the URL cannot be read.
    """
    try:
        parts = conninfo_to_dict(url) if url.startswith(SCHEME) else None
    except psycopg.ProgrammingError as exc:
        raise _unreadable() from exc
    if parts is None:
        raise _unreadable()
    host, port = parts.get("host") or "", f":{parts['port']}" if parts.get("port") else ""
    return f"postgresql://{host}{port}/{parts.get('dbname') or ''}"


def _unreadable() -> SettingsError:
    return SettingsError("The store's URL cannot be read: use 'postgresql://user@host:5432/database'.")


def _prepare(connection: psycopg.Connection) -> None:
    """Make commits durable on return, and bound what may wait."""
    connection.execute(_SESSION)
    connection.commit()
