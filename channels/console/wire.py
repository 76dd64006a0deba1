"""What the JSON of the console's API has in common."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

from agent.messages import Outcome, Owner, Stage
from agent.store.overview import Listed
from agent.store.records import TicketKind, TicketStatus
from channels.http.wire import refusal

_CUT = 140
"""Characters of a message that a list shows."""
MOST_WITH_PEOPLE = 500
"""Conversations that people have or are awaited in at once."""
ERRORS: dict[int | str, dict[str, Any]] = {
    401: refusal("Nobody is signed in, or the key is nobody's."),
    403: refusal("The person may not do this, or no page of the console sent it."),
    404: refusal("There is no such thing."),
    409: refusal("Somebody else was first; the code says how it stands."),
    422: refusal("The request does not fit; the message names the key."),
    429: refusal("Too many wrong keys; Retry-After says when."),
    503: refusal("Nothing was stored; try again."),
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


class WordsTold(Told):
    """Words of somebody in a conversation."""

    role: str
    """``customer``, ``assistant`` or ``human``."""
    text: str


class RowTold(Told):
    """A conversation in the list."""

    conversation_id: str
    customer_id: str
    stage: Stage
    owner: Owner
    person: str | None
    """Who has it; null: no person."""
    ticket: TicketTold | None
    """The handoff under way."""
    channel: str
    turns: int
    changed_at: AwareDatetime
    waiting_since: AwareDatetime | None
    """Since when the customer waits for a person's answer; null: they do not."""
    last: WordsTold | None
    """Cut to 140 characters."""
    outcome: Outcome | None
    """Of the last turn."""
    intents: list[str]
    mood: dict[str, Any]
    """Of the last message that the bot read; what is not named is not so."""

    @classmethod
    def of(cls, one: Listed) -> "RowTold":
        """The row of a conversation."""
        state, reply = one.state, one.reply
        mood = one.trace.get("mood")
        role, text = state.history[-1] if state.history else ("", "")
        return cls(
            conversation_id=one.conversation_id,
            customer_id=state.customer_id,
            stage=state.stage,
            owner=state.owner,
            person=one.ticket.person if one.ticket else None,
            ticket=TicketTold.model_validate(one.ticket) if one.ticket else None,
            channel=str(one.request.get("channel") or "web"),
            turns=state.turns,
            changed_at=one.changed_at,
            waiting_since=_waits_since(one),
            last=WordsTold(role=role, text=text[:_CUT]) if role else None,
            outcome=reply.outcome if reply else None,
            intents=list(reply.intents) if reply else [],
            mood=dict(mood) if isinstance(mood, Mapping) else {},
        )


def _waits_since(one: Listed) -> datetime | None:
    if one.state.stage == "queued":
        return one.ticket.created_at if one.ticket else one.asked_at
    is_unanswered = bool(one.state.history) and one.state.history[-1][0] == "customer"
    return one.asked_at if one.state.stage == "human" and is_unanswered else None
