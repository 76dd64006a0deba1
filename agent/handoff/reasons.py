"""When a person must take over, and why."""

import re
from decimal import Decimal
from typing import Literal

from agent.handoff.failures import FailureLedger
from agent.state import ConversationState
from agent.turn.context import Turn
from agent.understanding.folding import fold_name

HandoffReason = Literal[
    "requested",
    "always_word",
    "anger",
    "over_limit",
    "tool_outage",
    "unresolved",
    "unknown_outcome",
    "safety",
    "turn_failed",
    "taken_over",
]
"""``turn_failed``: the program could not answer, however often it tried; ``taken_over``: a person stepped in unasked."""

_CLAIMS = re.compile(r"赔|退(?:我|款|钱|给我|还)?\s*\d|补偿|补我|索赔")
"""Words that claim money."""
_CLAIMED = re.compile(r"(?:赔偿?|补偿|退)(?:我|款|钱|给我|还我?)?\s*(\d{1,7}(?:\.\d{1,2})?)(?![\d-])")
_OFFERS = re.compile(r"需要(?:的话)?我(?:帮您)?转(?:接)?人工")
"""How a reply asks whether a person shall take over."""


def offers_person(reply: str) -> bool:
    """Whether a reply asked the customer if a person shall take over, so that a plain yes means that."""
    return _OFFERS.search(reply) is not None


def ledger_of(state: ConversationState) -> FailureLedger:
    """The failure ledger as a conversation keeps it."""
    return FailureLedger(state.failures, state.failed_by, state.anger)  # type: ignore[arg-type]


def ledger_after(turn: Turn) -> FailureLedger:
    """The failure ledger after what the turn has met so far."""
    return ledger_of(turn.state).after(turn.notes.failures, turn.understood.mood.anger)


def decide(turn: Turn) -> HandoffReason | None:
    """Say whether a person must take over after this turn, and why.

    The customer's own word comes first, then words the shop lists as always, a claim over the limit, and what the failure ledger
    says: anger, an outage of the back-ends, unresolved turns in a row.
    """
    rules = turn.profile.handoff
    if turn.notes.handoff is not None:
        reason: HandoffReason = turn.notes.handoff  # type: ignore[assignment]
        return reason
    if says_always_word(turn):
        return "always_word"
    if _claimed(turn) > rules.refund_amount:
        return "over_limit"
    return ledger_after(turn).due(rules.max_failures)


def says_always_word(turn: Turn) -> bool:
    """Whether the message holds a word that the shop lists as always, written with spaces or in traditional characters too."""
    said = "".join(turn.understood.folded.split())
    words = ("".join(fold_name(word).split()) for word in turn.profile.handoff.always)
    return any(word and word in said for word in words)


def _claimed(turn: Turn) -> Decimal:
    """The largest amount that the customer claims in so many words; 0: none."""
    text = turn.understood.folded
    if not _CLAIMS.search(text):
        return Decimal(0)
    bare = [Decimal(amount) for amount in _CLAIMED.findall(text)]
    return max((*turn.understood.entities.amounts, *bare), default=Decimal(0))
