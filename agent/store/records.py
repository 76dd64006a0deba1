"""What a store keeps: conversations, turns, tickets, moves between bot and people, writes to back-ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from agent.messages import Reply, Stage
from agent.state import ConversationState

Json = Mapping[str, object]
"""A mapping that JSON can hold."""
ActionOutcome = Literal["done", "refused", "not_done", "lapsed", "unknown"]
"""How a write to a back-end ended. ``lapsed``: the process died before the back-end got it, so it may be sent under the same key;
``unknown``: nobody could tell, a person has to look."""
TicketStatus = Literal["open", "taken", "closed"]
TicketKind = Literal["live", "call_back"]
"""``call_back``: nobody is on duty, the customer was told so and is called back."""


@dataclass(frozen=True)
class Conversation:
    """A conversation as it was last committed."""

    conversation_id: str
    shop_id: str
    """The shop of its first turn."""
    state: ConversationState
    version: int
    """Commits so far, at least 1; the next one must name it."""


@dataclass(frozen=True)
class TurnRecord:
    """One finished turn: what was asked, what was answered, and why."""

    turn_id: str
    conversation_id: str
    message_id: str
    """The idempotency key inside the conversation."""
    text_digest: str
    """SHA-256 of the customer's text: tells a repeated message from a reused id."""
    request: Json
    """The message as the channel handed it over."""
    reply: Reply
    trace: Json
    """For people who look into the turn: its steps, what it read and found, the drafts that were not sent; see ``docs/turn.md``."""
    created_at: datetime
    """Aware; read back in UTC."""
    shop_id: str = ""
    """The shop that answered; read back as the conversation's."""


@dataclass(frozen=True)
class Opening:
    """What a turn starts from, read at one moment."""

    conversation: Conversation | None
    """None: it has no committed turn."""
    turn: TurnRecord | None
    """The turn that has answered the message already."""
    waiting: tuple[str, ...] = ()
    """Ids of the accepted messages of the conversation that no turn has answered, in order."""


@dataclass(frozen=True)
class HandoffTicket:
    """A person's task to take over a conversation."""

    ticket_id: str
    conversation_id: str
    reason: str
    package: Json
    """What the person needs to know: summary, the ask in the customer's words, evidence, tools tried."""
    created_at: datetime
    """Aware; read back in UTC."""
    status: TicketStatus = "open"
    kind: TicketKind = "live"
    queue: str = ""
    """Whose task it is; empty: anybody's."""
    person: str | None = None
    """Who took it."""
    due_at: datetime | None = None
    """When somebody must have taken it; None: no such time. Aware; read back in UTC."""
    notices: int = 0
    """How often the customer was told to go on waiting, or that nobody is on duty."""


@dataclass(frozen=True)
class Move:
    """One move of a conversation between the bot and people, or a note that moves nothing."""

    from_stage: Stage
    to_stage: Stage
    actor: str
    """``bot``, ``customer``, ``system``, or a person's name."""
    reason: str
    at: datetime
    """Aware; read back in UTC."""
    ticket_id: str | None = None
    note: str = ""
    """Private words, for people only."""


@dataclass(frozen=True)
class Said:
    """Words to the customer that are no turn's reply; they go out on the channel of the customer's last message."""

    message_id: str
    """The same whenever the same words are handed in again: they are kept and sent once."""
    kind: Literal["notice", "person"]
    text: str
    person: str | None = None
    is_sent: bool = False
    """The customer has them already: they are kept, not sent."""


@dataclass(frozen=True)
class Amendment:
    """A change of a conversation between turns: who owns it, what the customer is told."""

    conversation_id: str
    expected_version: int
    """0: the conversation begins with this change."""
    state: ConversationState
    at: datetime
    """Aware."""
    moves: tuple[Move, ...] = ()
    """The first starts from the stored stage, each next one where the one before led."""
    ticket: HandoffTicket | None = None
    said: tuple[Said, ...] = ()
    shop_id: str = ""
    """Of a conversation that begins."""


@dataclass(frozen=True)
class TurnEffects:
    """What a turn changes beside its own record."""

    moves: tuple[Move, ...] = ()
    """As in `Amendment`."""
    answers: tuple[str, ...] = ()
    """Accepted messages that the turn answers beside its own, oldest first."""
    joined: int = 1
    """Messages whose words the turn was asked, those before it included whose reply was not sent."""
    told: bool = False
    """The reply is told in the response to the message; False: it goes to the outbox."""


NO_EFFECTS = TurnEffects()


@dataclass(frozen=True)
class ThreadEntry:
    """One message of a conversation, whoever wrote it, in the order in which they were kept."""

    role: Literal["customer", "assistant", "notice", "person"]
    text: str
    at: datetime
    message_id: str
    person: str | None = None
    status: str = "told"
    """``told``; of what goes through the outbox: waiting, released, sent, withdrawn, superseded, failed."""


@dataclass(frozen=True)
class Action:
    """A write to a back-end, recorded before it was sent."""

    key: str
    """The idempotency key that the back-end gets."""
    conversation_id: str
    turn_id: str
    tool: str
    args: Json
    intended_at: datetime
    """Aware, UTC."""
    outcome: ActionOutcome | None = None
    """None: no answer recorded; the process may have died before, during or after the call."""
    receipt: Json | None = None
    """What the back-end answered."""
