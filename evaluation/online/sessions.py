"""Stored conversations as sessions: what a customer says in one go, with what the bot answered, in the shape that scorers read."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from agent.store.records import TurnRecord
from evaluation.play.grounding import Grounding
from evaluation.play.traces import read_trace
from evaluation.records import Claim, PlayedCase, PlayedTurn
from knowledge.pack import Pack
from knowledge.transcripts import Expectation

PAUSE = timedelta(minutes=30)
"""A longer silence ends a session. Source: the half hour of web analytics."""
_IDENTITY = Expectation.model_validate({"intent": ["identity"]})
"""What a message is taken to ask that the agent read as nothing else: online nobody states more."""


def sessions_of(turns: Iterable[TurnRecord], pack: Pack | None = None) -> tuple[PlayedCase, ...]:
    """Put turns together to sessions; those in which the bot never spoke are left out.

    Args:
        turns: of one shop, in the order of their commits.
        pack: tells which claims stand somewhere; None: claims are not measured.

    Returns:
        Sessions by customer, each customer's in order. ``case_id`` is the customer, so that intervals are resampled by customer; ``trial``
        counts their sessions; ``origin`` is the conversation.
    """
    grounding = Grounding(pack) if pack is not None else None
    known = {order.customer_id for order in pack.backend.orders} if pack is not None and pack.backend else set()
    by_customer: dict[str, list[TurnRecord]] = {}
    for turn in turns:
        by_customer.setdefault(customer_of(turn), []).append(turn)
    found: list[PlayedCase] = []
    for customer, mine in by_customer.items():
        spoken = [group for group in _split(mine) if any(turn.reply.worded_by != "human" for turn in group)]
        judge = _Claims(grounding, customer, is_known=customer in known)
        found.extend(_session(customer, number, group, judge) for number, group in enumerate(spoken, start=1))
    return tuple(found)


def customer_of(turn: TurnRecord) -> str:
    """Who asked; of an erased customer the conversation's invented name."""
    return str(turn.request.get("customer_id") or turn.conversation_id)


class _Claims:
    """Finds what replies to one customer state.

    What a shop's own back-ends said is not stored: of a customer whose records the pack does not hold, replies that used a tool are left
    out.
    """

    def __init__(self, grounding: Grounding | None, customer: str, *, is_known: bool) -> None:
        self._grounding = grounding
        self._customer = customer
        self._is_known = is_known

    def of(self, turn: TurnRecord, asked: Sequence[str]) -> tuple[Claim, ...]:
        """The claims of a reply."""
        if self._grounding is None or (turn.reply.tools and not self._is_known):
            return ()
        return self._grounding.claims(self._customer, asked, turn.reply, turn.created_at)

    def foreign(self, turn: TurnRecord, asked: Sequence[str]) -> tuple[str, ...]:
        """Other customers' data in a reply, as far as the pack holds it."""
        return self._grounding.foreign(self._customer, asked, turn.reply) if self._grounding else ()


def _split(turns: Sequence[TurnRecord]) -> Iterator[list[TurnRecord]]:
    """By conversation and pause, in the order of their beginnings."""
    open_ones: dict[str, list[TurnRecord]] = {}
    found: list[list[TurnRecord]] = []
    for turn in turns:
        group = open_ones.get(turn.conversation_id)
        if group is None or turn.created_at - group[-1].created_at > PAUSE:
            group = open_ones[turn.conversation_id] = []
            found.append(group)
        group.append(turn)
    return iter(sorted(found, key=lambda group: group[0].created_at))


def _session(customer: str, number: int, turns: Sequence[TurnRecord], claims: _Claims) -> PlayedCase:
    asked: list[str] = []
    played: list[PlayedTurn] = []
    for turn in turns:
        text = str(turn.request.get("text") or "")
        asked.append(text)
        if turn.reply.worded_by == "human":
            continue
        expect = _IDENTITY if turn.reply.intents == ("identity",) else None
        found, foreign = claims.of(turn, asked), claims.foreign(turn, asked)
        trace = read_trace(turn.trace)
        played.append(PlayedTurn(len(played) + 1, text, turn.reply, expect, trace=trace, claims=found, foreign=foreign))
    is_handed = any(turn.reply.owner == "human" for turn in turns)
    return PlayedCase(
        case_id=customer,
        origin=turns[0].conversation_id,
        turns=tuple(played),
        stopped="handed_off" if is_handed else "finished",
        trial=number,
        customer_id=customer,
        now=turns[0].created_at,
    )
