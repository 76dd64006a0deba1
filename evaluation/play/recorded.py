"""Judging a turn on what was really said before it: the assistant's memory, corrected after each turn.

Each turn is a conversation of its own that begins with the memory of the turn before, corrected: where that turn has a reference, the
person's reply stands in the history in place of the assistant's own, and unresolved turns are counted anew. Where it has none, the
assistant's own reply stands. Where the transcript expects an answer and the assistant handed over, the assistant has the conversation back,
so that the next turn can be judged. What it proposed to do and asked for stays its own: a transcript does not say these.
"""

from dataclasses import replace
from typing import Any

from agent.assembly import Store
from agent.state import ConversationState
from agent.store.port import Conversation
from evaluation.play.case import Line


class RecordedMemory:
    """A conversation store that begins each turn with what was really said; everything else is the store's own.

    Args:
        store: keeps the turns.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last: tuple[str, Line] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def said(self, conversation_id: str, line: Line) -> None:
        """Tell what was just answered.

        Args:
            conversation_id: of that turn alone.
            line: the customer's, with the reference.
        """
        self._last = (conversation_id, line)

    async def load(self, conversation_id: str) -> Conversation | None:
        """Read a conversation; a new one begins with the corrected memory of the turn before."""
        kept = await self._store.load(conversation_id)
        if kept is not None or self._last is None:
            return kept
        before, line = self._last
        earlier = await self._store.load(before)
        if earlier is None:
            return None
        return replace(earlier, conversation_id=conversation_id, version=0, state=corrected(earlier.state, line))

    async def opening(self, conversation_id: str, message_id: str) -> Any:
        """Read what a turn starts from, the conversation as `load` gives it."""
        found = await self._store.opening(conversation_id, message_id)
        return replace(found, conversation=await self.load(conversation_id))


def corrected(state: ConversationState, line: Line) -> ConversationState:
    """Correct the memory of a turn.

    Args:
        state: after the turn, as the assistant left it.
        line: the customer's line that it answered.
    """
    if line.reference is not None:
        ends = [place for place, (role, _) in enumerate(state.history) if role == "customer"]
        history = (*state.history[: ends[-1] + 1], ("assistant", line.reference)) if ends else state.history
        state = replace(state, history=history, failures=0)
    outcomes = line.expect.outcome if line.expect else None
    if state.owner == "human" and outcomes is not None and "handoff" not in outcomes:
        state = replace(state, stage="bot", ticket_id=None, failures=0)
    return state
