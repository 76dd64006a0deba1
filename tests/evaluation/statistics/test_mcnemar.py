import pytest
from scipy.stats import binomtest

from evaluation.statistics.mcnemar import mcnemar


@pytest.mark.parametrize(("broke", "mended"), [(0, 5), (3, 9), (7, 7), (1, 0), (20, 45)])
def test_that_the_p_value_is_scipys_exact_binomial_test(broke, mended) -> None:
    assert mcnemar(broke, mended) == pytest.approx(binomtest(broke, broke + mended, 0.5).pvalue)


def test_that_no_discordant_case_shows_nothing() -> None:
    assert mcnemar(0, 0) == 1.0


def test_that_six_to_none_by_hand_is_one_in_thirty_two() -> None:
    assert mcnemar(0, 6) == 2 / 64
