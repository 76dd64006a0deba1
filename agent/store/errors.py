"""What can go wrong with the conversation store.

agent.errors.StoreError
├── StoreUnavailable     the database cannot be read or written now: locked, full, read-only, damaged, closed
├── SchemaUnknown        the database was written by a newer version, or by another program
├── RecordUnreadable     a stored record is not what this version writes
├── RecordUnstorable     a record cannot be written as JSON text
├── ActionConflict       the ledger of actions holds something else under this key
├── CustomerHeld         a customer's data cannot be erased yet: the end of a write is not known
└── BackupFailed         no backup was made
"""

import sqlite3

from agent.errors import StoreError

_ADVICE = {
    "SQLITE_BUSY": "another process holds the database: wait, or stop that process",
    "SQLITE_LOCKED": "another process holds the database: wait, or stop that process",
    "SQLITE_READONLY": "the database is read-only: make the file and its folder writable for this user",
    "SQLITE_PERM": "the database is not accessible: make the file and its folder writable for this user",
    "SQLITE_CANTOPEN": "the file cannot be opened: check that its folder exists and is writable for this user",
    "SQLITE_FULL": "the disk is full: free some space, nothing of this write was stored",
    "SQLITE_IOERR": "the disk reports an error: check free space, limits and the system log",
    "SQLITE_CORRUPT": "the database is damaged: put the file aside and restore a backup",
    "SQLITE_NOTADB": "the file is not a database: name another file, or restore a backup",
}
_OTHERWISE = "see the cause; if it stays, put the file aside and restore a backup"


class StoreUnavailable(StoreError):
    """The database cannot be read or written now; a write that met this was not acknowledged."""

    def __init__(self, doing: str, place: str, why: str) -> None:
        super().__init__(f"Could not {doing} in the conversation store {place!r}: {why}.")
        self.doing = doing
        self.place = place
        self.why = why


class SchemaUnknown(StoreError):
    """The database has tables that this version does not know."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"Cannot use {place!r} as the conversation store: {why}.")
        self.place = place
        self.why = why


class RecordUnreadable(StoreError):
    """A stored record is not what this version writes."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(
            f"The stored {what} cannot be read ({why}): it is damaged or of a newer version; "
            "update the program or restore a backup."
        )
        self.what = what
        self.why = why


class RecordUnstorable(StoreError):
    """A record cannot be written as JSON text."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"The {what} cannot be stored ({why}): use text, numbers, lists and mappings with text keys.")
        self.what = what
        self.why = why


class ActionConflict(StoreError):
    """The ledger of actions holds something else under this key."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(f"Action {key!r} {why}.")
        self.key = key
        self.why = why


class CustomerHeld(StoreError):
    """A customer's data cannot be erased yet: what a write was is needed until its end is known."""

    def __init__(self, customer_id: str, keys: tuple[str, ...]) -> None:
        super().__init__(
            f"Customer {customer_id!r} cannot be erased yet: nobody knows how {len(keys)} write(s) to the back-ends ended "
            f"({', '.join(keys[:3])}): let the server settle them, or settle them by hand, then erase again."
        )
        self.customer_id = customer_id
        self.keys = keys


class BackupFailed(StoreError):
    """No backup was made; what was begun is removed."""

    def __init__(self, target: str, why: str) -> None:
        super().__init__(f"Could not back the store up to {target!r}: {why}.")
        self.target = target
        self.why = why


def unavailable(exc: sqlite3.Error, doing: str, place: str) -> StoreUnavailable:
    """Say what a database error means and what to do about it.

    Args:
        exc: the error as SQLite raised it.
        doing: what was being done, as a verb phrase.
        place: the database's path.
    """
    name = getattr(exc, "sqlite_errorname", "")
    why = next((advice for code, advice in _ADVICE.items() if name.startswith(code)), _OTHERWISE)
    return StoreUnavailable(doing, place, f"{why} ({exc})")
