"""``POST /conversations/{id}/rating`` and ``POST /events``: how customers rate a conversation, and what they do in the shop afterwards."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Body
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from agent.store.feedback import EventKind, Feedback, ShopEvent
from channels.access.identity import CustomerGate
from channels.door import Kept
from channels.errors import EventNotAllowed, RatedAlready
from channels.http.chat import ERRORS, Bearer, own_conversation
from channels.http.wire import Id, refusal
from channels.turns import Turns

WORDS = "亲，这次的服务您还满意吗？1分很不满意，5分非常满意，期待您的评价～"
"""How a customer is asked; a channel may show it as it is."""

_RATED: dict[int | str, dict[str, Any]] = {
    **{status: ERRORS[status] for status in (401, 403, 422, 503)},
    404: refusal("No such conversation of this customer."),
    409: refusal("The conversation has a rating already."),
}
_TAKEN: dict[int | str, dict[str, Any]] = {status: ERRORS[status] for status in (400, 401, 403, 422, 503)}


class RatingRequest(BaseModel):
    """How a customer rates a conversation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rating: Annotated[int, Field(ge=1, le=5, strict=True)]
    """1: very bad, 5: very good."""


class RatingTold(BaseModel):
    """A rating that was kept."""

    conversation_id: str
    rating: int


class AskTold(BaseModel):
    """Whether a customer is to be asked now."""

    ask: bool
    """True once in a conversation, when it was answered or is closed."""
    words: str | None
    """How to ask; null where ``ask`` is false."""


class EventRequest(BaseModel):
    """Something that a customer did in the shop."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    customer_id: Id
    kind: EventKind
    at: AwareDatetime
    amount: Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)] | None = None
    """What was paid, in the shop's currency."""
    event_id: Id | None = None
    """The same whenever the event is reported again, such as the order's number; left out: what else is stated tells events apart."""


class EventTold(BaseModel):
    """What became of a reported event."""

    event_id: str
    new: bool
    """False: it was reported before and counts once."""


class FeedbackRoutes:
    """What came of conversations.

    Args:
        turns: reads conversations.
        gate: says who the customer is.
        feedback: keeps ratings and events.
        shop_id: whose they are.
        clock: gives the time, aware.
    """

    def __init__(
        self, turns: Turns, gate: CustomerGate, feedback: Feedback, shop_id: str, clock: Callable[[], datetime]
    ) -> None:
        self._turns = turns
        self._gate = gate
        self._feedback = feedback
        self._shop_id = shop_id
        self._clock = clock

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(tags=["feedback"])
        place = "/conversations/{conversation_id:path}/rating"
        router.add_api_route(place, self.rate, methods=["POST"], responses=_RATED)
        router.add_api_route(f"{place}/ask", self.ask, methods=["POST"], responses=_RATED)
        router.add_api_route("/events", self.event, methods=["POST"], responses=_TAKEN)
        return router

    async def rate(self, bearer: Bearer, conversation_id: Id, request: Annotated[RatingRequest, Body()]) -> RatingTold:
        """Keep the customer's rating of a conversation: one, the first."""
        await own_conversation(self._turns, self._gate, bearer, conversation_id)
        if not await self._feedback.rate(conversation_id, request.rating, self._clock()):
            raise RatedAlready(conversation_id)
        return RatingTold(conversation_id=conversation_id, rating=request.rating)

    async def ask(self, bearer: Bearer, conversation_id: Id) -> AskTold:
        """Say whether to ask for a rating now: once in a conversation, when it was answered or is closed."""
        kept = await own_conversation(self._turns, self._gate, bearer, conversation_id)
        asks = _is_over(kept) and await self._feedback.ask_rating(conversation_id, self._clock())
        return AskTold(ask=asks, words=WORDS if asks else None)

    async def event(self, bearer: Bearer, request: Annotated[EventRequest, Body()]) -> EventTold:
        """Keep what a customer did in the shop; for the shop's own systems, by API key."""
        token = bearer.credentials if bearer else None
        if self._gate.key_holder(token) is None and not self._gate.trusts_statement:
            raise EventNotAllowed
        event_id = request.event_id or _digest(request)
        event = ShopEvent(event_id, self._shop_id, request.customer_id, request.kind, request.at, request.amount)
        return EventTold(event_id=event_id, new=await self._feedback.keep_event(event))


def _is_over(kept: Kept) -> bool:
    """Whether the customer waits for nothing: not for a person, not for an answer to their yes or no."""
    state, turns = kept
    if state.stage == "closed":
        return True
    return bool(turns) and state.stage == "bot" and state.pending is None and turns[-1].reply.outcome == "answered"


def _digest(request: EventRequest) -> str:
    told = f"{request.customer_id}\n{request.kind}\n{request.at.timestamp()}\n{request.amount}"
    return "e-" + hashlib.sha256(told.encode()).hexdigest()[:24]
