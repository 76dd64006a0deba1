"""Floors: what a run must reach."""

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from pathlib import Path

import yaml

from evaluation.errors import FloorsError
from evaluation.records import Run, RunOptions
from evaluation.report.scoring import CRASHES, ScoreTold
from evaluation.scorers.all import scorers_of
from evaluation.scorers.definition import Definition

MOST_TRIALS = 16
"""A floor may be set on pass^k up to this k."""


def load_floors(path: Path, more: Iterable[Definition] = ()) -> Mapping[str, float]:
    """Read the floors a run must reach.

    Args:
        path: YAML, a score's name to its floor; for scores of which less is better the most allowed.
        more: scores beside the usual ones.

    Raises:
        FloorsError: an unknown score, one that no floor may be set on, or a value that is no number.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as exc:
        raise FloorsError(f"floors file {str(path)!r} cannot be read: {exc}") from exc
    if not isinstance(data, dict):
        raise FloorsError(f"floors file {str(path)!r} holds no mapping: write lines such as 'intent: 0.9'")
    known = [*_gates(), *(definition.name for definition in more)]
    for name, value in data.items():
        if name not in known or not _is_number(value):
            told = ", ".join(known)
            raise FloorsError(f"floors file {str(path)!r}: {name!r}: {value!r} is no floor; known scores: {told}")
    return {str(name): float(value) for name, value in data.items()}


def missed_floors(scores: Sequence[ScoreTold], floors: Mapping[str, float]) -> list[str]:
    """Say which floors a run missed, in words; a score that could not be measured misses its floor."""
    found = {score.name: score for score in scores}
    missed: list[str] = []
    for name, floor in floors.items():
        score = found.get(name)
        if score is None:
            missed.append(f"{name}: not measured, floor {floor:g}")
        elif score.definition.direction == "lower" and score.value > floor:
            missed.append(f"{name}: {score.value:g}, at most {floor:g} allowed")
        elif score.definition.direction == "higher" and score.value < floor:
            missed.append(f"{name}: {score.value:.3f}, floor {floor:g}")
    return missed


def _gates() -> list[str]:
    run = Run("", RunOptions((), trials=MOST_TRIALS), "", "", "")
    return [*(one.definition.name for one in scorers_of(run) if one.definition.gate), CRASHES.name]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
