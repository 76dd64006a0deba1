"""What the JSON of the console's API has in common."""

from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

from agent.store.records import TicketKind, TicketStatus
from channels.http.wire import ErrorReply

ERRORS: dict[int | str, dict[str, Any]] = {
    401: {"model": ErrorReply, "description": "Nobody is signed in, or the key is nobody's."},
    403: {"model": ErrorReply, "description": "The person may not do this, or no page of the console sent it."},
    404: {"model": ErrorReply, "description": "There is no such thing."},
    409: {"model": ErrorReply, "description": "Somebody else was first; the code says how it stands."},
    422: {"model": ErrorReply, "description": "The request does not fit; the message names the key."},
    429: {"model": ErrorReply, "description": "Too many wrong keys; Retry-After says when."},
    503: {"model": ErrorReply, "description": "Nothing was stored; try again."},
}
"""What any request of the console may be answered with."""


class Asked(BaseModel):
    """What a page sends: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Told(BaseModel):
    """What a page is told."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class TicketTold(Told):
    """A handoff: a person's task."""

    ticket_id: str
    conversation_id: str
    reason: str
    """Such as ``requested``; see docs/handoff.md."""
    package: dict[str, Any]
    """What the person needs to know: summary, the ask in the customer's words, evidence, tools tried, mood, promises, history."""
    created_at: AwareDatetime
    status: TicketStatus
    kind: TicketKind
    """``call_back``: nobody was on duty, the customer was told so and waits for a call."""
    queue: str
    """Whose task it is; empty: anybody's."""
    person: str | None
    """Who took it."""
    due_at: AwareDatetime | None
    """When somebody must have taken it; null: no such time."""
    notices: int
    """How often the customer was told to go on waiting."""
