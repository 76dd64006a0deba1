"""The run file: everything a replay showed, for machines and for the next comparison."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evaluation.errors import RunError
from evaluation.records import PlayedCase, Run, run_from_json, run_to_json
from evaluation.report.scoring import ScoreTold, parts
from evaluation.statistics.comparison import Comparison

RUN_FILE = "run.json"
FORMAT = 2


def run_json(run: Run, scores: tuple[ScoreTold, ...], comparison: Comparison | None = None) -> dict[str, Any]:
    """The whole run as plain JSON: format, scores, families, splits, comparison, and every case.

    Args:
        run: what was played.
        scores: of the whole run, with intervals.
        comparison: with a baseline; None: there is none.
    """

    def families(case: PlayedCase) -> str | None:
        return case.family

    def splits(case: PlayedCase) -> str | None:
        return case.split

    return {
        "format": FORMAT,
        "scores": {one.name: _told(one) for one in scores},
        "families": {name: _figures(part) for name, part in parts(run, scores, families).items()},
        "splits": {name: _figures(part) for name, part in parts(run, scores, splits).items()},
        "comparison": asdict(comparison) if comparison else None,
        "run": json.loads(run_to_json(run)),
    }


def write_run(folder: Path, told: dict[str, Any]) -> None:
    """Write a run into its folder.

    Raises:
        RunError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(told, ensure_ascii=False, indent=1, default=str)
        (folder / RUN_FILE).write_text(text, encoding="utf-8")
    except OSError as exc:
        raise RunError(f"run {str(folder)!r} cannot be written: {exc.strerror}") from exc


def load_run(path: Path) -> Run:
    """Read a run that ``--out`` wrote.

    Args:
        path: the run's folder, or its ``run.json``.

    Raises:
        RunError: there is none, or it is no run of this format.
    """
    file = path / RUN_FILE if path.is_dir() else path
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(told, dict) or told.get("format") != FORMAT:
            raise ValueError(f"format {FORMAT} was expected")
        return run_from_json(json.dumps(told.get("run"), ensure_ascii=False))
    except (OSError, ValueError) as exc:
        raise RunError(f"run {str(file)!r} cannot be read ({exc}): name a folder that --out wrote") from exc


def _told(score: ScoreTold) -> dict[str, Any]:
    definition = score.definition
    return {
        "value": score.value,
        "n": score.n,
        "cases": score.cases,
        "low": score.interval.low if score.interval else None,
        "high": score.interval.high if score.interval else None,
        **{key: getattr(definition, key) for key in ("meaning", "formula", "unit", "direction", "source", "gate")},
    }


def _figures(scores: tuple[ScoreTold, ...]) -> dict[str, dict[str, float]]:
    return {one.name: {"value": one.value, "n": one.n, "cases": one.cases} for one in scores}
