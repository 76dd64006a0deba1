"""The post: what stands in the outbox leaves through its channel, and channels are told of handoffs, in one process at a time."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from agent.errors import ConversationBusy, StoreError
from agent.mailroom.delivery import Delivery
from agent.mailroom.following import Following
from agent.store.channels import ChannelMemory
from agent.store.durable import DurableStore
from channels.contact_centre.allowance import Allowance
from channels.contact_centre.channel import Channel
from channels.observe.deliveries import CountedSender, Report

log = logging.getLogger(__name__)

EVERY_S = 0.5
"""How soon what another process or a person wrote is found."""
AGAIN_S = 5.0
"""Before what ended or failed is begun again."""

Round = Callable[[], Awaitable[object]]


class Post:
    """Carries messages and moves of all channels.

    Args:
        store: keeps the outbox and the log of moves.
        clock: gives the time, aware.
        every_s: between two looks that nobody asked for, in seconds.
        report: is told how each attempt to send a message ended.
    """

    def __init__(
        self,
        store: DurableStore,
        clock: Callable[[], datetime],
        every_s: float = EVERY_S,
        report: Report = lambda channel, end: None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._report = report
        self._every_s = every_s
        self._bells: list[asyncio.Event] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._running: list[asyncio.Task[None]] = []
        self._closing = False
        self._channels: list[Channel] = []
        self.memory = ChannelMemory(store.writer, store.reader)
        """What the channels keep."""

    def wake(self, conversation_id: str) -> None:
        """Look now: something was written in a conversation."""
        for bell in self._bells:
            bell.set()

    def carry(self, channels: Sequence[Channel]) -> None:
        """Begin to carry for channels, in the background."""
        self._closing = False
        for channel in channels:
            self._channels.append(channel)
            rounds = self._rounds(channel)
            if rounds:
                bell = asyncio.Event()
                self._bells.append(bell)
                self._tasks.append(asyncio.create_task(self._go(channel.name, rounds, bell)))
            if channel.run is not None:
                self._running.append(asyncio.create_task(self._keep_running(channel.name, channel.run)))

    async def aclose(self) -> None:
        """Stop, after a last look for what the turns that just ended have answered."""
        self._closing = True
        for bell in self._bells:
            bell.set()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._tasks, *self._running, return_exceptions=True)
        for channel in self._channels:
            with suppress(StoreError, ConversationBusy):
                await self._look(channel.name, self._rounds(channel))
            if channel.close is not None:
                await channel.close()
        self._tasks.clear()
        self._running.clear()
        self._bells.clear()
        self._channels.clear()

    def _rounds(self, channel: Channel) -> list[Round]:
        rounds: list[Round] = []
        if channel.sender is not None:
            sender = Allowance(channel.sender, channel.abilities, self.memory)
            counted = CountedSender(channel.name, sender, self._report)
            rounds.append(Delivery(self._store, channel.name, counted, self._clock).deliver)
        if channel.follower is not None:
            of = None if channel.follows_all else channel.name
            rounds.append(Following(self.memory, channel.name, channel.follower, self._clock, of).tell)
        return rounds

    async def _go(self, name: str, rounds: Sequence[Round], bell: asyncio.Event) -> None:
        while not self._closing:
            bell.clear()
            pause = self._every_s
            try:
                await self._look(name, rounds)
            except ConversationBusy:
                log.debug("another process carries for %s", name)
            except StoreError as exc:
                log.warning("the post of %s waits: %s", name, exc)
            except Exception as exc:  # a mistake in one channel must not keep its later messages from being sent
                log.error("the post of %s failed", name, exc_info=exc)
                pause = AGAIN_S
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await bell.wait()

    async def _look(self, name: str, rounds: Sequence[Round]) -> None:
        async with self._alone(f"post of {name}"):
            for one in rounds:
                while await one():
                    continue

    async def _keep_running(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                async with self._alone(f"work of {name}"):
                    await run()
            except ConversationBusy:
                log.debug("another process works for %s", name)
            except StoreError as exc:
                log.warning("the work of %s waits: %s", name, exc)
            except Exception as exc:  # as above
                log.error("the work of %s failed", name, exc_info=exc)
            await asyncio.sleep(AGAIN_S)

    @asynccontextmanager
    async def _alone(self, what: str) -> AsyncIterator[None]:
        """Hold a lock that the other processes on the same store see."""
        async with self._store.turn_of(what, 0):
            yield
