"""The reception: messages are accepted durably, acknowledged, and worked in the background; nothing accepted is forgotten."""

import asyncio
import logging
from collections.abc import Callable

from agent.assistant import Assistant
from agent.errors import ConversationBusy, StoreError
from agent.messages import CustomerMessage
from agent.store.mail import Accepted

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
"""A message whose work fails so often goes to a person."""
PAUSE_S = 0.5
"""Before work that failed is begun again."""


class Reception:
    """Accepts messages for channels that answer later, through the outbox.

    Args:
        assistant: works the messages.
        answered: told the conversation after each work on it, so that a channel can deliver at once.
    """

    def __init__(self, assistant: Assistant, answered: Callable[[str], None] = lambda conversation_id: None) -> None:
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
        while not self._closing:
            try:
                await self._assistant.work(conversation_id)
            except (StoreError, ConversationBusy) as exc:
                log.warning("conversation %s waits on: %s", conversation_id, exc)
            except Exception as exc:  # noqa: BLE001 - the turn boundary: whatever fails in a turn, the customer gets an answer
                if await self._failed(conversation_id, exc):
                    break
            else:
                break
            await asyncio.sleep(PAUSE_S)
        self._answered(conversation_id)

    async def _failed(self, conversation_id: str, failure: Exception) -> bool:
        """Count a failure; True when the conversation went to a person."""
        log.error("a turn of conversation %s failed", conversation_id, exc_info=failure)
        try:
            if await self._count(conversation_id) < MOST_ATTEMPTS:
                return False
            await self._assistant.give_up(conversation_id, f"{type(failure).__name__}: {failure}")
        except (StoreError, ConversationBusy) as exc:
            log.warning("conversation %s waits on: %s", conversation_id, exc)
            return False
        return not await self._assistant.store.waiting(conversation_id)

    async def _count(self, conversation_id: str) -> int:
        """Count that the oldest message is begun once more, and hand it to a person when that was too often."""
        waiting = await self._assistant.store.waiting(conversation_id)
        if not waiting:
            return 0
        count = await self._assistant.store.begin_again(conversation_id, waiting[0].message.message_id)
        if count > MOST_ATTEMPTS:
            await self._assistant.give_up(conversation_id, f"begun {count} times")
        return count
