"""What came of the conversations of a period: measured, put together, ready to be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from agent.store.durable import DurableStore
from agent.store.feedback import StoredFeedback
from agent.store.records import TurnRecord
from evaluation.editing.unanswered import unanswered_turns
from evaluation.online.scores import Aftermath, handoff_reasons, online_scorers
from evaluation.online.sessions import sessions_of
from evaluation.play.setup import manner_of
from evaluation.records import PlayedCase, Run, RunOptions
from evaluation.report.scoring import CRASHES, ScoreTold, measure, with_intervals
from knowledge.gaps import Embed, Gap, find_gaps
from knowledge.pack import Pack


@dataclass(frozen=True)
class Period:
    """What the store holds of a period."""

    since: datetime
    """Aware."""
    until: datetime
    """Aware: now."""
    turns: tuple[TurnRecord, ...]
    aftermath: Aftermath


@dataclass(frozen=True)
class OnlineReport:
    """What came of the conversations of a period."""

    shop: str
    """The shop's name."""
    since: datetime
    until: datetime
    turns: int
    sessions: tuple[PlayedCase, ...]
    scores: tuple[ScoreTold, ...]
    """With intervals, resampled by customer."""
    reasons: Mapping[str, int]
    """Sessions that went to a person, by reason."""
    gaps: tuple[Gap, ...]
    """What was asked in vain, the commonest first."""
    paid: Decimal
    """What customers of these sessions paid in the period, in the shop's currency."""

    def as_json(self) -> dict[str, Any]:
        """As plain JSON."""
        return {
            "shop": self.shop,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "turns": self.turns,
            "sessions": len(self.sessions),
            "customers": len({one.case_id for one in self.sessions}),
            "scores": {one.name: score_json(one) for one in self.scores},
            "handoffs": dict(self.reasons),
            "paid": str(self.paid),
            "unanswered": [gap.as_json() for gap in self.gaps],
        }


async def read_period(store: DurableStore, shop_id: str, since: datetime, until: datetime) -> Period:
    """Read what a store holds of a period.

    Args:
        store: open.
        shop_id: the shop.
        since: aware.
        until: aware; what came later is left out.
    """
    turns = [turn for turn in await store.turns_since(shop_id, since) if turn.created_at <= until]
    feedback = StoredFeedback(store.writer, store.reader)
    ratings = await feedback.ratings(shop_id, since)
    events = [event for event in await feedback.events(shop_id, since) if event.at <= until]
    return Period(since, until, tuple(turns), Aftermath(ratings, events, until))


def online_report(period: Period, pack: Pack, embed: Embed) -> OnlineReport:
    """Measure a period.

    Args:
        period: what the store holds.
        pack: the shop: how it wants to sound, what it says.
        embed: tells which questions are alike.
    """
    sessions = sessions_of(period.turns, pack)
    manner = manner_of(pack)
    run = Run("online", RunOptions(()), pack.shop.shop_id, "", "", manner=manner, cases=sessions)
    measured = measure(run, online_scorers(sessions, period.aftermath, manner))
    customers = {one.case_id for one in sessions}
    return OnlineReport(
        shop=pack.shop.name,
        since=period.since,
        until=period.until,
        turns=len(period.turns),
        sessions=sessions,
        scores=with_intervals(one for one in measured if one.definition != CRASHES),
        reasons=handoff_reasons(sessions),
        gaps=_gaps(period.turns, pack, embed),
        paid=sum(
            (one.amount for one in period.aftermath.events if one.amount and one.customer_id in customers), Decimal()
        ),
    )


def score_json(score: ScoreTold) -> dict[str, Any]:
    """A score as plain JSON."""
    definition = score.definition
    return {
        "value": score.value,
        "n": score.n,
        "customers": score.cases,
        "low": score.interval.low if score.interval else None,
        "high": score.interval.high if score.interval else None,
        **{key: getattr(definition, key) for key in ("meaning", "formula", "unit", "direction", "source")},
    }


def _gaps(turns: Sequence[TurnRecord], pack: Pack, embed: Embed) -> tuple[Gap, ...]:
    return find_gaps(unanswered_turns(reversed(turns), pack.shop.sensitive_words), embed)
