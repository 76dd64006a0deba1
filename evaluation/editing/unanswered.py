"""Turns that went without an answer for want of knowledge."""

from collections.abc import Iterable, Sequence

from agent.store.port import TurnRecord
from knowledge.gaps import GapReason, Unanswered

_KNOWLEDGE = {"retrieval", "understanding", "audit", "repeat"}
"""Failures of a turn that more knowledge could mend; an outage of a back-end could not."""


def unanswered_turns(turns: Iterable[TurnRecord], unwanted: Sequence[str] = ()) -> list[Unanswered]:
    """Find the messages that were abstained from, not understood, declined or handed off for lack of knowledge.

    A handover that the customer asked for, an outage, and a word that the shop does not want answered are none.

    Args:
        turns: any turns.
        unwanted: words whose messages are refused on purpose.

    Returns:
        The messages, in the order of the turns.
    """
    found = []
    for turn in turns:
        reason = _reason(turn)
        text = str(turn.request.get("text") or "").strip()
        if reason is not None and text and not any(word in text for word in unwanted):
            intent = turn.reply.intents[0] if turn.reply.intents else ""
            found.append(Unanswered(text, reason, intent, turn.created_at))
    return found


def _reason(turn: TurnRecord) -> GapReason | None:
    reply = turn.reply
    failures = turn.trace.get("failures")
    failed = set(failures) if isinstance(failures, list) else set()
    if reply.worded_by == "human" or (failed and not failed & _KNOWLEDGE):
        return None
    if reply.handoff is not None:
        return "handed_off" if failed or reply.handoff.reason == "unresolved" else None
    if reply.strategy == "abstain":
        return "abstained"
    if failed & {"understanding"}:
        return "not_understood"
    return "declined" if reply.outcome == "declined" and "out_of_scope" in reply.intents else None
