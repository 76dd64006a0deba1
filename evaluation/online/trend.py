"""What came of conversations day by day, or week by week: the figures of the online report, one period after another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from evaluation.online.report import Period, score_json
from evaluation.online.scores import handoff_reasons, online_scorers
from evaluation.online.sessions import sessions_of
from evaluation.records import Manner, PlayedCase, Run, RunOptions
from evaluation.report.scoring import ScoreTold, measure, part, with_intervals

Step = Literal["day", "week"]
FIGURES = (
    "containment",
    "reopened",
    "csat",
    "rating",
    "rating_responses",
    "tool_success",
    "total_p50_ms",
    "total_p95_ms",
    "total_p99_ms",
)
"""Those of the online report that need no look into a reply's words, so that a page may ask for them often."""


@dataclass(frozen=True)
class Stretch:
    """One day, or one week."""

    begins: date
    """In the shop's time zone; of a week its Monday."""
    sessions: int
    scores: tuple[ScoreTold, ...]
    """Without intervals; what nothing could be measured for is absent."""
    reasons: Mapping[str, int]
    """Sessions that went to a person, by reason."""


@dataclass(frozen=True)
class Trend:
    """A period, as a whole and in its stretches."""

    step: Step
    turns: int
    sessions: int
    customers: int
    scores: tuple[ScoreTold, ...]
    """Of the whole period; with intervals, but for times."""
    reasons: Mapping[str, int]
    stretches: tuple[Stretch, ...]
    """Without a gap, oldest first."""

    def as_json(self) -> dict[str, Any]:
        """As plain JSON."""
        return {
            "step": self.step,
            "turns": self.turns,
            "sessions": self.sessions,
            "customers": self.customers,
            "scores": {one.name: score_json(one) for one in self.scores},
            "handoffs": dict(self.reasons),
            "stretches": [
                {
                    "begins": one.begins.isoformat(),
                    "sessions": one.sessions,
                    "scores": {score.name: {"value": score.value, "n": score.n} for score in one.scores},
                    "handoffs": dict(one.reasons),
                }
                for one in self.stretches
            ],
        }


def trend(period: Period, step: Step, zone: ZoneInfo) -> Trend:
    """Measure a period and each of its days or weeks.

    Args:
        period: what the store holds.
        step: how long one stretch is.
        zone: the shop's; a session counts for the day on which it began there.
    """
    sessions = sessions_of(period.turns)
    scorers = [
        one
        for one in online_scorers(sessions, period.aftermath, Manner())
        if one.definition.name in FIGURES  # the order is the report's
    ]
    run = Run("trend", RunOptions(()), "", "", "", cases=sessions)
    scores = tuple(one for one in measure(run, scorers) if one.name in FIGURES)
    days = [_begin(session, step, zone) for session in sessions]
    return Trend(
        step=step,
        turns=len(period.turns),
        sessions=len(sessions),
        customers=len({one.case_id for one in sessions}),
        scores=_told(scores),
        reasons=handoff_reasons(sessions),
        stretches=tuple(
            _stretch(begins, [one for one, day in zip(sessions, days, strict=True) if day == begins], scores)
            for begins in _all_between(days, step)
        ),
    )


def _told(scores: Sequence[ScoreTold]) -> tuple[ScoreTold, ...]:
    """Intervals of times would be drawn anew from every turn hundreds of times; the other ones are quick."""
    sure = {one.name: one for one in with_intervals(one for one in scores if one.definition.unit != "ms")}
    return tuple(sure.get(one.name, one) for one in scores)


def _stretch(begins: date, sessions: Sequence[PlayedCase], scores: Sequence[ScoreTold]) -> Stretch:
    return Stretch(begins, len(sessions), part(scores, sessions), handoff_reasons(sessions))


def _begin(session: PlayedCase, step: Step, zone: ZoneInfo) -> date:
    if session.now is None:
        raise ValueError(f"session {session.origin!r} has no beginning: stored turns state their time")
    day = session.now.astimezone(zone).date()
    return day if step == "day" else day - timedelta(days=day.weekday())


def _all_between(days: Sequence[date], step: Step) -> Sequence[date]:
    if not days:
        return ()
    length = 1 if step == "day" else 7
    count = (max(days) - min(days)).days // length + 1
    return [min(days) + timedelta(days=length * number) for number in range(count)]
