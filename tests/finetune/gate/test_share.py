import pytest

from finetune.gate.share import Share, mean_of, ratio_of


def test_that_a_mean_of_nothing_is_no_figure():
    assert mean_of([]) == Share(None, 0)


def test_that_a_ratio_weighs_each_text_by_its_tokens():
    assert ratio_of([(6.0, 2), (2.0, 2), (1.0, 1)]) == Share(9 / 5, 5)


def test_that_the_interval_is_the_one_of_a_share_of_a_half():
    # Of 400 drafts the share has a standard error of 0.025, so the interval reaches about 0.049 to each side.
    found = mean_of([1.0, 0.0] * 200)
    assert (found.low, found.high) == (pytest.approx(0.451, abs=0.008), pytest.approx(0.549, abs=0.008))


def test_that_one_draft_alone_has_no_interval():
    assert (mean_of([1.0]).low, mean_of([1.0, 1.0]).low) == (None, 1.0)
