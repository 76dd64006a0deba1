"""What is measured in stored sessions: figures of the period, and the scorers that need no expectation."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.store.feedback import Rating, ShopEvent
from evaluation.records import Manner, PlayedCase
from evaluation.scorers.definition import Definition, Direction, Measurement, Score, Scorer, Unit
from evaluation.scorers.groundedness import (
    FOREIGN,
    GROUNDED_AMOUNTS,
    GROUNDED_DATES,
    GROUNDED_NUMBERS,
    GROUNDED_PROMISES,
    GROUNDEDNESS,
)
from evaluation.scorers.identity import identity_score
from evaluation.scorers.latency import latency_scores
from evaluation.scorers.repeated import REPEATED_QUESTIONS
from evaluation.scorers.style import style_scores
from evaluation.scorers.tools import TOOL_SUCCESS
from evaluation.scorers.turns import answered, measured

WINDOW = timedelta(hours=72)
"""How long after a session the customer's return, or their paid order, counts as following it."""
SATISFIED = 4
"""From this rating on a customer counts as satisfied."""
_SMALL = {"greeting", "thanks", "chitchat"}
"""Coming back for these alone is no return with the same matter."""


@dataclass(frozen=True)
class Aftermath:
    """What is known beside the turns."""

    ratings: Sequence[Rating]
    events: Sequence[ShopEvent]
    until: datetime
    """The end of the period, aware: what came later is not known."""


def online_scorers(sessions: Sequence[PlayedCase], aftermath: Aftermath, manner: Manner) -> tuple[Scorer, ...]:
    """Everything that is measured.

    Args:
        sessions: of the period; some figures look from one to the next.
        aftermath: ratings and events.
        manner: how the shop wants its replies to sound.
    """
    ratings = {one.conversation_id: one for one in aftermath.ratings}
    return (
        _containment(),
        _reopened(sessions, aftermath.until),
        _rated("csat", ratings),
        _rated("rating", ratings),
        _responses(ratings),
        _conversion(aftermath),
        TOOL_SUCCESS,
        GROUNDEDNESS,
        GROUNDED_NUMBERS,
        GROUNDED_DATES,
        GROUNDED_AMOUNTS,
        GROUNDED_PROMISES,
        FOREIGN,
        REPEATED_QUESTIONS,
        *style_scores(manner),
        identity_score(manner),
        *latency_scores(),
    )


def handoff_reasons(sessions: Sequence[PlayedCase]) -> Mapping[str, int]:
    """How many sessions went to a person for which reason, the commonest first."""
    found = Counter(
        next((reply.handoff.reason for _, reply in answered(one) if reply.handoff), "")
        for one in sessions
        if one.stopped == "handed_off"
    )
    del found[""]
    return dict(found.most_common())


def is_converted(session: PlayedCase, events: Sequence[ShopEvent]) -> bool:
    """Whether the customer paid an order within the window after a session began."""
    began = session.now
    return began is not None and any(
        event.kind == "order_paid" and event.customer_id == session.customer_id and began <= event.at <= began + WINDOW
        for event in events
    )


def is_over(session: PlayedCase, until: datetime) -> bool:
    """Whether the window after a session is over, so that nothing more can follow it."""
    return session.now is not None and session.now + WINDOW <= until


def _containment() -> Score:
    def measure(case: PlayedCase) -> Sequence[Measurement]:
        return (measured(case, case.stopped != "handed_off"),)

    return _score(
        "containment",
        "How many sessions the bot had to itself from beginning to end; says nothing of whether the customer was helped.",
        "sessions without a handover ÷ sessions in which the bot spoke",
        measure,
        "containment rate of contact centers",
    )


def _reopened(sessions: Sequence[PlayedCase], until: datetime) -> Score:
    later: dict[str, list[PlayedCase]] = {}
    for session in sessions:
        later.setdefault(session.case_id, []).append(session)

    def measure(case: PlayedCase) -> Sequence[Measurement]:
        if case.stopped == "handed_off" or not is_over(case, until) or not _matters(case):
            return ()
        again = [one for one in later[case.case_id] if one.trial > case.trial and _follows(case, one)]
        came = any(_matters(one) & _matters(case) for one in again)
        return (measured(case, came, None, "no return", again[0].origin if came else ""),)

    return _score(
        "reopened",
        "How many sessions that looked finished were followed by the same customer with the same matter.",
        "contained sessions with a later one of the customer within 72 h that shares an intent ÷ contained sessions of at least 72 h ago",
        measure,
        "the complement of first contact resolution",
        direction_is_up=False,
    )


def _rated(name: str, ratings: Mapping[str, Rating]) -> Score:
    def measure(case: PlayedCase) -> Sequence[Measurement]:
        kept = ratings.get(case.origin)
        if kept is None or kept.rating is None or not _is_last(case, kept.rated_at):
            return ()
        return (measured(case, kept.rating if name == "rating" else kept.rating >= SATISFIED, None, "", kept.rating),)

    if name == "rating":
        return _score(
            name,
            "The mean of the ratings, 1 to 5.",
            "sum of ratings ÷ ratings",
            measure,
            "customers' own words",
            "stars",
        )
    formula = f"ratings of {SATISFIED} or 5 ÷ ratings"
    return _score(
        name, "How many of the customers who rated were satisfied.", formula, measure, "CSAT, top two of five boxes"
    )


def _responses(ratings: Mapping[str, Rating]) -> Score:
    def measure(case: PlayedCase) -> Sequence[Measurement]:
        kept = ratings.get(case.origin)
        if kept is None or kept.asked_at is None or not _is_last(case, kept.rated_at or kept.asked_at):
            return ()
        return (measured(case, kept.rating is not None),)

    meaning = (
        "How many of the customers who were asked for a rating gave one: the fewer, the less the ratings say of all."
    )
    return _score("rating_responses", meaning, "ratings given ÷ customers asked", measure, "survey response rate")


def _conversion(aftermath: Aftermath) -> Score:
    def measure(case: PlayedCase) -> Sequence[Measurement]:
        if case.trial != 1 or not aftermath.events or not is_over(case, aftermath.until):
            return ()
        return (measured(case, is_converted(case, aftermath.events)),)

    return _score(
        "conversion",
        "How many customers paid an order within 72 h of their first session; that it followed does not say that it was because of it.",
        "customers with a paid order within 72 h ÷ customers whose first session was at least 72 h ago",
        measure,
        "events that the shop's systems report; whether the bot is the cause, an experiment tells",
    )


def _matters(case: PlayedCase) -> set[str]:
    return {intent for _, reply in answered(case) for intent in reply.intents} - _SMALL


def _follows(first: PlayedCase, later: PlayedCase) -> bool:
    return first.now is not None and later.now is not None and first.now < later.now <= first.now + WINDOW


def _is_last(case: PlayedCase, moment: datetime | None) -> bool:
    """Whether a session had begun when its conversation was rated: a rating counts for one session of a long conversation."""
    return moment is not None and case.now is not None and case.now <= moment <= case.now + WINDOW


def _score(
    name: str,
    meaning: str,
    formula: str,
    measure: Callable[[PlayedCase], Sequence[Measurement]],
    source: str,
    unit: Unit = "share",
    *,
    direction_is_up: bool = True,
) -> Score:
    direction: Direction = "higher" if direction_is_up else "lower"
    return Score(Definition(name, meaning, formula, unit, direction, source, gate=False), measure)
