"""``POST /chat`` and ``GET /conversations/{id}``."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query
from fastapi.responses import StreamingResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from channels.access.identity import CustomerGate
from channels.door import Kept
from channels.errors import ClockNotAllowed, ConversationUnknown
from channels.http.events import event, stream
from channels.http.wire import ChatReply, ChatRequest, ConversationTold, Id, refusal
from channels.sentences import sentences
from channels.turns import Turns

Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))]

ERRORS: dict[int | str, dict[str, Any]] = {
    status: refusal(said)
    for status, said in {
        400: "The body is not JSON in UTF-8, or the text is not readable.",
        401: "A token is needed, or the one sent was not accepted.",
        403: "Another customer's conversation, or a key that this server does not allow.",
        404: "There is no such thing here.",
        409: "The message id was used for another text, or the conversation is busy.",
        413: "The body or the text is too long.",
        422: "A key is unknown or does not fit; `detail` names it.",
        408: "The body did not arrive in time.",
        429: "Too many turns; `Retry-After` says when.",
        503: "A part of the server is not usable now; `Retry-After` says when.",
    }.items()
}

_LOOK_UP: dict[int | str, dict[str, Any]] = {
    **{status: ERRORS[status] for status in (401, 422, 503)},
    404: refusal("No such conversation of this customer."),
}


class ChatRoutes:
    """The shop's own API.

    Args:
        turns: takes the turns.
        gate: says who the customer is.
        replay_clock: whether a request may state the time, and is told the trace of each turn.
    """

    def __init__(self, turns: Turns, gate: CustomerGate, *, replay_clock: bool) -> None:
        self._turns = turns
        self._gate = gate
        self._replay_clock = replay_clock

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(tags=["chat"])
        router.add_api_route("/chat", self.chat, methods=["POST"], response_model=ChatReply, responses=ERRORS)
        router.add_api_route(
            "/conversations/{conversation_id:path}",
            self.conversation,
            methods=["GET"],
            responses=_LOOK_UP,
            response_model_exclude_unset=True,
        )
        return router

    async def chat(
        self,
        bearer: Bearer,
        request: Annotated[ChatRequest, Body()],
        streamed: Annotated[
            bool, Query(alias="stream", description="Server-sent events: `delta` pieces, then the whole `reply`.")
        ] = False,
    ) -> ChatReply | StreamingResponse:
        """Take one message of a customer and give the reply."""
        token = bearer.credentials if bearer else None
        customer_id = self._gate.identify(token, request.customer_id)
        if request.now is not None and not self._replay_clock:
            raise ClockNotAllowed
        reply = await self._turns.take(request.message(customer_id), self._gate.key_holder(token))
        told = ChatReply.of(reply)
        return stream(_events(told)) if streamed else told

    async def conversation(self, bearer: Bearer, conversation_id: Id) -> ConversationTold:
        """Read a conversation with its turns; another customer's is as unknown as one that does not exist."""
        kept = await own_conversation(self._turns, self._gate, bearer, conversation_id)
        return ConversationTold.of(conversation_id, kept, traced=self._replay_clock)


async def own_conversation(turns: Turns, gate: CustomerGate, bearer: Bearer, conversation_id: str) -> Kept:
    """Read a conversation for the one who asks.

    Raises:
        ConversationUnknown: there is none, or it is another customer's.
    """
    kept = await turns.conversation(conversation_id)
    token = bearer.credentials if bearer else None
    allowed = gate.may_see(token, kept[0].customer_id if kept else "")
    if kept is None or not allowed:
        raise ConversationUnknown(conversation_id)
    return kept


def _events(told: ChatReply) -> Iterator[str]:
    # The whole reply has passed the audit before its first piece is sent: nothing is ever taken back.
    for piece in sentences(told.reply):
        yield event({"text": piece}, "delta")
    yield event(told.model_dump(mode="json"), "reply")
