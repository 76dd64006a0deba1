"""The scores of a run: each with its value, on how much it was measured, and how sure it is."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from evaluation.records import PlayedCase, Run
from evaluation.scorers.all import scorers_of
from evaluation.scorers.definition import Definition, Measurement, Scorer, total
from evaluation.statistics.bootstrap import Interval, interval

CRASHES = Definition(
    name="crashes",
    meaning="In how many cases a turn raised an error; such a case counts here and nowhere else.",
    formula="number of cases",
    unit="count",
    direction="lower",
    source="must be 0",
    combine=total,
)


@dataclass(frozen=True)
class ScoreTold:
    """One score of a run."""

    definition: Definition
    value: float
    """In the definition's unit."""
    n: int
    """Things that were measured: turns, calls, claims or cases, as the formula says."""
    cases: int
    """Conversations they come from."""
    interval: Interval | None = None
    """95 %, resampled by conversation; None: fewer than two conversations, or it was not asked for."""
    measurements: tuple[Measurement, ...] = field(default=(), repr=False)

    @property
    def name(self) -> str:
        """The score's name."""
        return self.definition.name


def measure(run: Run, scorers: Sequence[Scorer] | None = None) -> tuple[ScoreTold, ...]:
    """Measure a run; a score that nothing could be measured for is absent, never 0.

    Args:
        run: its crashed cases are counted apart and measured for nothing else.
        scorers: what is measured; None: every score.

    Returns:
        Scores without intervals, in the order of the scorers, crashes last.
    """
    whole = [case for case in run.cases if not case.crashed]
    found: list[ScoreTold] = []
    for scorer in scorers if scorers is not None else scorers_of(run):
        told = _combined(scorer.definition, [one for case in whole for one in scorer.measure(case)])
        if told is not None:
            found.append(told)
    if run.cases:
        crashed = tuple(Measurement(case.case_id, case.trial, float(case.crashed)) for case in run.cases)
        found.extend(told for told in [_combined(CRASHES, crashed)] if told is not None)
    return tuple(found)


def with_intervals(scores: Iterable[ScoreTold]) -> tuple[ScoreTold, ...]:
    """The same scores, each with how sure it is."""
    return tuple(replace(one, interval=interval(one.measurements, one.definition.combine)) for one in scores)


def part(scores: Iterable[ScoreTold], cases: Iterable[PlayedCase]) -> tuple[ScoreTold, ...]:
    """The scores of some of a run's cases.

    Args:
        scores: of the whole run.
        cases: those that count.
    """
    keys = {case.key for case in cases}
    kept = (
        _combined(one.definition, [found for found in one.measurements if (found.case_id, found.trial) in keys])
        for one in scores
    )
    return tuple(one for one in kept if one is not None)


def parts(
    run: Run, scores: Sequence[ScoreTold], named: Callable[[PlayedCase], str | None]
) -> dict[str, tuple[ScoreTold, ...]]:
    """The scores of each part of a run, by the part's name.

    Args:
        run: holds the cases.
        scores: of the whole run.
        named: says which part a case belongs to, such as its family; None or empty: to none.
    """
    groups: dict[str, list[PlayedCase]] = {}
    for case in run.cases:
        name = named(case)
        if name:
            groups.setdefault(name, []).append(case)
    return {name: part(scores, cases) for name, cases in sorted(groups.items())}


def _combined(definition: Definition, measurements: Sequence[Measurement]) -> ScoreTold | None:
    value = definition.combine(measurements) if measurements else None
    if value is None:
        return None
    cases = len({one.case_id for one in measurements})
    return ScoreTold(definition, value, len(measurements), cases, measurements=tuple(measurements))
