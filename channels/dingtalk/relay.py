"""What customers write while a person has them, on its way to that person's chat with the robot."""

import asyncio
import logging
from dataclasses import replace

from agent.errors import DeliveryFailed
from agent.store.port import HandoffStore
from channels.contact_centre.package import unlinked
from channels.dingtalk.client import DingtalkClient
from channels.dingtalk.held import Held, HeldTickets

log = logging.getLogger(__name__)

EVERY_S = 1.0


class Relay:
    """Passes customers' messages on, in order, each until DingTalk has taken it.

    Args:
        client: of DingTalk.
        store: knows the threads.
        held: who has which conversation.
        every_s: between two looks, in seconds.
    """

    def __init__(
        self, client: DingtalkClient, store: HandoffStore, held: HeldTickets, every_s: float = EVERY_S
    ) -> None:
        self._client = client
        self._store = store
        self._held = held
        self._every_s = every_s

    async def run(self) -> None:
        """Pass on until cancelled.

        Raises:
            StoreError: the threads cannot be read.
        """
        while True:
            for held in await self._held.all():
                await self._pass_on(held)
            await asyncio.sleep(self._every_s)

    async def _pass_on(self, held: Held) -> None:
        ticket = await self._store.ticket(held.ticket_id)
        if ticket is None or ticket.status != "taken":
            return
        thread = await self._store.thread(held.conversation_id)
        for place, entry in enumerate(thread[held.read :], start=held.read + 1):
            if entry.role == "customer":
                said = f"**顾客**（{held.ticket_id}）\n\n{_quoted(entry.text)}"
                try:
                    await self._client.write_to(held.staff_id, "顾客消息", said, entry.message_id)
                except DeliveryFailed as failure:
                    log.warning("a customer's words wait: %s", failure)
                    return
                await self._held.keep(replace(held, read=place))


def _quoted(text: str) -> str:
    """A customer's words as such, line by line: none of them looks like the head of a message, or like another customer's."""
    return "\n".join(f"> {line}" for line in unlinked(text).splitlines())
