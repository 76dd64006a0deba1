"""Answers to frequent questions, kept so that the model need not word the same evidence for the same question again."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from agent.evidence import Brief, Fact, FactKind
from agent.generator.port import Generator
from agent.privacy.masking import mask
from agent.turn.context import Turn
from agent.understanding.folding import fold

_PUBLIC: frozenset[FactKind] = frozenset({"policy", "product", "stock", "promotion", "shop"})
"""Evidence that anybody in the same place gets; orders, parcels, receipts, proposals and what a customer said are somebody's own."""
_LONGEST_CHARS = 60
"""Longer questions are hardly asked twice."""
_MARKS = " ?!。.,~…"
"""Around a question they do not change it."""
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Question:
    """What decides an answer; two turns that are equal in it may get the same words."""

    shop_id: str
    release_id: str
    model: str
    adapter_id: str | None
    region: str
    """With the evidence it says what this customer may see."""
    text: str
    """As it was asked, folded."""
    brief: Brief
    """All the evidence: where it differs, by day, by place or by entitlement, it is another question."""


@dataclass(frozen=True)
class Kept:
    """An answer that the audit has passed."""

    text: str
    facts: tuple[Fact, ...]
    """That it uses."""
    until: datetime
    """Aware; not said from then on."""


class FrequentAnswers:
    """The latest answers, of all shops' turns in this process.

    Args:
        most: so many are kept, the latest used.
        kept_for: at the longest; less where a fact ends before.
    """

    def __init__(self, most: int, kept_for: timedelta = _HOUR) -> None:
        self._most = most
        self._kept_for = kept_for
        self._known: OrderedDict[Question, Kept] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def recall(self, question: Question, now: datetime) -> Kept | None:
        """The answer to a question; None: there is none, or it has run out.

        Args:
            question: of this turn.
            now: aware.
        """
        kept = self._known.get(question)
        if kept is None:
            return None
        if now >= kept.until:
            del self._known[question]
            return None
        self._known.move_to_end(question)
        return kept

    def keep(self, question: Question, text: str, facts: tuple[Fact, ...], now: datetime) -> None:
        """Keep an answer until its facts end.

        Args:
            question: that it answers.
            text: as a model worded it and the audit passed it.
            facts: that it uses.
            now: in the shop's time zone, whose days its policies last.
        """
        self._known[question] = Kept(text, facts, min(now + self._kept_for, _end_of(question.brief, now)))
        self._known.move_to_end(question)
        while len(self._known) > self._most:
            self._known.popitem(last=False)

    def forget(self, question: Question) -> None:
        """Drop an answer, that the audit refused this time."""
        self._known.pop(question, None)


def question_of(turn: Turn, brief: Brief, model: Generator) -> Question | None:
    """What may be recalled for a turn.

    Args:
        turn: understood, with its evidence gathered.
        brief: the evidence.
        model: that would word it.

    Returns:
        The question; None where the answer is this customer's own: it rests on their orders, parcels, coupons or words, on personal
        data in the question, on their mood, or on what waits for their yes.
    """
    text = fold(turn.message.text).text.strip(_MARKS)
    is_own = (
        not brief.facts
        or any(fact.kind not in _PUBLIC for fact in brief.facts)
        or turn.desk.has_asked_of_customer
        or turn.understood.mood.anger > 0
        or turn.understood.mood.repeats > 0
        or turn.state.pending is not None
        or mask(turn.message.text) != turn.message.text
    )
    if is_own or not text or len(text) > _LONGEST_CHARS:
        return None
    shop, release = turn.profile.shop_id, turn.release.release_id
    return Question(shop, release, model.name, model.adapter_id, turn.region, text, brief)


def _end_of(brief: Brief, now: datetime) -> datetime:
    """The end of the day on which the first fact ends; far away where none does."""
    days = [source.effective_to for source in brief.sources if source.effective_to is not None]
    return (
        datetime.combine(min(days) + timedelta(days=1), time(), now.tzinfo)
        if days
        else datetime.max.replace(tzinfo=UTC)
    )
