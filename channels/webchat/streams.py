"""Open streams: how many readers of conversations a process holds, and what rouses them."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from channels.errors import ServerBusy

MOST = 1000
"""Streams a process holds: with one short look a second each they take about a quarter of one core. Source: 118 streams took 3.1 % of it."""
MOST_EACH = 6
"""Streams of one conversation; one more ends the oldest, which a browser has usually left behind."""


class Line:
    """One open stream."""

    def __init__(self) -> None:
        self._bell = asyncio.Event()
        self.is_ended = False

    def ring(self) -> None:
        """Look now."""
        self._bell.set()

    def end(self) -> None:
        """Send what is there and close."""
        self.is_ended = True
        self._bell.set()

    async def wait(self, longest_s: float) -> None:
        """Wait until it rings, ``longest_s`` at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(longest_s):
                await self._bell.wait()
        self._bell.clear()


class Streams:
    """The streams of this process.

    Args:
        most: of all conversations together, >= 1.
        most_each: of one conversation, >= 1.
    """

    def __init__(self, most: int = MOST, most_each: int = MOST_EACH) -> None:
        self._most = most
        self._most_each = most_each
        self._lines: defaultdict[str, list[Line]] = defaultdict(list)
        self._count = 0
        self._closed = False

    def check(self) -> None:
        """Make sure that there is room for one more.

        Raises:
            ServerBusy: the process holds as many as it can.
        """
        if self._count >= self._most:
            raise ServerBusy

    @contextmanager
    def open(self, conversation_id: str) -> Iterator[Line]:
        """Hold a stream; what it yields tells when to look."""
        line, lines = Line(), self._lines[conversation_id]
        if self._closed:
            line.end()
        lines.append(line)
        self._count += 1
        for one in lines[: -self._most_each]:
            one.end()
        try:
            yield line
        finally:
            self._count -= 1
            lines.remove(line)
            if not lines:
                self._lines.pop(conversation_id, None)

    def ring(self, conversation_id: str) -> None:
        """Rouse the readers of a conversation: something changed in it."""
        for line in self._lines.get(conversation_id, ()):
            line.ring()

    def close(self) -> None:
        """End all streams: the server stops, and their readers come back to the next one."""
        self._closed = True
        for lines in self._lines.values():
            for line in lines:
                line.end()
