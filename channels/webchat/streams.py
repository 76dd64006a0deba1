"""Open streams: how many readers of conversations a process holds, and what rouses them."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from channels.errors import ServerBusy

MOST = 1000
"""Streams a process holds: with one short look a second each they take about a quarter of one core. Source: 118 streams took 3.1 % of it."""
MOST_EACH = 6
"""Streams of one conversation; one more ends the oldest, which a browser has usually left behind."""

MOST_OF_CUSTOMER = 24
"""Streams of one customer in all conversations; one more ends the oldest: nobody takes all streams by opening conversations."""


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
        most_of_customer: of one customer, >= 1.
    """

    def __init__(self, most: int = MOST, most_each: int = MOST_EACH, most_of_customer: int = MOST_OF_CUSTOMER) -> None:
        self._most = most
        self._most_each = most_each
        self._most_of_customer = most_of_customer
        self._lines: defaultdict[str, list[Line]] = defaultdict(list)
        self._customers: defaultdict[str, list[Line]] = defaultdict(list)
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
    def open(self, conversation_id: str, customer_id: str | None = None) -> Iterator[Line]:
        """Hold a stream; what it yields tells when to look.

        Args:
            conversation_id: whose rings it hears.
            customer_id: whose streams it counts among; None: nobody's.
        """
        line = Line()
        if self._closed:
            line.end()
        self._count += 1
        try:
            with ExitStack() as held:
                held.enter_context(_among(self._lines, conversation_id, line, self._most_each))
                if customer_id is not None:
                    held.enter_context(_among(self._customers, customer_id, line, self._most_of_customer))
                yield line
        finally:
            self._count -= 1

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


@contextmanager
def _among(lines: defaultdict[str, list[Line]], name: str, line: Line, most: int) -> Iterator[None]:
    """Hold a stream among those of the same name; beyond the limit the oldest are ended."""
    lines[name].append(line)
    for one in lines[name][:-most]:
        one.end()
    try:
        yield
    finally:
        lines[name].remove(line)
        if not lines[name]:
            del lines[name]
