"""What goes into a turn and what comes out of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Outcome = Literal["answered", "clarify", "declined", "handoff"]
Owner = Literal["bot", "human"]
Stage = Literal["bot", "offering", "queued", "human", "returning", "closed"]
"""Where a conversation stands between the bot and people; see ``docs/handoff.md``."""
SourceKind = Literal["policy", "product", "promotion", "order", "shipment"]
Effect = Literal["read", "write"]
Strategy = Literal[
    "inform",  # state the facts asked for
    "clarify",  # ask for what is missing
    "confirm",  # say what would be done and ask for a yes
    "done",  # report a receipt
    "alternative",  # sold out: similar goods or the restock date
    "incentive",  # a hesitating customer: one offer, once
    "remind",  # an unpaid order
    "soothe",  # a complaint: sympathy first, no cheerful closing
    "decline",  # outside the shop's business, or not allowed
    "abstain",  # no evidence
    "smalltalk",  # greetings, thanks, chat
    "handoff",  # a person takes over
]


@dataclass(frozen=True)
class CustomerMessage:
    """One message of a customer, as a channel hands it to the assistant."""

    conversation_id: str
    message_id: str
    """The idempotency key inside the conversation."""
    customer_id: str
    """From the channel's verified session, never from text."""
    text: str
    product_id: str | None = None
    """The product page the customer is looking at."""
    region: str | None = None
    """ISO country code."""
    channel: str = "web"
    now: datetime | None = None
    """A stated time (replay only); None: the clock's."""


@dataclass(frozen=True)
class Source:
    """A piece of evidence that the reply cites."""

    id: str
    kind: SourceKind
    title: str
    version: int | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    score: float | None = None
    """Calibrated relevance, 0 to 1, higher is better; None for tool results."""


@dataclass(frozen=True)
class ToolUse:
    """One tool call of the turn."""

    name: str
    args: Mapping[str, object]
    ok: bool
    effect: Effect
    error: str | None = None
    elapsed_ms: float = 0.0
    as_of: datetime | None = None
    """When what it gave was so: goods as of their release, orders and parcels where the back-end tells it. Aware."""


@dataclass(frozen=True)
class PendingAction:
    """A write that waits for the customer's yes."""

    tool: str
    args: Mapping[str, object]
    args_hash: str
    """SHA-256 of tool and arguments: a yes counts for these arguments only."""
    summary: str
    """What will happen, as it was said to the customer."""
    turn_id: str
    """The turn that proposed it."""


@dataclass(frozen=True)
class Handoff:
    """A conversation passed to a person."""

    reason: str
    ticket_id: str
    notice: str
    service_open: bool


@dataclass(frozen=True)
class Reply:
    """What a turn answered, and why."""

    conversation_id: str
    message_id: str
    turn_id: str
    reply: str
    outcome: Outcome
    intents: tuple[str, ...]
    strategy: Strategy
    owner: Owner
    sources: tuple[Source, ...] = ()
    tools: tuple[ToolUse, ...] = ()
    pending_action: PendingAction | None = None
    handoff: Handoff | None = None
    worded_by: str = "composer"
    release_id: str = ""
    adapter_id: str | None = None
    answered_with: str | None = None
    """The message of the same burst whose reply answers this one too; this one then has no text of its own."""
    replayed: bool = False
    timings_ms: Mapping[str, float] = field(default_factory=dict)
