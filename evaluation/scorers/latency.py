"""How long a turn takes, and each stage of it."""

from collections.abc import Callable, Sequence
from math import ceil

from evaluation.records import PlayedCase
from evaluation.scorers.definition import Combine, Definition, Measurement, Score
from evaluation.scorers.turns import answered, measured

STAGES = ("total", "understand", "retrieve", "act", "generate", "audit", "commit")
PERCENTS = (50, 95, 99)


def percentile(percent: int) -> Combine:
    """The smallest value that so many per cent of all values do not exceed.

    Args:
        percent: 1 to 100.
    """

    def combine(measurements: Sequence[Measurement]) -> float | None:
        values = sorted(one.value for one in measurements)
        return values[max(0, ceil(percent * len(values) / 100) - 1)] if values else None

    return combine


def _times(stage: str) -> Callable[[PlayedCase], Sequence[Measurement]]:
    def measure(case: PlayedCase) -> Sequence[Measurement]:
        return [
            measured(case, reply.timings_ms[stage], turn) for turn, reply in answered(case) if stage in reply.timings_ms
        ]

    return measure


def latency_scores() -> tuple[Score, ...]:
    """The percentiles of every stage, in milliseconds."""
    return tuple(
        Score(
            Definition(
                name=f"{stage}_p{percent}_ms",
                meaning=f"{percent} of 100 turns took no longer{'' if stage == 'total' else f' for the stage {stage}'}.",
                formula=f"nearest-rank percentile {percent} of the times that replies report",
                unit="ms",
                direction="lower",
                source="nearest-rank percentile; times are the assistant's own, without the network",
                combine=percentile(percent),
            ),
            _times(stage),
        )
        for stage in STAGES
        for percent in PERCENTS
    )
