"""The JSON of the web chat: what a customer's window may be told, and nothing that is internal."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from agent.messages import Reply, SourceKind, Stage
from agent.store.visible import Cursor, Seen, Standing, View
from channels.http.wire import Id

Has = Literal["bot", "queue", "person", "closed"]
"""Who has the conversation: the bot, a queue in which the customer waits for a person, a person; or a person ended it."""

_HAS: dict[Stage, Has] = {
    "bot": "bot",
    "offering": "bot",
    "queued": "queue",
    "human": "person",
    "returning": "bot",
    "closed": "closed",
}


class MessageRequest(BaseModel):
    """One message that a customer writes in the window."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    message_id: Id
    """The idempotency key inside the conversation: a repeat gives the stored reply."""
    text: str
    customer_id: Id | None = None
    """Only where no token is needed."""
    product_id: Id | None = None
    """The product page the customer is looking at."""
    region: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2}$", to_upper=True)] | None = None


class AckRequest(BaseModel):
    """How far a window has shown what came."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cursor: Annotated[str, Field(max_length=300)]


class SessionRequest(BaseModel):
    """A window opens."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    customer_id: Id | None = None
    """Only where no token is needed."""


class SourceShown(BaseModel):
    """What a reply rests on."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    kind: SourceKind
    title: str
    version: int | None
    effective_from: date | None
    effective_to: date | None


class MessageTold(BaseModel):
    """One message of the conversation."""

    id: str
    """Of the customer's message as they sent it; the same message always has the same id."""
    role: Literal["customer", "bot", "person", "notice"]
    text: str
    at: AwareDatetime
    person: str | None = None
    """Who wrote it."""
    answers: str | None = None
    """The customer's message that a reply answers."""
    sources: list[SourceShown] = []


class StateTold(BaseModel):
    """Who has the conversation."""

    owner: Has
    person: str | None
    """Their name, where a person has it."""
    service_open: bool
    """Whether people are on duty."""

    @classmethod
    def of(cls, standing: Standing, *, service_open: bool) -> "StateTold":
        """The state as it is told on the wire."""
        return cls(owner=_HAS[standing.stage], person=standing.person, service_open=service_open)


class ThreadTold(BaseModel):
    """What a customer may see of a conversation, oldest first; of a long one the last hundred turns."""

    conversation_id: str
    cursor: str
    """Where to go on with ``events``."""
    state: StateTold
    messages: list[MessageTold]

    @classmethod
    def of(cls, conversation_id: str, view: View, state: StateTold) -> "ThreadTold":
        """The thread as it is told on the wire."""
        messages = [_told(entry) for entry in view.entries]
        return cls(conversation_id=conversation_id, cursor=written(view.cursor), state=state, messages=messages)


class HoursTold(BaseModel):
    """When people are on duty on some days of the week."""

    days: str
    """``mon-fri``"""
    hours: str
    """``09:00-18:00``"""


class ShopTold(BaseModel):
    """The shop, as its window shows it."""

    shop_id: str
    name: str
    assistant: str
    hotline: str | None
    service_open: bool
    hours: list[HoursTold]
    max_chars: int
    """Longest message, in characters."""


class SessionTold(BaseModel):
    """Whom a window speaks for."""

    customer_id: str
    token: str | None
    """A guest's token, to be sent as ``Authorization: Bearer``; null: the customer has one from the shop, or none is needed."""
    states_customer: bool
    """Whether requests name the customer, as they do on a loopback server without tokens."""
    now: AwareDatetime
    """The shop's time, so that a window whose clock goes wrong shows right times."""
    shop: ShopTold


class CardTold(BaseModel):
    """A product as a card shows it."""

    id: str
    title: str
    price: str
    """Of the cheapest variant, in ``currency``."""
    price_to: str | None
    """Of the dearest one; null: they cost the same."""
    currency: str
    stock: Literal["there", "few", "presale", "none"]
    left: int | None
    """Pieces left, where they are few."""
    restock_date: date | None
    """When goods come back, or a presale item is sent."""
    url: str | None


def message_of(entry: Seen) -> dict[str, Any]:
    """A message as it is told on the wire."""
    return _told(entry).model_dump(mode="json")


def answer_of(reply: Reply, at: datetime) -> dict[str, Any]:
    """A reply that has just been given; the same message as the feed tells it."""
    entry = Seen(reply.turn_id, "bot", reply.reply, at, None, answers=reply.message_id, sources=reply.sources)
    return message_of(entry)


def written(cursor: Cursor) -> str:
    """A cursor as a reader keeps it: opaque, ASCII, no line feeds."""
    return f"{cursor.turn}/{cursor.outgoing}"


def read_cursor(text: str | None) -> Cursor:
    """A cursor that a reader came back with; what is none counts as the beginning."""
    turn, _, outgoing = (text or "").partition("/")
    return Cursor(turn, outgoing)


def _told(entry: Seen) -> MessageTold:
    return MessageTold(
        id=entry.entry_id,
        role=entry.role,
        text=entry.text,
        at=entry.at,
        person=entry.person,
        answers=entry.answers,
        sources=[SourceShown.model_validate(source) for source in entry.sources],
    )
