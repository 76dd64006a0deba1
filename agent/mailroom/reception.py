"""The reception: messages are accepted durably, acknowledged, and worked in the background; nothing accepted is forgotten."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from agent.assistant import Assistant
from agent.errors import ConversationBusy, StoreError
from agent.mailroom.places import Places
from agent.messages import CustomerMessage
from agent.store.mail import Accepted

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
"""A message whose work was begun again so often goes to a person."""
PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
"""Before work that failed is begun again: twice as long each time."""


class Reception:
    """Accepts messages for channels that answer later, through the outbox.

    Args:
        assistant: works the messages.
        answered: told the conversation after each work on it, so that a channel can deliver at once.
        pause_s: before work that failed is begun again, in seconds; twice as long each time.
        places: of turns that are worked at a time; None: as many as suit one thread.
    """

    def __init__(
        self,
        assistant: Assistant,
        answered: Callable[[str], None] = lambda conversation_id: None,
        pause_s: float = PAUSE_S,
        places: Places | None = None,
    ) -> None:
        self._places = places or Places()
        self._pause_s = pause_s
        self._assistant = assistant
        self._answered = answered
        self._working: dict[str, asyncio.Task[None]] = {}
        self._more: set[str] = set()
        self._closing = False

    async def accept(self, message: CustomerMessage) -> Accepted:
        """Take a message on: once this returns it is durable and may be acknowledged.

        Raises:
            MessageRefused: it cannot be taken as it stands; nothing was stored.
            StoreError: it is not accepted.
        """
        accepted = await self._assistant.accept(message)
        if accepted.turn is None:
            self._begin(message.conversation_id)
        return accepted

    async def recover(self) -> int:
        """Take up what was accepted before a crash or by a process that is gone.

        Returns:
            Conversations taken up.

        Raises:
            StoreError: the inbox could not be read.
        """
        waiting = await self._assistant.store.waiting_conversations()
        for conversation_id in waiting:
            await self._count(conversation_id)
            self._begin(conversation_id)
        return len(waiting)

    async def rest(self) -> None:
        """Wait until nothing is being worked."""
        while self._working:
            await asyncio.wait(self._working.values())

    async def aclose(self, wait_s: float = 30.0) -> None:
        """Finish the turns in hand; what is not finished in time stays accepted, for the next start.

        Args:
            wait_s: how long to wait, in seconds.
        """
        self._closing = True
        if self._working:
            _, late = await asyncio.wait(self._working.values(), timeout=wait_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _begin(self, conversation_id: str) -> None:
        if conversation_id in self._working:
            self._more.add(conversation_id)
        elif not self._closing:
            task = asyncio.create_task(self._work(conversation_id))
            self._working[conversation_id] = task
            task.add_done_callback(lambda done: self._ended(conversation_id))

    def _ended(self, conversation_id: str) -> None:
        del self._working[conversation_id]
        if conversation_id in self._more:
            self._more.discard(conversation_id)
            self._begin(conversation_id)

    async def _work(self, conversation_id: str) -> None:
        pause, why = self._pause_s, "the program died while it worked on it"
        while not self._closing:
            try:
                await self._answer(conversation_id, why)
                break
            except (StoreError, ConversationBusy) as exc:
                log.warning("a conversation waits on: %s", exc, extra={"conversation_id": conversation_id})
            except Exception as exc:  # the turn boundary: whatever fails in a turn, the customer gets an answer
                log.error("a turn failed", exc_info=exc, extra={"conversation_id": conversation_id})
                why = f"{type(exc).__name__}: {exc}"
                with suppress(StoreError):
                    await self._count(conversation_id)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)
        self._answered(conversation_id)

    async def _answer(self, conversation_id: str, why: str) -> None:
        """Answer what waits; a message that was begun too often goes to a person first."""
        await self._assistant.let_grow(conversation_id)
        async with self._places.taken():
            for one in (await self._assistant.store.waiting(conversation_id))[:1]:
                if one.attempts >= MOST_ATTEMPTS:
                    await self._assistant.give_up(conversation_id, why)
            await self._assistant.work(conversation_id)

    async def _count(self, conversation_id: str) -> None:
        """Count durably that the oldest message is begun once more."""
        for one in (await self._assistant.store.waiting(conversation_id))[:1]:
            await self._assistant.store.begin_again(conversation_id, one.message.message_id)
