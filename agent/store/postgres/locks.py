"""Whose turn it is, across processes and machines: advisory locks of the server, which end with the connection that holds them."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import LiteralString

import psycopg

from agent.store.postgres.errors import unavailable

_DOING = "take a conversation's turn"


class AdvisoryLocks:
    """Locks of one process, all held by one connection; the server gives them back when the process dies.

    Should the connection be lost, its locks are free before the turns end: the version that each commit names still keeps two
    turns from both being stored.

    Args:
        url: of the database.
        place: the same without secrets, for messages.
    """

    def __init__(self, url: str, place: str) -> None:
        self._url = url
        self._place = place
        self._thread = ThreadPoolExecutor(1, "store-locks")
        self._connection: psycopg.Connection | None = None

    async def take(self, conversation_id: str) -> bool:
        """Take the lock of a conversation; False when another process has it.

        Raises:
            StoreUnavailable: the server cannot be asked.
        """
        return await self._ask("SELECT pg_try_advisory_lock(%s)", conversation_id)

    async def give_back(self, conversation_id: str) -> None:
        """Give a lock back; one that was lost with its connection is given back already."""
        if self._connection is not None and not self._connection.closed:
            await self._ask("SELECT pg_advisory_unlock(%s)", conversation_id)

    async def aclose(self) -> None:
        """Give all locks back."""
        await asyncio.to_thread(self._thread.shutdown)
        self._disconnect()

    async def _ask(self, query: LiteralString, conversation_id: str) -> bool:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._asked, query, conversation_id)

    def _asked(self, query: LiteralString, conversation_id: str) -> bool:
        try:
            return self._answer(query, conversation_id)
        except psycopg.OperationalError:  # the connection was lost while it lay idle
            self._disconnect()
        try:
            return self._answer(query, conversation_id)
        except psycopg.Error as exc:
            raise unavailable(exc, _DOING, self._place) from exc

    def _answer(self, query: LiteralString, conversation_id: str) -> bool:
        if self._connection is None:
            self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=10)
        row = self._connection.execute(query, (_number(conversation_id),)).fetchone()
        return bool(row and row[0])

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _number(conversation_id: str) -> int:
    """The number of a conversation's lock; two conversations of one number would wait for each other, and do not come up."""
    digest = sha256(conversation_id.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], signed=True)
