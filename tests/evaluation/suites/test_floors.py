"""The default shop's agent on its suite, held to the floors in the repository."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from evaluation.play.setup import Order, open_order
from evaluation.play.workers import play_here
from evaluation.report.floors import load_floors, missed_floors
from evaluation.report.scoring import measure

EVALUATION = Path(__file__).parents[3] / "evaluation"


@pytest.mark.timeout(600)
def test_that_the_agent_reaches_the_floors_of_its_suite(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XIAOER_RELEASES", str(tmp_path))
    opened = open_order(Order((EVALUATION / "suites" / "lanting",), datetime.now(UTC)))
    played = []
    play_here(opened, [(number, 1) for number in range(len(opened.cases.cases))], played.append)
    run = type(opened.run)(**{**vars(opened.run), "cases": tuple(played)})
    assert missed_floors(measure(run), load_floors(EVALUATION / "floors" / "suite-lanting.yaml")) == []
