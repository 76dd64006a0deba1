"""How an experiment stands: its arms, the difference with an interval that holds at every look, and how many customers it needs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, get_args

from agent.experiments.assignment import Arm, assigned_in
from agent.experiments.settings import Metric
from agent.store.feedback import Rating
from agent.store.records import TurnRecord
from evaluation.online.errors import PeriodError
from evaluation.online.power import fixed_size, sequential_size, share_variance
from evaluation.online.report import Period
from evaluation.online.scores import SATISFIED, is_converted, is_over
from evaluation.online.sequential import ALPHA, ArmSample, Reading, ratio_is_off, read_difference
from evaluation.online.sessions import customer_of, sessions_of
from evaluation.records import PlayedCase

METRICS: tuple[Metric, ...] = get_args(Metric)


@dataclass(frozen=True)
class Plan:
    """What was said of an experiment before it began."""

    name: str
    share: float
    """Of customers who get arm b."""
    metric: Metric
    """Decides it."""
    min_effect: float
    """The smallest difference worth knowing."""


@dataclass(frozen=True)
class MetricStanding:
    """One metric in both arms."""

    metric: Metric
    decides: bool
    """False: it is watched, and a win is claimed by it never."""
    a: ArmSample
    b: ArmSample
    reading: Reading


@dataclass(frozen=True)
class ExperimentReport:
    """How an experiment stands."""

    plan: Plan
    customers: Mapping[Arm, int]
    switched: int
    """Customers who were seen in both arms, as when the share was changed: they are left out."""
    is_off: bool
    """The arms are not of the size they should be: nothing else may be believed."""
    metrics: tuple[MetricStanding, ...]
    """The deciding one first."""
    needed: int | None
    """Customers in both arms by which the smallest difference is shown 8 times of 10; None: the rate in arm a is not known yet."""
    needed_at_once: int | None
    """The same if one looked only once, at the end."""

    @property
    def verdict(self) -> str:
        """What may be said of it now."""
        if self.is_off:
            return "not to be read: customers did not fall into the arms as they should"
        standing = self.metrics[0].reading.standing
        return {"better": "b is better", "worse": "b is worse"}.get(standing, standing)

    def as_json(self) -> dict[str, Any]:
        """As plain JSON."""
        metrics = {
            one.metric: {
                "decides": one.decides,
                **{arm: {"n": found.n, "value": found.mean} for arm, found in (("a", one.a), ("b", one.b))},
                **asdict(one.reading),
            }
            for one in self.metrics
        }
        told = {
            **asdict(self.plan),
            "verdict": self.verdict,
            "customers": dict(self.customers),
            "switched": self.switched,
        }
        return {
            **told,
            "ratio_off": self.is_off,
            "needed": self.needed,
            "needed_at_once": self.needed_at_once,
            "metrics": metrics,
        }


def experiment_report(period: Period, plan: Plan) -> ExperimentReport:
    """Read an experiment; as often as one likes, its false wins stay below 5 of 100.

    Args:
        period: what the store holds since the experiment began.
        plan: what was said of it before.

    Raises:
        PeriodError: no turn of the period was worked in it.
    """
    arms, switched = arms_of(period.turns, plan.name)
    if not arms:
        raise PeriodError(
            f"experiment {plan.name!r} has no turn in this period: name an earlier --since, or check the name"
        )
    mine = [turn for turn in period.turns if customer_of(turn) in arms and _is_in(turn, plan.name)]
    sessions = sessions_of(mine)
    ordered: list[Metric] = [plan.metric, *(one for one in METRICS if one != plan.metric)]
    metrics = tuple(_standing(metric, plan, arms, _values(metric, sessions, period)) for metric in ordered)
    customers: dict[Arm, int] = {arm: sum(one == arm for one in arms.values()) for arm in get_args(Arm)}
    needed, at_once = _needed(plan, metrics[0].a)
    off = ratio_is_off(customers["a"], customers["b"], plan.share)
    return ExperimentReport(plan, customers, switched, off, metrics, needed, at_once)


def arms_of(turns: Sequence[TurnRecord], name: str) -> tuple[dict[str, Arm], int]:
    """The arm of each customer of an experiment, and how many were seen in both and are left out."""
    arms: dict[str, Arm] = {}
    both: set[str] = set()
    for turn in turns:
        assigned = assigned_in(turn.trace)
        if assigned is not None and assigned.experiment == name:
            customer = customer_of(turn)
            if arms.setdefault(customer, assigned.arm) != assigned.arm:
                both.add(customer)
    return {customer: arm for customer, arm in arms.items() if customer not in both}, len(both)


def _is_in(turn: TurnRecord, name: str) -> bool:
    assigned = assigned_in(turn.trace)
    return assigned is not None and assigned.experiment == name


def _values(metric: Metric, sessions: Sequence[PlayedCase], period: Period) -> dict[str, float]:
    """One value a customer: of their first session, so that each counts once."""
    ratings = {one.conversation_id: one for one in period.aftermath.ratings}
    if metric == "conversion" and not period.aftermath.events:
        return {}
    measure = _MEASURES[metric]
    found: dict[str, float] = {}
    for session in sessions:
        value = measure(session, period, ratings) if session.trial == 1 else None
        if value is not None:
            found[session.case_id] = value
    return found


def _converted(session: PlayedCase, period: Period, _: Mapping[str, Rating]) -> float | None:
    return float(is_converted(session, period.aftermath.events)) if is_over(session, period.until) else None


def _contained(session: PlayedCase, period: Period, _: Mapping[str, Rating]) -> float | None:
    return float(session.stopped != "handed_off")


def _satisfied(session: PlayedCase, period: Period, ratings: Mapping[str, Rating]) -> float | None:
    kept = ratings.get(session.origin)
    return None if kept is None or kept.rating is None else float(kept.rating >= SATISFIED)


_MEASURES: Mapping[Metric, Callable[[PlayedCase, Period, Mapping[str, Rating]], float | None]] = {
    "conversion": _converted,
    "containment": _contained,
    "csat": _satisfied,
}


def _standing(metric: Metric, plan: Plan, arms: Mapping[str, Arm], values: Mapping[str, float]) -> MetricStanding:
    """The deciding metric has the whole rate of false claims for itself; the watched ones share another such rate."""
    a, b = (ArmSample.of(value for customer, value in values.items() if arms[customer] == arm) for arm in ("a", "b"))
    decides = metric == plan.metric
    alpha = ALPHA if decides else ALPHA / (len(METRICS) - 1)
    return MetricStanding(metric, decides, a, b, read_difference(a, b, plan.min_effect, alpha))


def _needed(plan: Plan, a: ArmSample) -> tuple[int | None, int | None]:
    if a.mean is None or not 0 < a.mean < 1:
        return None, None
    variances = share_variance(a.mean), share_variance(min(a.mean + plan.min_effect, 0.999))
    return (
        sequential_size(*variances, plan.min_effect, plan.share),
        fixed_size(*variances, plan.min_effect, plan.share),
    )
