"""What a replay showed: a score for each check, the worst turns, and whether the floors hold."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from statistics import mean, median
from typing import Any

import yaml

from evaluation.errors import FloorsError
from evaluation.play.replay import TurnResult
from evaluation.scorers.checks import CHECKS

_COUNTS = ("foreign", "ungrounded", "crashes")
SCORES = (*CHECKS, "turns_passed")


@dataclass(frozen=True)
class Score:
    """One score of a run."""

    name: str
    value: float
    """Mean share met, 0 to 1, higher is better; for counts the number, lower is better."""
    n: int
    """Turns on which it was measured."""


def summarise(results: Sequence[TurnResult]) -> tuple[Score, ...]:
    """Score a run; a check that no turn asked for is absent, never 0."""
    scores: list[Score] = []
    for name in CHECKS:
        shares = [check.share for result in results for check in result.checks if check.name == name]
        if shares:
            scores.append(Score(name, mean(shares), len(shares)))
    if results:
        scores.append(Score("turns_passed", mean(float(result.passed) for result in results), len(results)))
        scores.append(Score("foreign", sum(bool(result.foreign) for result in results), len(results)))
        scores.append(Score("ungrounded", sum(bool(result.ungrounded) for result in results), len(results)))
        scores.append(Score("crashes", sum(result.crash is not None for result in results), len(results)))
    times = [result.reply.timings_ms["total"] for result in results if result.reply]
    if times:
        scores.append(Score("median_turn_ms", median(times), len(times)))
    return tuple(scores)


def load_floors(path: Path) -> Mapping[str, float]:
    """Read the floors a run must reach.

    Args:
        path: YAML, a score's name to its floor; for counts (foreign, ungrounded, crashes) the most allowed.

    Raises:
        FloorsError: an unknown score or a value that is no number.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as exc:
        raise FloorsError(f"floors file {str(path)!r} cannot be read: {exc}") from exc
    if not isinstance(data, dict):
        raise FloorsError(f"floors file {str(path)!r} holds no mapping: write lines such as 'intent: 0.9'")
    for name, value in data.items():
        if name not in (*SCORES, *_COUNTS) or not _is_number(value):
            known = ", ".join((*SCORES, *_COUNTS))
            raise FloorsError(f"floors file {str(path)!r}: {name!r}: {value!r} is no floor; known scores: {known}")
    return {str(name): float(value) for name, value in data.items()}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def missed_floors(scores: Sequence[Score], floors: Mapping[str, float]) -> list[str]:
    """Say which floors a run missed, in words; a score that could not be measured misses its floor."""
    found = {score.name: score for score in scores}
    missed: list[str] = []
    for name, floor in floors.items():
        score = found.get(name)
        if score is None:
            missed.append(f"{name}: not measured, floor {floor:g}")
        elif name in _COUNTS and score.value > floor:
            missed.append(f"{name}: {score.value:g}, at most {floor:g} allowed")
        elif name not in _COUNTS and score.value < floor:
            missed.append(f"{name}: {score.value:.3f}, floor {floor:g}")
    return missed


def as_json(scores: Sequence[Score], results: Sequence[TurnResult]) -> dict[str, Any]:
    """The whole run for machines."""
    return {
        "scores": {score.name: {"value": score.value, "n": score.n} for score in scores},
        "turns": [{**asdict(result), "passed": result.passed} for result in results],
    }
