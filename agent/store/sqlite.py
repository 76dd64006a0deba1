"""The store in one SQLite file: turns of many conversations share a flush, reads never wait for writes."""

import asyncio
import os
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import TypeVar

from agent.errors import SettingsError
from agent.store.durable import DurableStore
from agent.store.errors import StoreUnavailable, unavailable
from agent.store.locks import FileLocks, Locks
from agent.store.schema import migrate, read_migrations
from agent.store.writer import GroupWriter

T = TypeVar("T")

SCHEME = "sqlite:///"
MEMORY = ":memory:"
BUSY_TIMEOUT_S = 5.0
"""How long a write waits for another process before it gives up."""


class _Reader:
    """Reads on a connection and thread of their own: in WAL mode they see the last commit and block nobody."""

    def __init__(self, connection: sqlite3.Connection, place: str) -> None:
        self._connection = connection
        self._place = place
        self._thread: ThreadPoolExecutor | None = ThreadPoolExecutor(1, "store-reader")

    async def run(self, doing: str, job: Callable[[sqlite3.Connection], T]) -> T:
        if self._thread is None:
            raise StoreUnavailable(doing, self._place, "the store is closed: open it again")
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, job, self._connection)
        except sqlite3.Error as exc:
            raise unavailable(exc, doing, self._place) from exc

    async def aclose(self) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            await asyncio.to_thread(thread.shutdown)
            self._connection.close()


class _NearReader:
    """Reads a few rows by their keys on the caller's thread: the way to another thread and back takes longer than they do.

    It never waits for another process: a read that would have to is left to the reader that has a thread.
    """

    def __init__(self, connection: sqlite3.Connection, reader: _Reader) -> None:
        self._connection: sqlite3.Connection | None = connection
        self._reader = reader
        self._gate = threading.Lock()

    async def run(self, doing: str, job: Callable[[sqlite3.Connection], T]) -> T:
        with self._gate:
            if self._connection is not None:
                with suppress(sqlite3.Error):  # busy, or broken: the other reader waits, or says what it is
                    return job(self._connection)
        return await self._reader.run(doing, job)

    async def aclose(self) -> None:
        with self._gate:
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class SqliteStore(DurableStore):
    """The store in one SQLite database.

    Several processes may use one file: locks beside it decide whose turn it is, the version of a conversation who was first.
    """

    def __init__(
        self,
        writing: sqlite3.Connection,
        reading: tuple[sqlite3.Connection, sqlite3.Connection] | None,
        place: str,
        still_there: Callable[[], bool] = lambda: True,
        locks: Locks | None = None,
    ) -> None:
        """Take over the connections; `open_store` prepares them.

        Args:
            writing: in autocommit mode, with the tables in place.
            reading: two more connections to the same database, the second one not waiting for other processes; None: read
                through the writer (in-memory databases).
            place: the database's path, for messages.
            still_there: False when the file was removed or replaced.
            locks: seen by every process that uses the file; None: no other one does.
        """
        writer = GroupWriter(writing, place, still_there)
        if reading is None:
            super().__init__(writer, writer, place, locks)
        else:
            reader = _Reader(reading[0], place)
            super().__init__(writer, reader, place, locks, _NearReader(reading[1], reader))


def open_store(url: str) -> SqliteStore:
    """Open a conversation store; the file and its tables are made or brought up to date as needed.

    Args:
        url: ``sqlite:///shop.db`` (a relative path), ``sqlite:////var/lib/shop.db`` (an absolute one) or
            ``sqlite:///:memory:`` (gone when closed; for tests and trials).

    Raises:
        SettingsError: the URL is of another kind.
        StoreError: the file cannot be opened, is of another program, or of a newer version.
    """
    place = url.removeprefix(SCHEME)
    if not url.startswith(SCHEME) or not place:
        raise SettingsError(
            f"Store URL {url!r} is not supported: use 'sqlite:///path/to/file.db' or 'sqlite:///:memory:'."
        )
    if place == MEMORY:
        return SqliteStore(_prepared(_connect(MEMORY), MEMORY), None, MEMORY)
    path = Path(place).expanduser()
    try:
        _make_file(path)
        identity = _identity(path)
        with ExitStack() as undo:
            writing = undo.enter_context(closing(_connect(path)))
            _prepared(writing, str(path))
            reading = undo.enter_context(closing(_connect(path)))
            near = undo.enter_context(closing(_connect(path, wait_s=0)))
            for connection in (reading, near):
                connection.execute("PRAGMA query_only = ON")
            undo.pop_all()
    except sqlite3.Error as exc:
        raise unavailable(exc, "open the database", str(path)) from exc
    except (OSError, ValueError) as exc:
        why = f"make sure that the file and its folder are writable for this user ({exc})"
        raise StoreUnavailable("open the database", str(path), why) from exc
    locks = FileLocks(path.with_name(f"{path.name}-turns"))
    return SqliteStore(writing, (reading, near), str(path), lambda: _identity(path) == identity, locks)


def _connect(path: Path | str, wait_s: float = BUSY_TIMEOUT_S) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=wait_s, isolation_level=None, check_same_thread=False)


def _prepared(connection: sqlite3.Connection, place: str) -> sqlite3.Connection:
    """Make commits durable on return, and bring the tables up to date."""
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode not in ("wal", "memory"):
        why = f"its file system allows no write-ahead log (mode {mode!r}): put it on a local disk"
        raise StoreUnavailable("open the database", place, why)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    migrate(connection, place, read_migrations())
    return connection


def _make_file(path: Path) -> None:
    """Make a missing file readable for its owner only: it holds customers' words."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another of the same name; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
