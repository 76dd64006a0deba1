"""Runs the store's jobs on PostgreSQL: a pool of connections, one transaction a job.

The server flushes commits that arrive together with one write to its disk, so turns share a flush here too.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, TypeVar

import psycopg
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from agent.store.connection import Rows
from agent.store.errors import RecordUnstorable, StoreUnavailable
from agent.store.postgres.errors import unavailable

T = TypeVar("T")

ATTEMPTS = 3
"""How often a job is tried whose transaction surely stored nothing: a lost connection, a deadlock."""
WAIT_S = 10.0
"""How long a job waits for a free connection, or for a server that restarts."""

_CLASH = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)


class PostgresConnection:
    """A PostgreSQL connection that reads the store's SQL."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Rows:
        """Run one statement with ``?`` for its parameters."""
        return self._connection.execute(_translated(sql), parameters)


@lru_cache(maxsize=256)
def _translated(sql: str) -> bytes:
    return sql.replace("%", "%%").replace("?", "%s").encode()


class PooledRunner:
    """Runs jobs at the same time, each in a transaction of its own."""

    def __init__(self, pool: ConnectionPool, place: str) -> None:
        """Take over an open pool.

        Args:
            pool: its connections are not in autocommit mode; closed by `aclose`.
            place: the database's address, without secrets.
        """
        self._pool = pool
        self._place = place
        self._threads: ThreadPoolExecutor | None = ThreadPoolExecutor(pool.max_size, "store-postgres")

    async def run(self, doing: str, job: Callable[[Any], T]) -> T:
        """Run a job in a transaction and return its value once that is durable; see `Runner`."""
        if self._threads is None:
            raise self._closed(doing)
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._transact, doing, job)

    async def aclose(self) -> None:
        """Finish the jobs that wait, then close the connections."""
        threads, self._threads = self._threads, None
        if threads is not None:
            await asyncio.to_thread(threads.shutdown)
            await asyncio.to_thread(self._pool.close)

    def _transact(self, doing: str, job: Callable[[Any], T]) -> T:
        attempts_left = ATTEMPTS
        while True:
            attempts_left -= 1
            try:
                with self._pool.connection(WAIT_S) as connection:
                    value = self._done(connection, doing, job, attempts_left)
                    if value is not None:
                        self._commit(connection, doing)
                        return value[0]
            except PoolTimeout as exc:
                why = f"no connection became free in {WAIT_S:g} s: check that the server runs and is not overloaded"
                raise StoreUnavailable(doing, self._place, why) from exc
            except PoolClosed as exc:
                raise self._closed(doing) from exc

    def _done(
        self, connection: psycopg.Connection, doing: str, job: Callable[[Any], T], attempts_left: int
    ) -> tuple[T] | None:
        """Run the job's statements; None: nothing of them is stored, and another attempt may help."""
        try:
            return (job(PostgresConnection(connection)),)
        except psycopg.DataError as exc:
            raise RecordUnstorable("record", str(exc)) from exc
        except psycopg.Error as exc:
            if attempts_left and (connection.broken or isinstance(exc, _CLASH)):
                _give_up(connection)
                return None
            raise unavailable(exc, doing, self._place) from exc
        except (ValueError, OverflowError) as exc:  # text or a number that the database cannot take
            raise RecordUnstorable("record", str(exc)) from exc

    def _commit(self, connection: psycopg.Connection, doing: str) -> None:
        try:
            connection.commit()
        except psycopg.Error as exc:
            raise unavailable(exc, doing, self._place) from exc

    def _closed(self, doing: str) -> StoreUnavailable:
        return StoreUnavailable(doing, self._place, "the store is closed: open it again")


def _give_up(connection: psycopg.Connection) -> None:
    """Leave the transaction; a broken connection has left it already, and the pool replaces it."""
    if connection.broken:
        connection.close()
    else:
        connection.rollback()
