"""Replies, notices, persons' words and handoffs on their way to the shop's own system."""

from collections.abc import Callable
from datetime import datetime

import httpx

from agent.store.channels import LoggedMove
from agent.store.mail import OutgoingMessage
from agent.store.port import HandoffStore
from channels.contact_centre.vendor import sent
from channels.webhook.signature import Signer
from channels.webhook.wire import Moved, Outgoing, Spoken


class WebhookSender:
    """Posts signed events.

    Args:
        client: posts.
        url: gets the events.
        signer: signs them.
        store: knows the tickets.
        clock: gives the time, aware.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        url: str,
        signer: Signer,
        store: HandoffStore,
        clock: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._url = url
        self._signer = signer
        self._store = store
        self._clock = clock

    async def send(self, message: OutgoingMessage) -> None:
        """Post words for a customer; see `Sender`."""
        told = Outgoing(type="message.created", timestamp=self._clock(), data=Spoken.of(message))
        await self._post(message.message_id, told)

    async def follow(self, logged: LoggedMove) -> None:
        """Post a move of a conversation; see `Follower`."""
        ticket_id = logged.move.ticket_id
        is_asked = logged.move.to_stage == "queued" and ticket_id is not None
        ticket = await self._store.ticket(str(ticket_id)) if is_asked else None
        told = Outgoing(type="conversation.moved", timestamp=logged.move.at, data=Moved.of(logged, ticket))
        await self._post(f"move-{logged.seq}", told)

    async def _post(self, webhook_id: str, told: Outgoing) -> None:
        body = told.model_dump_json()
        headers = {"Content-Type": "application/json", **self._signer.headers(webhook_id, body)}
        await sent(webhook_id, self._client.post(self._url, content=body.encode(), headers=headers))
