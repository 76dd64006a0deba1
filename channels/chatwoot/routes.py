"""``POST /channels/chatwoot``: what Chatwoot tells."""

from fastapi import APIRouter, Request
from pydantic import BaseModel

from agent.errors import ConversationBusy, StoreError
from channels.chatwoot.errors import NotKept
from channels.chatwoot.events import MessageEvent, read_event
from channels.chatwoot.inbound import Inbound
from channels.chatwoot.signature import Seal

BOT = "bot"
"""Signs events of the inboxes that have the bot; others tell of every inbox."""


class Taken(BaseModel):
    """An event was taken on."""

    is_of_use: bool
    """False: it changes nothing here."""


class ChatwootRoutes:
    """Where events come in.

    Args:
        seal: checks them.
        inbound: takes them on.
    """

    def __init__(self, seal: Seal, inbound: Inbound) -> None:
        self._seal = seal
        self._inbound = inbound

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/channels", tags=["chatwoot"])
        router.add_api_route("/chatwoot", self.take, methods=["POST"])
        return router

    async def take(self, request: Request) -> Taken:
        """Take an event of an agent bot or of an account's webhook on; replies come through Chatwoot's API."""
        body = await request.body()
        signer, event = self._seal.signer(request.headers, body), read_event(body)
        if event is None or (isinstance(event, MessageEvent) and signer != BOT):
            return Taken(is_of_use=False)
        try:
            await self._inbound.take(event, request.headers.get("x-chatwoot-delivery", ""))
        except (StoreError, ConversationBusy) as error:
            raise NotKept from error
        return Taken(is_of_use=True)
