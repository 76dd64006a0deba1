"""Places for turns that are worked in the background: few at a time, so that what comes in meanwhile is taken on at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

PLACES = 2
"""Turns at a time. They share one thread, so that more would end no sooner; two, for one waits for its back-ends now and then."""
REST_S = 0.02
"""A turn that lets the event loop rest so long waits for others."""
_SLACK_S = 0.01
"""A sleep may end so much later in an event loop that rests."""


class Places:
    """Lets turns go on in the order in which they came.

    A turn leaves its place when it ends, and also while it waits for others, such as a model, which is seen by the event loop being at rest: it is
    the processor that is shared here, and slow models are waited for side by side.

    Args:
        number: of places, >= 1.
        rest_s: how long the event loop rests before a turn counts as waiting, in seconds.
    """

    def __init__(self, number: int = PLACES, rest_s: float = REST_S) -> None:
        self._free = asyncio.Semaphore(number)
        self._rest_s = rest_s

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Wait for a place and hold it."""
        await self._free.acquire()
        holding = asyncio.create_task(self._until_rest())
        holding.add_done_callback(lambda ended: self._free.release())
        try:
            yield
        finally:
            holding.cancel()

    async def _until_rest(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            await asyncio.sleep(self._rest_s)
            if clock() - began < self._rest_s + _SLACK_S:
                return
