from math import log, sqrt

import numpy as np
import pytest
from scipy import stats

from evaluation.online.power import fixed_size, sequential_size, share_variance
from evaluation.online.sequential import ALPHA, ArmSample, always_valid_p, radius, ratio_is_off, read_difference

DAYS, A_DAY = 60, 40


def looks(rate_a, rate_b, experiments, seed, min_effect=0.05):
    """Read each of many experiments every day; how each one stood at each look."""
    random = np.random.default_rng(seed)
    a, b = (np.cumsum(random.binomial(A_DAY, rate, size=(experiments, DAYS)), axis=1) for rate in (rate_a, rate_b))
    for won_a, won_b in zip(a, b, strict=True):
        samples = [
            (ArmSample(A_DAY * day, x, x), ArmSample(A_DAY * day, y, y))
            for day, (x, y) in enumerate(zip(won_a.tolist(), won_b.tolist(), strict=True), 1)
        ]
        yield [read_difference(one, other, min_effect) for one, other in samples]


@pytest.mark.parametrize("rate", [0.03, 0.1, 0.5])
def test_that_of_a_thousand_null_experiments_looked_at_daily_at_most_five_in_a_hundred_are_called_wins(rate):
    found = list(looks(rate, rate, 1_000, seed=7))
    wins = sum(any(reading.standing == "better" for reading in one) for one in found)
    claims = sum(any(reading.standing in ("better", "worse") for reading in one) for one in found)
    assert wins / 1_000 <= ALPHA
    assert claims / 1_000 <= ALPHA


def test_that_looking_daily_at_an_ordinary_p_value_would_claim_several_times_as_many():
    random = np.random.default_rng(7)
    a, b = (np.cumsum(random.binomial(A_DAY, 0.1, size=(1_000, DAYS)), axis=1) for _ in range(2))
    n = A_DAY * np.arange(1, DAYS + 1)
    rates, other = a / n, b / n
    z = (other - rates) / np.sqrt((rates * (1 - rates) + other * (1 - other)) / n + 1e-12)
    assert (np.abs(z) > 1.96).any(axis=1).mean() > 0.2


def test_that_a_difference_of_the_size_asked_about_is_shown_in_time():
    found = list(looks(0.1, 0.16, 200, seed=3, min_effect=0.06))
    needed = sequential_size(share_variance(0.1), share_variance(0.16), 0.06)
    assert needed < 2 * DAYS * A_DAY
    by_then = needed // (2 * A_DAY)
    assert sum(any(one.standing == "better" for one in reading[:by_then]) for reading in found) / 200 >= 0.78


def test_that_the_interval_and_the_p_value_agree():
    for difference in np.linspace(-0.2, 0.2, 41).tolist():
        assert (always_valid_p(difference, 0.0004, 0.05) < 0.05) == (abs(difference) > radius(0.0004, 0.05))


def test_that_the_p_value_is_the_one_worked_by_hand():
    # V = .0004, tau = .02: the mixture ratio is sqrt(1/2) * exp(d^2 / (4 V)); at d = .1 that is .7071 * exp(6.25) = 366.3
    assert always_valid_p(0.1, 0.0004, 0.02) == pytest.approx(1 / 366.27, rel=1e-3)
    assert radius(0.0004, 0.02) == pytest.approx(sqrt(0.0008 * log(800)), rel=1e-9)


def test_that_the_mixture_ratio_is_the_integral_over_effects():
    effects = stats.norm(0, 0.05).rvs(200_000, random_state=1)
    ratio = np.mean(stats.norm(effects, 0.02).pdf(0.04)) / stats.norm(0, 0.02).pdf(0.04)
    assert always_valid_p(0.04, 0.0004, 0.05) == pytest.approx(min(1, 1 / ratio), rel=0.02)


def test_that_few_customers_say_nothing():
    reading = read_difference(ArmSample(99, 0, 0), ArmSample(500, 400, 400), 0.05)
    assert (reading.standing, reading.low) == ("too early to say", None)
    assert read_difference(ArmSample(0), ArmSample(5, 1, 1), 0.05).difference is None


def test_that_a_worse_variation_is_called_worse():
    assert read_difference(ArmSample(2_000, 400, 400), ArmSample(2_000, 100, 100), 0.05).standing == "worse"


@pytest.mark.parametrize(
    ("counts", "off"), [((500, 500), False), ((520, 480), False), ((600, 400), True), ((0, 0), False)]
)
def test_that_arms_of_the_wrong_size_raise_an_alarm(counts, off):
    assert ratio_is_off(*counts, 0.5) is off
    if sum(counts):
        assert bool(stats.chisquare(counts).pvalue < 0.001) is off


def test_that_the_size_is_the_textbooks():
    # 10 % against 12 %, 5 % two-sided, power 80 %: 3,839 an arm (z-test, unpooled)
    assert fixed_size(0.1 * 0.9, 0.12 * 0.88, 0.02) == pytest.approx(2 * 3_839, abs=2)


def test_that_looking_at_any_time_costs_more_customers():
    fixed, sequential = (
        size(share_variance(0.1), share_variance(0.12), 0.02) for size in (fixed_size, sequential_size)
    )
    assert fixed < sequential < 3 * fixed


def test_that_the_mean_and_variance_are_those_of_the_values():
    sample = ArmSample.of([0.0, 0.0, 1.0, 0.0, 1.0] * 500)
    assert sample.mean == 0.4
    assert sample.variance == pytest.approx(0.24, rel=0.01)
    assert ArmSample.of([]).mean is None
