"""``POST /v1/chat/completions`` and ``GET /v1/models``: any OpenAI client can talk to the agent."""

import time
import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Response
from fastapi.responses import JSONResponse

from agent.messages import CustomerMessage
from channels.errors import ModelUnknown
from channels.http.chat import ERRORS, Bearer
from channels.http.events import stream
from channels.http.openai_wire import Completion, CompletionRequest
from channels.http.wire import Id
from channels.identity import CustomerGate
from channels.turns import Turns

MODEL_ID = "xiaoer"
"""The name under which clients find the agent."""


class OpenAiRoutes:
    """The OpenAI-compatible API.

    Args:
        turns: takes the turns.
        gate: says who the customer is; the client's API key is the customer's token.
    """

    def __init__(self, turns: Turns, gate: CustomerGate) -> None:
        self._turns = turns
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
        reply = await self._turns.take(message, self._gate.key_holder(token))
        completion = Completion(reply, request.model, int(time.time()), len(asked))
        if not request.stream:
            return JSONResponse(completion.whole(), headers={"X-Session-Id": conversation_id})
        with_usage = request.stream_options is not None and request.stream_options.include_usage
        return stream(completion.events(with_usage=with_usage))

    async def models(self) -> dict[str, Any]:
        """The one model there is: the agent."""
        return {"object": "list", "data": [self._card()]}

    async def model(self, model_id: str) -> dict[str, Any]:
        """The agent as a model; any other name is unknown."""
        _known(model_id)
        return self._card()

    def _card(self) -> dict[str, Any]:
        return {"id": MODEL_ID, "object": "model", "created": self._started_at, "owned_by": MODEL_ID}


def _known(model: str) -> None:
    if model != MODEL_ID:
        raise ModelUnknown(model[:128], MODEL_ID)
