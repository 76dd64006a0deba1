"""``POST /v1/chat/completions`` and ``GET /v1/models``: any OpenAI client can talk to the agent."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from itertools import chain
from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Response
from fastapi.responses import JSONResponse

from agent.messages import CustomerMessage, Reply
from agent.turn.outcome import turn_id_of
from channels.access.identity import CustomerGate
from channels.errors import ModelUnknown
from channels.http.chat import ERRORS, Bearer
from channels.http.events import HEARTBEAT, event, stream
from channels.http.openai_wire import Completion, CompletionRequest, Envelope
from channels.http.refusals import describe
from channels.http.wire import Id
from channels.turns import Turns

MODEL_ID = "xiaoer"
"""The name under which clients find the agent."""
PATIENCE_S = 1.0
HEARTBEAT_S = 10.0
"""Between two signs of life in a stream that waits for its reply."""


class OpenAiRoutes:
    """The OpenAI-compatible API.

    Args:
        turns: takes the turns.
        gate: says who the customer is; the client's API key is the customer's token.
        patience_s: how long a stream waits for its reply before it begins, in seconds.
    """

    def __init__(self, turns: Turns, gate: CustomerGate, patience_s: float = PATIENCE_S) -> None:
        self._turns = turns
        self._patience_s = patience_s
        self._gate = gate
        self._started_at = int(time.time())

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/v1", tags=["openai"])
        router.add_api_route(
            "/chat/completions", self.complete, methods=["POST"], responses=ERRORS, response_model=None
        )
        router.add_api_route("/models", self.models, methods=["GET"])
        router.add_api_route("/models/{model_id:path}", self.model, methods=["GET"], responses={404: ERRORS[404]})
        return router

    async def complete(
        self,
        bearer: Bearer,
        request: Annotated[CompletionRequest, Body()],
        x_session_id: Annotated[Id | None, Header(description="The conversation; without it `user` names it.")] = None,
        x_message_id: Annotated[Id | None, Header(description="Idempotency key of this turn.")] = None,
        x_customer_id: Annotated[Id | None, Header(description="The customer, where no token is needed.")] = None,
    ) -> Response:
        """Take the last message as the customer's turn; the history is the server's own, not the client's."""
        _known(request.model)
        asked = request.asked()
        conversation_id = x_session_id or request.user or f"v1-{uuid.uuid4().hex}"
        token = bearer.credentials if bearer else None
        message = CustomerMessage(
            conversation_id=conversation_id,
            message_id=x_message_id or f"m-{uuid.uuid4().hex}",
            customer_id=self._gate.identify(token, x_customer_id, guest=f"guest-{conversation_id}"),
            text=asked,
            channel="openai",
        )
        turn = asyncio.create_task(self._turns.take(message, self._gate.key_holder(token)))
        envelope = Envelope(turn_id_of(conversation_id, message.message_id), request.model, int(time.time()))
        headers = {"X-Session-Id": conversation_id}
        if request.stream:
            # What goes wrong at once is answered with its status; a stream that has begun can only tell of it.
            await asyncio.wait({turn}, timeout=self._patience_s)
            if not turn.done():
                turn.add_done_callback(_look_at)
                return stream(self._streamed(turn, envelope, request), headers)
        completion = Completion(envelope, await turn, len(asked))
        if not request.stream:
            return JSONResponse(completion.whole(), headers=headers)
        return stream(chain([envelope.opening()], completion.events(with_usage=request.with_usage)), headers)

    async def _streamed(
        self, turn: asyncio.Task[Reply], envelope: Envelope, request: CompletionRequest
    ) -> AsyncIterator[str]:
        """A stream that begins before its reply is there; the turn goes on when the client leaves."""
        yield envelope.opening()
        while not turn.done():
            done, _ = await asyncio.wait({turn}, timeout=HEARTBEAT_S)
            if not done:
                yield HEARTBEAT
        error = turn.exception()
        if error is not None:
            yield event(describe(error).body("/v1/chat/completions"))
            return
        for one in Completion(envelope, turn.result(), len(request.asked())).events(with_usage=request.with_usage):
            yield one

    async def models(self) -> dict[str, Any]:
        """The one model there is: the agent."""
        return {"object": "list", "data": [self._card()]}

    async def model(self, model_id: str) -> dict[str, Any]:
        """The agent as a model; any other name is unknown."""
        _known(model_id)
        return self._card()

    def _card(self) -> dict[str, Any]:
        return {"id": MODEL_ID, "object": "model", "created": self._started_at, "owned_by": MODEL_ID}


def _look_at(turn: asyncio.Task[Reply]) -> None:
    """Look at how a turn ended whose client may have left, so that its error is not told as forgotten; the log has it."""
    if not turn.cancelled():
        turn.exception()


def _known(model: str) -> None:
    if model != MODEL_ID:
        raise ModelUnknown(model[:128], MODEL_ID)
