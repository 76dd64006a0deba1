"""Upkeep of a store in a PostgreSQL database."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import LiteralString, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from agent.store.errors import BackupFailed
from agent.store.postgres.errors import unavailable
from agent.store.postgres.opening import address
from agent.store.postgres.schema import SCHEMA

T = TypeVar("T")

DUMP = "pg_dump"
_SAFE: dict[LiteralString, str] = {
    "fsync": "a power cut can damage the database: set fsync = on",
    "full_page_writes": "a power cut can damage the database: set full_page_writes = on",
}
_SIZE = (
    "SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class"
    " WHERE relnamespace = to_regnamespace(%s) AND relkind = 'r'"
)
_TABLES = "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables WHERE schemaname = %s"


class PostgresKeeper:
    """Upkeep of one database.

    Args:
        url: of the database.
        programs: folder of ``pg_dump``; None: it is looked for on the path.
    """

    def __init__(self, url: str, programs: Path | None = None) -> None:
        self._url = url
        self._place = address(url)
        self._programs = programs

    async def damages(self) -> tuple[str, ...]:
        """Settings of the server under which a power cut loses data; see `Keeper`."""
        return await asyncio.to_thread(self._run, "check the database", _damages)

    async def size(self) -> int:
        """Bytes of the store's tables and indexes; see `Keeper`."""
        return await asyncio.to_thread(self._run, "measure the database", _size)

    async def scrub(self) -> None:
        """Rewrite the tables without what was deleted; turns wait meanwhile. See `Keeper`."""
        await asyncio.to_thread(self._run, "scrub the database", _scrub)

    async def backup(self, target: Path) -> None:
        """Have ``pg_dump`` write an archive for ``pg_restore``; see `Keeper`."""
        await asyncio.to_thread(self._dump, target)

    def _run(self, doing: str, job: Callable[[psycopg.Connection], T]) -> T:
        try:
            with psycopg.connect(self._url, autocommit=True, connect_timeout=10) as connection:
                return job(connection)
        except psycopg.Error as exc:
            raise unavailable(exc, doing, self._place) from exc

    def _dump(self, target: Path) -> None:
        program = shutil.which(DUMP, path=str(self._programs) if self._programs else None)
        if program is None:
            raise BackupFailed(str(target), f"{DUMP!r} is not on the path: install the server's client programs")
        if target.exists():
            raise BackupFailed(str(target), "there is such a file already: name another one")
        part = target.with_name(f".{target.name}.part")
        named, secret = _without_password(self._url)
        command = [program, "--format=custom", f"--schema={SCHEMA}", f"--file={part}", f"--dbname={named}"]
        try:
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            done = subprocess.run(command, env={**os.environ, **secret}, capture_output=True, text=True)
            if done.returncode:
                raise BackupFailed(str(target), f"{DUMP} says: {' '.join(done.stderr.split())}")
            part.rename(target)
        except OSError as exc:
            raise BackupFailed(str(target), f"make sure that its folder is writable and not full ({exc})") from exc
        finally:
            part.unlink(missing_ok=True)


def _without_password(url: str) -> tuple[str, dict[str, str]]:
    """How a program connects, without the password, which others could see in its arguments; it goes by the environment."""
    password = conninfo_to_dict(url).get("password")
    if password is None:
        return url, {}
    bare = {
        name: str(value) for name, value in conninfo_to_dict(url).items() if name != "password" and value is not None
    }
    return make_conninfo("", **bare), {"PGPASSWORD": str(password)}


def _damages(connection: psycopg.Connection) -> tuple[str, ...]:
    found = ((name, connection.execute("SELECT current_setting(%s)", (name,)).fetchone()) for name in _SAFE)
    return tuple(_SAFE[name] for name, row in found if row != ("on",))


def _size(connection: psycopg.Connection) -> int:
    row = connection.execute(_SIZE, (SCHEMA,)).fetchone()
    return int(row[0]) if row else 0


def _scrub(connection: psycopg.Connection) -> None:
    for (name,) in connection.execute(_TABLES, (SCHEMA,)).fetchall():
        connection.execute(f"VACUUM FULL {name}".encode())
