"""``POST /channels/webhook``: what the shop's own system tells."""

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from agent.handoff.errors import TicketUnknown
from agent.handoff.people import PeopleDesk
from agent.store.channels import ChannelMemory
from agent.store.port import HandoffStore
from channels.contact_centre.intake import Intake
from channels.http.chat import ERRORS
from channels.webhook.signature import Signer
from channels.webhook.wire import INCOMING, NAME, ActIn, MessageIn, SaidIn

ACTS_KEPT = 50
"""Signatures of acts kept for each conversation: more than people do in one within the five minutes that a signature holds."""


class Taken(BaseModel):
    """An event was taken on: it is durable."""

    new: bool
    """False: it was taken on before, and nothing was changed."""


class WebhookRoutes:
    """Where events come in.

    Args:
        signer: checks them.
        intake: takes messages on.
        desk: does what people did elsewhere.
        store: knows who owns a conversation.
        memory: knows which acts were taken on.
    """

    def __init__(
        self, signer: Signer, intake: Intake, desk: PeopleDesk, store: HandoffStore, memory: ChannelMemory
    ) -> None:
        self._signer = signer
        self._intake = intake
        self._desk = desk
        self._store = store
        self._memory = memory

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/channels", tags=["webhook"])
        told: dict[int | str, dict[str, Any]] = {
            status: ERRORS[status] for status in (400, 401, 404, 409, 413, 422, 503)
        }
        schema = {"requestBody": {"content": {"application/json": {"schema": INCOMING.json_schema()}}}}
        router.add_api_route(
            "/webhook", self.take, methods=["POST"], status_code=202, responses=told, openapi_extra=schema
        )
        return router

    async def take(self, request: Request) -> Taken:
        """Take an event on; its reply comes as a webhook."""
        body = await request.body()
        signature = self._signer.check(request.headers, body)
        event = _read(body)
        if isinstance(event, MessageIn):
            return Taken(new=(await self._intake.accept(event.data.message())).is_new)
        if isinstance(event, SaidIn):
            said = event.data
            return Taken(new=await self._desk.record(said.conversation_id, said.person, said.text, said.message_id))
        return Taken(new=await self._act_once(event, signature))

    async def _act_once(self, event: ActIn, signature: str) -> bool:
        """Do what a person did elsewhere, unless this very event was taken on before: what was recorded moves nothing when it is played back."""
        conversation_id = event.data.conversation_id
        kept = await self._memory.recall(NAME, f"acts/{conversation_id}")
        known: list[str] = [] if kept is None else json.loads(kept)
        if signature in known:
            return False
        is_new = await self._act(event)
        latest = json.dumps([*known, signature][-ACTS_KEPT:])
        await self._memory.remember(NAME, f"acts/{conversation_id}", latest, conversation_id)
        return is_new

    async def _act(self, event: ActIn) -> bool:
        """Do what a person did elsewhere; False: it is so already."""
        conversation_id, person = event.data.conversation_id, event.data.person
        found = await self._store.load(conversation_id)
        if found is None:
            raise TicketUnknown(conversation_id)
        ticket_id, is_human = found.state.ticket_id, found.state.stage == "human"
        if event.type == "conversation.taken":
            await self._desk.take_over(conversation_id, person)
            return not is_human
        if ticket_id is None:
            return False
        if event.type == "conversation.returned":
            await self._desk.give_back(ticket_id, person)
        else:
            await self._desk.close(ticket_id, person)
        return True


def _read(body: bytes) -> MessageIn | ActIn | SaidIn:
    try:
        return INCOMING.validate_json(body)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in problems]) from error
