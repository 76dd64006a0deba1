"""The stages of a conversation between the bot and people, and the moves between them.

bot ──> offering ──> queued ──> human ──> returning ──> bot
 └────────────────────^           └─────> closed ─────> bot
"""

from collections.abc import Mapping
from datetime import datetime

from agent.messages import Stage
from agent.store.records import Move

ALLOWED: Mapping[Stage, frozenset[Stage]] = {
    "bot": frozenset({"offering", "queued"}),
    "offering": frozenset({"bot", "queued"}),
    "queued": frozenset({"queued", "human", "closed"}),
    "human": frozenset({"queued", "returning", "closed"}),
    "returning": frozenset({"bot"}),
    "closed": frozenset({"bot"}),
}
"""Where a conversation may go from each stage. ``queued`` to ``queued``: the wait goes on, in the next queue or with a notice."""


def moves_after_turn(
    stage: Stage, reason: str | None, offers: bool, at: datetime, ticket_id: str | None
) -> tuple[Stage, tuple[Move, ...]]:
    """Say where a turn of the bot leaves a conversation.

    Args:
        stage: at the start of the turn; the bot has the conversation.
        reason: why a person takes over; None: none does.
        offers: whether the reply asks if a person shall take over.
        at: the turn's moment, aware.
        ticket_id: of the handoff, where there is one.

    Returns:
        The stage after the turn, and the moves that lead there.
    """
    moves: list[Move] = []
    if stage in ("returning", "closed"):
        why = "given_back" if stage == "returning" else "customer_wrote_again"
        moves.append(Move(stage, "bot", "bot", why, at))
        stage = "bot"
    if reason is not None:
        actor = "customer" if reason == "requested" else "bot"
        moves.append(Move(stage, "queued", actor, reason, at, ticket_id))
    elif offers and stage == "bot":
        moves.append(Move(stage, "offering", "bot", "offered", at))
    elif not offers and stage == "offering":
        moves.append(Move(stage, "bot", "customer", "offer_passed_over", at))
    return (moves[-1].to_stage if moves else stage), tuple(moves)
