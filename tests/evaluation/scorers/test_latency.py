import numpy as np
import pytest

from evaluation.scorers.definition import Measurement
from evaluation.scorers.latency import latency_scores, percentile
from evaluation.scorers.pass_k import pass_hat, pass_k_scores


def measured(*times):
    return [Measurement("c", 1, time, number) for number, time in enumerate(times, start=1)]


@pytest.mark.parametrize("percent", [50, 95, 99])
def test_that_percentiles_are_numpys_nearest_rank(percent) -> None:
    times = np.random.default_rng(3).gamma(2.0, 20.0, 137)
    theirs = np.percentile(times, percent, method="inverted_cdf")
    assert percentile(percent)(measured(*times)) == pytest.approx(theirs)


def test_that_each_stage_has_its_percentiles(turn, case, values) -> None:
    played = case(turn(timings_ms={"total": 10.0, "audit": 1.0}), turn(timings_ms={"total": 30.0}))
    found = {one.definition.name: values(one, played)[1] for one in latency_scores()}
    assert (found["total_p50_ms"], found["total_p95_ms"], found["audit_p99_ms"]) == (10.0, 30.0, 1.0)
    assert found["generate_p50_ms"] is None


@pytest.mark.parametrize(("k", "chance"), [(1, (2 / 4 + 1) / 2), (2, (1 / 6 + 1) / 2), (4, (0 + 1) / 2)])
def test_that_pass_k_is_worked_by_hand(turn, case, values, k, chance) -> None:
    right, wrong = turn(), turn(crash="X: y")
    half = [case(right if trial < 3 else wrong, trial=trial) for trial in range(1, 5)]
    always = [case(right, name="c-2", trial=trial) for trial in range(1, 5)]
    assert values(pass_k_scores(4)[k - 1], *half, *always)[1] == pytest.approx(chance)


def test_that_one_trial_tells_nothing_of_steadiness() -> None:
    assert pass_k_scores(1) == ()
    assert pass_hat(2)(measured(1.0)) is None
