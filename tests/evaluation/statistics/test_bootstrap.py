import numpy as np
import pytest
from scipy import stats

from evaluation.scorers.definition import Measurement, mean, total
from evaluation.statistics.bootstrap import interval, paired_interval


def measured(*values, turns=1):
    return [Measurement(f"c-{n}", 1, value, turn) for n, value in enumerate(values) for turn in range(turns)]


def test_that_the_interval_of_a_mean_is_scipys() -> None:
    data = np.random.default_rng(7).normal(5, 2, 60)
    found = interval(measured(*data))
    theirs = stats.bootstrap((data,), np.mean, n_resamples=9999, method="percentile", rng=np.random.default_rng(1))
    assert found.low == pytest.approx(theirs.confidence_interval.low, abs=0.08)
    assert found.high == pytest.approx(theirs.confidence_interval.high, abs=0.08)


def test_that_whole_conversations_are_drawn_so_that_more_of_the_same_turns_make_no_surer() -> None:
    once, often = interval(measured(0, 1, 1, 0, 1, 1)), interval(measured(0, 1, 1, 0, 1, 1, turns=50))
    assert often == once


def test_that_a_conversation_with_more_turns_weighs_more() -> None:
    uneven = [*measured(0.0), *(Measurement("long", 1, 1.0, turn) for turn in range(99))]
    assert mean(uneven) == 0.99
    assert interval(uneven).low == 0.0


def test_that_any_other_figure_is_combined_anew_in_each_draw() -> None:
    def largest(found):
        return max((one.value for one in found), default=None)

    assert interval(measured(1, 2, 9), largest).high == 9


def test_that_one_conversation_shows_no_interval() -> None:
    assert interval(measured(1)) is None
    assert paired_interval(measured(1), measured(2)) is None


def test_that_the_same_seed_gives_the_same_interval() -> None:
    values = measured(1, 5, 2, 8, 3)
    assert interval(values, total) == interval(values, total)


def test_that_the_paired_difference_is_surer_than_the_two_means() -> None:
    before = measured(*range(40))
    now = [Measurement(one.case_id, 1, one.value + 1, one.turn) for one in before]
    span = paired_interval(before, now)
    assert (span.low, span.high) == (pytest.approx(1), pytest.approx(1))
    assert interval(before).high > interval(now).low


def test_that_only_conversations_of_both_runs_are_paired() -> None:
    assert paired_interval(measured(0, 0, 0), [*measured(1, 1, 1), Measurement("new", 1, 99)]).high == 1
