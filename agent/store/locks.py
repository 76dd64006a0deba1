"""Whose turn it is: locks on conversations that hold across processes and end with the process that holds them."""

import asyncio
import os
import struct
import sys
import time
from contextlib import AbstractAsyncContextManager
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from agent.errors import ConversationBusy
from agent.store.errors import StoreUnavailable

_FIRST_PAUSE_S = 0.001
_LONGEST_PAUSE_S = 0.02
_FLOCK = struct.Struct("hhqqi0q")
"""The kernel's record of a lock: kind, whence, start, length, process."""


class Locks(Protocol):
    """Locks that other processes see, taken without waiting."""

    async def take(self, conversation_id: str) -> bool:
        """Take the lock of a conversation; False when another process has it."""
        ...

    async def give_back(self, conversation_id: str) -> None:
        """Give a lock back."""
        ...

    async def aclose(self) -> None:
        """Give all locks back, for good."""
        ...


class NoLocks:
    """For a database that no other process can open."""

    async def take(self, conversation_id: str) -> bool:
        """Always free."""
        return True

    async def give_back(self, conversation_id: str) -> None:
        """Nothing was taken."""

    async def aclose(self) -> None:
        """Nothing is held."""


class FileLocks:
    """Locks on single bytes of a file beside the database, one byte a conversation; the kernel gives them back when a process dies.

    Args:
        path: of the file; made when the first lock is taken, and never written to.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    async def take(self, conversation_id: str) -> bool:
        """Take the lock of a conversation; False when another process has it.

        Raises:
            StoreUnavailable: the file cannot be opened or locked.
        """
        import fcntl

        try:
            if self._file is None:
                self._file = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            _lock(self._file, fcntl.F_WRLCK, _place(conversation_id))
        except (BlockingIOError, PermissionError):
            return False
        except OSError as exc:
            why = f"locks need a local disk that is writable for this user ({exc})"
            raise StoreUnavailable("take a conversation's turn", str(self._path), why) from exc
        return True

    async def give_back(self, conversation_id: str) -> None:
        """Give a lock back."""
        import fcntl

        if self._file is not None:
            _lock(self._file, fcntl.F_UNLCK, _place(conversation_id))

    async def aclose(self) -> None:
        """Give all locks back."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


@lru_cache(maxsize=1024)
def _place(conversation_id: str) -> int:
    """The byte of a conversation; two conversations on one byte would wait for each other, and do not come up."""
    return int.from_bytes(sha256(conversation_id.encode("utf-8", "surrogatepass")).digest()[:8]) >> 2


def _lock(file: int, kind: int, start: int) -> None:
    """Lock or unlock one byte without waiting; on Linux the lock belongs to this opening of the file, not to the process."""
    import fcntl

    if sys.platform == "linux":
        fcntl.fcntl(file, fcntl.F_OFD_SETLK, _FLOCK.pack(kind, os.SEEK_SET, start, 1, 0))
    else:
        free = kind == fcntl.F_UNLCK
        fcntl.lockf(file, fcntl.LOCK_UN if free else fcntl.LOCK_EX | fcntl.LOCK_NB, 1, start)


class _Hold:
    """A turn of a conversation while somebody has it."""

    __slots__ = ("_conversation_id", "_line", "_wait_s")

    def __init__(self, line: "TurnLine", conversation_id: str, wait_s: float) -> None:
        self._line = line
        self._conversation_id = conversation_id
        self._wait_s = wait_s

    async def __aenter__(self) -> None:
        await self._line.enter(self._conversation_id, self._wait_s)

    async def __aexit__(self, *failure: object) -> None:
        await self._line.leave(self._conversation_id)


class TurnLine:
    """One turn at a time per conversation: in order of arrival within a process, across processes by its locks.

    Args:
        locks: seen by the other processes.
    """

    def __init__(self, locks: Locks) -> None:
        self._locks = locks
        self._lines: dict[str, tuple[asyncio.Lock, int]] = {}

    @property
    def lines(self) -> int:
        """Conversations that somebody in this process holds or waits for."""
        return len(self._lines)

    def turn_of(self, conversation_id: str, wait_s: float) -> AbstractAsyncContextManager[None]:
        """Hold a conversation; see `agent.store.port.TurnQueue`."""
        return _Hold(self, conversation_id, wait_s)

    async def enter(self, conversation_id: str, wait_s: float) -> None:
        """Wait for a conversation and take it.

        Raises:
            ConversationBusy: it was not free in time.
        """
        line, waiting = self._lines.get(conversation_id) or (asyncio.Lock(), 0)
        if waiting and wait_s <= 0:
            raise ConversationBusy(conversation_id)
        self._lines[conversation_id] = (line, waiting + 1)
        until = time.monotonic() + wait_s
        try:
            await self._stand(line, conversation_id, wait_s)
            try:
                await self._take(conversation_id, until)
            except BaseException:
                line.release()
                raise
        except BaseException:
            self._go(conversation_id)
            raise

    async def leave(self, conversation_id: str) -> None:
        """Give a conversation to the next one in line."""
        try:
            await self._locks.give_back(conversation_id)
        finally:
            self._lines[conversation_id][0].release()
            self._go(conversation_id)

    def _go(self, conversation_id: str) -> None:
        line, waiting = self._lines.pop(conversation_id)
        if waiting > 1:
            self._lines[conversation_id] = (line, waiting - 1)

    @staticmethod
    async def _stand(line: asyncio.Lock, conversation_id: str, wait_s: float) -> None:
        if not line.locked():
            await line.acquire()
            return
        try:
            async with asyncio.timeout(wait_s):
                await line.acquire()
        except TimeoutError as exc:
            raise ConversationBusy(conversation_id) from exc

    async def _take(self, conversation_id: str, until: float) -> None:
        pause = _FIRST_PAUSE_S
        while not await self._locks.take(conversation_id):
            if time.monotonic() >= until:
                raise ConversationBusy(conversation_id)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)

    async def aclose(self) -> None:
        """Give the locks back, for good."""
        await self._locks.aclose()
