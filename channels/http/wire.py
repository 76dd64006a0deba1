"""The JSON of ``POST /chat``: what a request may say and what a reply tells."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, JsonValue, StringConstraints

from agent.messages import CustomerMessage, Effect, Outcome, Owner, Reply, SourceKind, Strategy
from channels.door import Kept

Id = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[^\p{C}\p{Z}]+$")]
"""Visible characters without blanks."""

Region = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2}$", to_upper=True)]
"""ISO country code."""

_FIRST_YEAR, _LAST_YEAR = 2000, 2200
_REQUEST: JsonValue = {
    "conversation_id": "c-1",
    "message_id": "m-1",
    "customer_id": "U1001",
    "text": "我的订单到哪了",
    "product_id": None,
    "region": "CN",
    "channel": "web",
    "now": None,
}


def _written(value: object) -> object:
    if not isinstance(value, str | datetime):
        raise ValueError("a time is written as text, such as 2026-11-20T10:00:00+08:00")
    return value


def _in_our_days(value: datetime) -> datetime:
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise ValueError(f"a time between the years {_FIRST_YEAR} and {_LAST_YEAR} is expected")
    return value


class ChatRequest(BaseModel):
    """One message of a customer."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [_REQUEST]})

    conversation_id: Id
    message_id: Id
    """The idempotency key inside the conversation: a repeat gives the stored reply."""
    customer_id: Id | None = None
    """Left out where the request carries a token."""
    text: str
    product_id: Id | None = None
    """The product page the customer is looking at."""
    region: Region | None = None
    channel: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,32}$")] = "web"
    now: Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_in_our_days)] | None = None
    """A stated time with its offset; replays only."""

    def message(self, customer_id: str) -> CustomerMessage:
        """The message as the assistant takes it.

        Args:
            customer_id: whom the request was found to speak for.
        """
        return CustomerMessage(
            conversation_id=self.conversation_id,
            message_id=self.message_id,
            customer_id=customer_id,
            text=self.text,
            product_id=self.product_id,
            region=self.region,
            channel=self.channel,
            now=self.now,
        )


class _Told(BaseModel):
    model_config = ConfigDict(from_attributes=True, frozen=True)


class SourceTold(_Told):
    """A piece of evidence that the reply cites."""

    id: str
    kind: SourceKind
    title: str
    version: int | None
    effective_from: date | None
    effective_to: date | None
    score: float | None
    """Relevance, 0 to 1, higher is better; null for orders and parcels."""


class ToolTold(_Told):
    """A tool call of the turn."""

    name: str
    args: dict[str, Any]
    ok: bool
    effect: Effect
    error: str | None
    elapsed_ms: float
    as_of: AwareDatetime | None
    """When what it gave was so; null where the back-end does not tell."""


class PendingTold(_Told):
    """A write that waits for the customer's yes."""

    tool: str
    args: dict[str, Any]
    summary: str


class HandoffTold(_Told):
    """The conversation was passed to a person."""

    reason: str
    ticket_id: str
    notice: str
    service_open: bool


class ChatReply(_Told):
    """What a turn answered, and why."""

    conversation_id: str
    message_id: str
    turn_id: str
    reply: str
    outcome: Outcome
    intents: list[str]
    strategy: Strategy
    owner: Owner
    sources: list[SourceTold]
    tools: list[ToolTold]
    pending_action: PendingTold | None
    handoff: HandoffTold | None
    worded_by: str
    release_id: str
    adapter_id: str | None
    replayed: bool
    timings_ms: dict[str, float]

    @classmethod
    def of(cls, reply: Reply) -> "ChatReply":
        """The reply as it is told on the wire."""
        return cls.model_validate(reply)


class TurnTold(BaseModel):
    """One turn of a conversation."""

    at: AwareDatetime
    text: str
    """What the customer wrote."""
    reply: ChatReply
    trace: dict[str, Any] | None = None
    """Why it was answered so; told only where requests may state the time (``--replay-clock``)."""


class ConversationTold(BaseModel):
    """A conversation with its turns, oldest first."""

    conversation_id: str
    customer_id: str
    owner: Owner
    turns: list[TurnTold]

    @classmethod
    def of(cls, conversation_id: str, kept: Kept, *, traced: bool = False) -> "ConversationTold":
        """The conversation as it is told on the wire.

        Args:
            conversation_id: its id.
            kept: state and turns.
            traced: whether each turn's trace is told too.
        """
        state, records = kept
        turns = [
            TurnTold(
                at=one.created_at,
                text=str(one.request.get("text", "")),
                reply=ChatReply.of(one.reply),
                **({"trace": dict(one.trace)} if traced else {}),
            )
            for one in records
        ]
        return cls(conversation_id=conversation_id, customer_id=state.customer_id, owner=state.owner, turns=turns)


class ErrorBody(BaseModel):
    """What went wrong."""

    code: str
    """A stable word for machines."""
    message: str
    """What was being done, to which thing, what was expected, what to do next."""
    detail: Any = None
    """For 422: a list of keys with their problems."""


class ErrorReply(BaseModel):
    """Every error has this shape."""

    error: ErrorBody


def refusal(said: str) -> dict[str, Any]:
    """How the API's description tells of a route's refusal.

    Args:
        said: when the route refuses.

    Returns:
        A response that refers to `ErrorReply`, which ``/ready`` declares for the whole API: a model named at each route would be
        compiled again for each refusal of each route, whenever a server starts.
    """
    schema = {"$ref": f"#/components/schemas/{ErrorReply.__name__}"}
    return {"description": said, "content": {"application/json": {"schema": schema}}}
