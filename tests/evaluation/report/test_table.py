import pytest

from evaluation.report.scoring import measure, with_intervals
from evaluation.report.table import print_run
from evaluation.statistics.comparison import compare

GREETING = {"intent": ["greeting"]}


@pytest.fixture
def printed(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "150")

    def show(run, before=None):
        scores = with_intervals(measure(run))
        print_run(run, scores, compare(before, run, scores) if before else None)
        return capsys.readouterr().out

    return show


@pytest.fixture
def runs(turn, case, run_of):
    """A run in which all is right, and one in which a turn is wrong."""
    right = turn(expect=GREETING, intents=("greeting",), timings_ms={"total": 12.5})
    wrong = turn("[red]您好", expect=GREETING, intents=("thanks",))
    return [run_of(case(one, split="tuned"), case(right, name="c-2", split="untouched")) for one in (right, wrong)]


def test_that_a_failed_turn_is_shown_with_what_was_expected_and_got(printed, runs) -> None:
    told = printed(runs[1])
    assert "c-1 #1 在吗" in told
    assert "→ [red]您好" in told
    assert "intent expected ('greeting',), got ('thanks',)" in told


def test_that_scores_intervals_splits_and_times_are_shown(printed, runs) -> None:
    told = printed(runs[0])
    for words in ("intent", "1.000 … 1.000", "untouched", "stage, ms", "12.5"):
        assert words in told


def test_that_what_broke_is_named_and_a_null_effect_is_told_as_one(printed, runs) -> None:
    told = printed(runs[1], before=runs[0])
    assert "broke: c-1 #1 (intents, reply; lost intent)" in told
    assert "1 broke, 0 mended, McNemar p = 1.000: no difference shown" in told


def test_that_the_same_run_twice_is_told_to_be_the_same(printed, runs) -> None:
    assert "the runs are the same, turn by turn, but for their times" in printed(runs[0], before=runs[0])
