"""What changed between two runs, turn by turn."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.errors import RunError
from evaluation.play.replay import TurnResult
from evaluation.report.summary import Score

RUN_FILE = "run.json"


@dataclass(frozen=True)
class Comparison:
    """A run beside its baseline."""

    broken: tuple[str, ...]
    """Turns that passed before and fail now, as ``transcript #number``."""
    mended: tuple[str, ...]
    """Turns that failed before and pass now."""
    only_here: int
    """Turns that the baseline does not have."""
    only_there: int
    """Turns that this run does not have."""
    deltas: Mapping[str, float]
    """Score now minus score before, for scores that both runs measured."""


def load_run(path: Path) -> dict[str, Any]:
    """Read a run that ``--out`` wrote.

    Args:
        path: the run's folder, or its ``run.json``.

    Raises:
        RunError: there is none, or it is no run.
    """
    file = path / RUN_FILE if path.is_dir() else path
    try:
        run = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(run["scores"], dict) or not isinstance(run["turns"], list):
            raise TypeError("scores or turns are missing")
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise RunError(f"run {str(file)!r} cannot be read ({exc}): name a folder that --out wrote") from exc
    return dict(run)


def compare(baseline: Mapping[str, Any], results: Sequence[TurnResult], scores: Sequence[Score]) -> Comparison:
    """Put a run beside its baseline.

    Args:
        baseline: as `load_run` reads it.
        results: the turns of this run.
        scores: the scores of this run.
    """
    before = {(turn["transcript_id"], turn["number"]): bool(turn["passed"]) for turn in baseline["turns"]}
    now = {(result.transcript_id, result.number): result.passed for result in results}
    both = [key for key in now if key in before]
    known = baseline["scores"]
    return Comparison(
        broken=tuple(f"{name} #{number}" for name, number in both if before[name, number] and not now[name, number]),
        mended=tuple(f"{name} #{number}" for name, number in both if now[name, number] and not before[name, number]),
        only_here=len(now) - len(both),
        only_there=len(before) - len(both),
        deltas={score.name: score.value - known[score.name]["value"] for score in scores if score.name in known},
    )
