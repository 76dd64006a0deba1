"""What the agent would answer where a person has the conversation: worded and audited, stored nowhere, with reads alone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Protocol

from agent.evidence import Brief
from agent.floor import ShopFloor
from agent.handoff.errors import TicketUnknown
from agent.handoff.reasons import offers_person
from agent.messages import CustomerMessage, Source, ToolUse
from agent.state import ConversationState
from agent.store.records import Conversation, TurnRecord
from agent.turn.graph import Work
from agent.turn.reading import read_turn, reading_nodes
from agent.wording.drafting import MODEL_TRIES
from tools.backends import BackEnds

WhyNone = Literal["nothing_asked", "not_known", "needs_action"]
"""Why there is no suggestion: the customer asked nothing since a person wrote; nothing is known or may be said; the answer would be to
propose a change at the back-ends, which is a person's to decide now."""
_LOOKED_AT = 3
"""The customer's last messages that are tried: a bare "are you there" comes after what was asked."""
_NO_ANSWER = frozenset({"smalltalk", "abstain", "handoff"})


class Conversations(Protocol):
    """Reads what was said."""

    async def load(self, conversation_id: str) -> Conversation | None:
        """Read a conversation; None when it has no committed turn."""
        ...

    async def turns(self, conversation_id: str) -> tuple[TurnRecord, ...]:
        """All turns of a conversation, in the order of their commits."""
        ...


@dataclass(frozen=True)
class Suggestion:
    """What a person might write."""

    text: str = ""
    """Passed the audit; empty: there is no suggestion."""
    why_none: WhyNone | None = None
    to: str = ""
    """The customer's words that it answers."""
    action: str = ""
    """With ``needs_action``: what the agent would have proposed."""
    sources: tuple[Source, ...] = ()
    tools: tuple[ToolUse, ...] = ()
    worded_by: str = ""


class Adviser:
    """Suggests replies to people who have a conversation.

    Args:
        floor: gives the floor of a customer.
        backends: of the shop; read, never written to.
        store: holds the conversations.
        clock: gives the time, aware.
    """

    def __init__(
        self,
        floor: Callable[[str], ShopFloor],
        backends: BackEnds,
        store: Conversations,
        clock: Callable[[], datetime],
    ) -> None:
        self._floor = floor
        self._backends = backends
        self._store = store
        self._clock = clock

    async def suggest(self, conversation_id: str) -> Suggestion:
        """Say what the agent would answer to what the customer asked last.

        Raises:
            TicketUnknown: there is no such conversation.
            RetrievalError: the release cannot be used.
        """
        found = await self._store.load(conversation_id)
        if found is None:
            raise TicketUnknown(conversation_id)
        floor = self._floor(found.state.customer_id)
        turns = await self._store.turns(conversation_id)
        first: Suggestion | None = None
        for text, before in _asked(found.state):
            work = await self._worked(floor, _message(found, turns, text), _as_before(found.state, before))
            suggestion = _suggested(work, text)
            if suggestion.text or suggestion.why_none == "needs_action":
                return suggestion
            first = first or suggestion
        return first or Suggestion(why_none="nothing_asked")

    async def _worked(self, floor: ShopFloor, message: CustomerMessage, state: ConversationState) -> Work | None:
        """Work a turn as far as its audited draft; None: nothing in it answers the customer."""
        if floor.bench is None:
            return None
        nodes = reading_nodes(floor.bench)
        work = await read_turn(nodes, floor.open_turn("suggestion", message, state, self._clock(), self._backends))
        answers = tuple(one for one in work["brief"].answers if one.strategy not in _NO_ANSWER)
        if not answers:
            return None
        work["brief"] = Brief(answers)
        for _ in range(MODEL_TRIES + 2):  # a kept answer, the model's, then the composer's
            work.update(await nodes.generate(work))  # type: ignore[typeddict-item]
            work.update(await nodes.audit(work))  # type: ignore[typeddict-item]
            if not work["draft"].findings:
                return work
        return None


def _asked(state: ConversationState) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """What the customer wrote since a person did, the latest first, each with the history before it; lines in a row are one."""
    history, tried = state.history, 0
    place = len(history)
    while place and tried < _LOOKED_AT and history[place - 1][0] != "human":
        end = place
        while place and history[place - 1][0] == "customer":
            place -= 1
        if end > place:
            yield "\n".join(text for _, text in history[place:end]), history[:place]
            tried += 1
        else:
            place -= 1


def _as_before(state: ConversationState, history: tuple[tuple[str, str], ...]) -> ConversationState:
    """The conversation as if the bot had it, with nothing open that a yes could carry out."""
    return replace(state.waiting_for_nothing(), stage="bot", ticket_id=None, history=history)


def _message(found: Conversation, turns: tuple[TurnRecord, ...], text: str) -> CustomerMessage:
    request = turns[-1].request if turns else {}
    product, region = request.get("product_id"), request.get("region")
    return CustomerMessage(
        conversation_id=found.conversation_id,
        message_id="suggestion",
        customer_id=found.state.customer_id,
        text=text,
        product_id=str(product) if product else None,
        region=str(region) if region else None,
        channel=str(request.get("channel") or "web"),
    )


def _suggested(work: Work | None, text: str) -> Suggestion:
    if work is None:
        return Suggestion(why_none="not_known", to=text)
    turn, draft = work["turn"], work["draft"]
    tools = tuple(turn.desk.uses)
    if turn.notes.pending is not None:
        return Suggestion(why_none="needs_action", to=text, action=turn.notes.pending.summary, tools=tools)
    if offers_person(draft.text) or "understanding" in turn.notes.failures:
        return Suggestion(why_none="not_known", to=text, tools=tools)
    sources = {(fact.source.kind, fact.source.id): fact.source for fact in draft.facts if fact.source is not None}
    return Suggestion(draft.text, None, text, "", tuple(sources.values()), tools, draft.worded_by)
