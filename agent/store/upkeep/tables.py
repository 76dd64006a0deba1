"""The tables of the store with their columns, and which of these hold JSON."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """A table of the store."""

    name: str
    columns: tuple[str, ...]
    key: str
    """Orders the rows; unique."""
    json: tuple[str, ...] = ()
    """Columns that hold JSON text; empty text stands for nothing."""


CONVERSATIONS = Table(
    "conversations",
    ("conversation_id", "shop_id", "version", "stage", "state", "created_at", "updated_at"),
    "conversation_id",
    ("state",),
)
TURNS = Table(
    "turns",
    ("seq", "turn_id", "conversation_id", "message_id", "text_digest", "request", "reply", "trace", "created_at"),
    "seq",
    ("request", "reply", "trace"),
)
INBOX = Table(
    "inbox",
    (
        *("seq", "conversation_id", "message_id", "customer_id", "text_digest", "message", "delivery"),
        *("seen_version", "covers", "attempts", "accepted_at", "turn_id"),
    ),
    "seq",
    ("message",),
)
OUTGOING = Table(
    "outgoing",
    (
        *("seq", "message_id", "conversation_id", "channel", "kind", "text", "person", "after_turn"),
        *("replaceable", "status", "attempts", "due_at", "created_at", "changed_at"),
    ),
    "seq",
)
TICKETS = Table(
    "tickets",
    (
        *("ticket_id", "conversation_id", "reason", "package", "status", "created_at", "kind", "queue"),
        *("person", "due_at", "notices"),
    ),
    "ticket_id",
    ("package",),
)
HANDOFF_LOG = Table(
    "handoff_log",
    ("seq", "conversation_id", "ticket_id", "from_stage", "to_stage", "actor", "reason", "note", "at"),
    "seq",
)
ACTIONS = Table(
    "actions",
    (
        *("key", "conversation_id", "turn_id", "tool", "args", "intended_at", "outcome", "receipt"),
        "settled_at",
    ),
    "key",
    ("args", "receipt"),
)
RATINGS = Table("ratings", ("conversation_id", "asked_at", "rating", "rated_at"), "conversation_id")
SHOP_EVENTS = Table("shop_events", ("event_id", "shop_id", "customer_id", "kind", "amount", "at"), "event_id")
CHANNEL_MEMORY = Table("channel_memory", ("name", "conversation_id", "value", "changed_at"), "name")
OF_CONVERSATIONS = (CONVERSATIONS, TURNS, INBOX, OUTGOING, TICKETS, HANDOFF_LOG, ACTIONS, RATINGS, CHANNEL_MEMORY)
"""Tables whose rows name their conversation."""
ALL = (*OF_CONVERSATIONS, SHOP_EVENTS)
