"""``POST /webhooks/rest/webhook``: one message in, the texts that answer it out."""

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Body, Query
from fastapi.responses import StreamingResponse

from agent.store.mail import Outbox
from channels.access.identity import CustomerGate
from channels.http.chat import ERRORS, Bearer
from channels.rasa.wire import NAME, RasaRequest, RasaText
from channels.turns import Turns

_LOOKED_AT = 100
"""Words of people and notices that one answer brings at most."""


class RasaRoutes:
    """The REST channel.

    Args:
        turns: takes the turns.
        gate: says who the customer is.
        outbox: holds what people wrote: it comes with the answer to the customer's next message.
        clock: gives the time, aware.
    """

    def __init__(self, turns: Turns, gate: CustomerGate, outbox: Outbox, clock: Callable[[], datetime]) -> None:
        self._turns = turns
        self._gate = gate
        self._outbox = outbox
        self._clock = clock

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/webhooks/rest", tags=["rasa"])
        router.add_api_route("/", self.health, methods=["GET"])
        router.add_api_route("/webhook", self.take, methods=["POST"], response_model=list[RasaText], responses=ERRORS)
        return router

    async def health(self) -> dict[str, str]:
        """Whether the channel is there, as widgets ask."""
        return {"status": "ok"}

    async def take(
        self,
        bearer: Bearer,
        request: Annotated[RasaRequest, Body()],
        streamed: Annotated[bool, Query(alias="stream", description="One JSON object a line.")] = False,
    ) -> list[RasaText] | StreamingResponse:
        """Take one message of a customer; what people wrote since the last one comes first."""
        token = bearer.credentials if bearer else None
        customer_id = self._gate.identify(token, request.metadata.customer_id, guest=f"guest-{request.sender}")
        message = request.asked(customer_id, request.metadata.message_id or uuid.uuid4().hex)
        reply = await self._turns.take(message, self._gate.key_holder(token))
        said = [*await self._left_words(request.sender), *([reply.reply] if reply.reply else [])]
        texts = [RasaText(recipient_id=request.sender, text=text) for text in said]
        return StreamingResponse(_lines(texts), media_type="application/x-ndjson") if streamed else texts

    async def _left_words(self, conversation_id: str) -> list[str]:
        """What waits for the customer, each once."""
        words = []
        for waiting in await self._outbox.unsent(_LOOKED_AT, NAME, conversation_id):
            release = await self._outbox.release(waiting.message_id, self._clock())
            if release.message is not None and await self._outbox.mark_sent(waiting.message_id):
                words.append(release.message.text)
        return words


def _lines(texts: list[RasaText]) -> Iterator[str]:
    for text in texts:
        yield text.model_dump_json() + "\n"
