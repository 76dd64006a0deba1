import pytest

from retrieval.errors import ReleaseFormatError
from retrieval.near_words import NearWords, vocabulary_of

TEXTS = ["快递费用由买家承担", "可以开具发票", ""]


@pytest.fixture
def near(use):
    vocabulary = vocabulary_of(TEXTS)
    return NearWords(TEXTS, vocabulary, use.embed(vocabulary), use)


def test_that_a_word_finds_its_neighbour_in_meaning(near):
    scores = near.scores("邮资支付")
    assert scores[0] > scores[1] and scores[2] == 0


def test_that_scores_lie_between_none_and_all(near):
    for question in [*TEXTS, "发票发票", "吗呢", "iphone15 怎么样"]:
        assert ((near.scores(question) >= 0) & (near.scores(question) <= 1)).all()


def test_that_saved_words_score_as_before(near, use, tmp_path):
    near.save(tmp_path)
    assert NearWords.load(tmp_path, TEXTS, use).scores("邮资") == pytest.approx(near.scores("邮资"))


def test_that_words_of_other_texts_are_refused(near, use, tmp_path):
    near.save(tmp_path)
    with pytest.raises(ReleaseFormatError, match="lacks the word"):
        NearWords.load(tmp_path, ["保修一年"], use)


def test_that_no_texts_have_no_scores(use):
    assert NearWords([], (), use.embed([]), use).scores("运费").shape == (0,)
