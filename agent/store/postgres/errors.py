"""What PostgreSQL's errors mean for those who run the store; the tree stands in `agent.store.errors`."""

import psycopg

from agent.store.errors import StoreUnavailable

_ADVICE = {
    "08": "the server cannot be reached: check that it runs and that the address is right",
    "25006": "the database is read-only: name the primary server, or make the database writable",
    "28": "the server refuses this user: check the name, the password and pg_hba.conf",
    "3D": "there is no such database: create it, or name another one",
    "40": "other writes were in the way each time: try again",
    "42501": "this user lacks a right: grant it CREATE on the database, or the schema's tables",
    "42P": "tables of the store are missing: restore a backup, or drop the schema 'xiaoer' to begin anew",
    "3F": "the store's schema is missing: restart to make it anew, or restore a backup",
    "53100": "the server's disk is full: free some space, nothing of this write was stored",
    "53300": "the server has no connection left: raise max_connections, or serve with fewer processes",
    "53": "the server is short of memory or disk: free some, nothing of this write was stored",
    "55P03": "another process holds the rows: wait, or stop that process",
    "57014": "the server took too long: see what it is busy with",
    "57P": "the server is shutting down or starting: wait for it",
    "58": "the server's disk reports an error: see its log",
    "XX": "the database is damaged: see the server's log, restore a backup",
}
_LOST = "the connection to the server was lost: check that it runs, then try again"
_OTHERWISE = "see the cause and the server's log"


def unavailable(exc: psycopg.Error, doing: str, place: str) -> StoreUnavailable:
    """Say what a database error means and what to do about it.

    Args:
        exc: the error as the driver raised it.
        doing: what was being done, as a verb phrase.
        place: the database's address, without secrets.
    """
    code = exc.sqlstate or ""
    otherwise = _OTHERWISE if code else _LOST
    why = next((advice for start, advice in _ADVICE.items() if code.startswith(start)), otherwise)
    return StoreUnavailable(doing, place, f"{why} ({' '.join(str(exc).split())})")
