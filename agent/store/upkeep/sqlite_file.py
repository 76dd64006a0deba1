"""Upkeep of a store in a SQLite file."""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

from agent.store.errors import BackupFailed, StoreUnavailable, unavailable
from retrieval.durable import sync

T = TypeVar("T")

_BUSY_S = 30.0


class SqliteKeeper:
    """Upkeep of one file, on connections of its own.

    Args:
        path: of the database.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    async def damages(self) -> tuple[str, ...]:
        """What SQLite's integrity check finds, and rows that point to nothing; see `Keeper`."""
        return await asyncio.to_thread(self._run, "check the database", _damages)

    async def size(self) -> int:
        """Bytes of the database in use, its log folded in; see `Keeper`."""
        return await asyncio.to_thread(self._run, "measure the database", _size)

    async def scrub(self) -> None:
        """Rewrite the file without what was deleted, and empty its log; see `Keeper`."""
        if not await asyncio.to_thread(self._run, "scrub the database", _scrub):
            why = "another process reads, so that its log still holds what was deleted: stop it, then erase again"
            raise StoreUnavailable("scrub the database", str(self._path), why)

    async def backup(self, target: Path) -> None:
        """Copy the database as it is at this moment; see `Keeper`."""
        await asyncio.to_thread(self._copy, target)

    def _run(self, doing: str, job: Callable[[sqlite3.Connection], T]) -> T:
        try:
            with self._opened() as connection:
                return job(connection)
        except sqlite3.Error as exc:
            raise unavailable(exc, doing, str(self._path)) from exc

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        address = f"{self._path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, uri=True, timeout=_BUSY_S, isolation_level=None)) as connection:
            yield connection

    def _copy(self, target: Path) -> None:
        if target.exists():
            raise BackupFailed(str(target), "there is such a file already: name another one")
        part = target.with_name(f".{target.name}.part")
        try:
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            with self._opened() as source, closing(sqlite3.connect(part, isolation_level=None)) as copy:
                source.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
                found = _damages(copy)
            if found:
                raise BackupFailed(str(target), f"the copy is damaged ({'; '.join(found[:3])}): check the store")
            sync(part)
            part.rename(target)
            sync(target.parent)
        except sqlite3.Error as exc:
            raise BackupFailed(str(target), f"{unavailable(exc, 'copy', str(self._path)).why}") from exc
        except OSError as exc:
            raise BackupFailed(str(target), f"make sure that its folder is writable and not full ({exc})") from exc
        finally:
            part.unlink(missing_ok=True)


def _damages(connection: sqlite3.Connection) -> tuple[str, ...]:
    try:
        found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
        loose = connection.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.DatabaseError as exc:
        if not getattr(exc, "sqlite_errorname", "").startswith("SQLITE_CORRUPT"):
            raise
        return (f"the file is damaged ({exc}): put it aside and restore a backup",)
    told = [f"{row[0]} row {row[1]} points to no row of {row[2]}" for row in loose]
    return tuple([line for line in found if line != "ok"] + told)


def _size(connection: sqlite3.Connection) -> int:
    pages, size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    return int(pages) * int(size)


def _scrub(connection: sqlite3.Connection) -> bool:
    """Rewrite the file; False when its log could not be emptied."""
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("VACUUM")
    busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy
