from pathlib import Path

import pytest

from evaluation.errors import RunError
from evaluation.play.replay import TurnResult
from evaluation.report.summary import summarise
from evaluation.scorers.checks import Check
from evaluation.statistics.comparison import compare, load_run


def turn(name: str, number: int, met: bool) -> TurnResult:
    return TurnResult(name, number, "在吗", None, (Check("intent", float(met), "greeting", "thanks"),))


def test_that_turns_that_broke_and_turns_that_were_mended_are_named() -> None:
    baseline = {
        "scores": {"intent": {"value": 0.5, "n": 2}},
        "turns": [
            {"transcript_id": "a", "number": 1, "passed": True},
            {"transcript_id": "a", "number": 2, "passed": False},
            {"transcript_id": "gone", "number": 1, "passed": True},
        ],
    }
    results = [turn("a", 1, False), turn("a", 2, True), turn("new", 1, True)]
    change = compare(baseline, results, summarise(results))
    assert (change.broken, change.mended) == (("a #1",), ("a #2",))
    assert (change.only_here, change.only_there) == (1, 1)
    assert change.deltas == {"intent": pytest.approx(2 / 3 - 0.5)}


def test_that_a_file_that_is_no_run_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("[]", encoding="utf-8")
    with pytest.raises(RunError, match=r"run\.json"):
        load_run(tmp_path)
