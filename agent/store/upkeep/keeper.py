"""What upkeep asks of a database beside its rows, and the keeper of the database that a URL names."""

from pathlib import Path
from typing import Protocol

from agent.store import sqlite
from agent.store.upkeep.sqlite_file import SqliteKeeper


class Keeper(Protocol):
    """A database as a whole."""

    async def damages(self) -> tuple[str, ...]:
        """What the database itself finds wrong, in words; empty: nothing."""
        ...

    async def size(self) -> int:
        """Bytes that the store takes on disk, with its indexes and its log."""
        ...

    async def scrub(self) -> None:
        """Overwrite or drop what was deleted, so that the database's files do not hold it any more."""
        ...

    async def backup(self, target: Path) -> None:
        """Write a copy of one moment while the store is in use; the target appears whole or not at all.

        Raises:
            BackupFailed: the target is there already, or no copy could be made.
        """
        ...


def keeper_of(url: str) -> Keeper:
    """The keeper of the database that a store's URL names; the store must be there.

    Args:
        url: as for `agent.store.opening.open_store`.
    """
    if url.startswith(sqlite.SCHEME):
        return SqliteKeeper(Path(url.removeprefix(sqlite.SCHEME)).expanduser())
    from agent.store.upkeep.postgres_server import PostgresKeeper

    return PostgresKeeper(url)
