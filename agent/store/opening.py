"""Opening the conversation store that a URL names."""

from pathlib import Path
from urllib.parse import urlsplit

from agent.errors import SettingsError
from agent.store import sqlite
from agent.store.durable import DurableStore

POSTGRES = "postgresql://"


def open_store(url: str) -> DurableStore:
    """Open a conversation store; its tables are made or brought up to date as needed.

    Args:
        url: ``sqlite:///shop.db`` (a relative path), ``sqlite:////var/lib/shop.db`` (an absolute one),
            ``sqlite:///:memory:`` (gone when closed) or ``postgresql://user@host:5432/database``.

    Raises:
        SettingsError: the URL is of another kind, or the driver is not installed.
        StoreError: the database cannot be opened, is of another program, or of a newer version.
    """
    if url.startswith(POSTGRES):
        try:
            from agent.store.postgres.opening import open_postgres
        except ImportError as exc:
            raise SettingsError(
                "A PostgreSQL store needs its driver: install it with pip install 'xiaoer[postgres]'."
            ) from exc
        return open_postgres(url)
    if url.startswith(sqlite.SCHEME):
        return sqlite.open_store(url)
    raise SettingsError(
        f"Store URL {without_secrets(url)!r} is not supported: use 'sqlite:///path/to/file.db' or 'postgresql://user@host/database'."
    )


def existing(url: str) -> str:
    """The address of a store that is there already; of a database server only the address is looked at.

    Raises:
        SettingsError: there is no such file.
    """
    path = url.removeprefix(sqlite.SCHEME)
    if url.startswith(sqlite.SCHEME) and not Path(path).expanduser().is_file():
        raise SettingsError(f"There is no store at {path!r}: name one with --state.")
    return url


def is_absent(url: str) -> bool:
    """Whether a store would be made only now; what just reads makes none."""
    path = url.removeprefix(sqlite.SCHEME)
    return url.startswith(sqlite.SCHEME) and path != sqlite.MEMORY and not Path(path).expanduser().exists()


def without_secrets(url: str) -> str:
    """A store's URL as it may be shown: without user, password and options."""
    if url.startswith(sqlite.SCHEME):
        return url
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
