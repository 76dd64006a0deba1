import logging

import pytest

from retrieval.errors import ReleaseFormatError
from retrieval.lexical import LexicalIndex
from retrieval.words import words_of

TEXTS = ["满299元包邮", "满199元收运费", "开具增值税专用发票", ""]


def test_that_a_number_finds_the_text_that_has_it():
    scores = LexicalIndex.build(TEXTS).scores("满199")
    assert scores.argmax() == 1


def test_that_scores_lie_between_none_and_all():
    index = LexicalIndex.build(TEXTS)
    for question in [*TEXTS, "满199元收运费满199元收运费", "完全无关的话"]:
        assert (index.scores(question) >= 0).all() and (index.scores(question) <= 1).all()


def test_that_a_colloquial_word_finds_the_policys_word():
    assert LexicalIndex.build(TEXTS).scores("专票")[2] > 0.3


@pytest.mark.parametrize("texts", [TEXTS, [""], []])
def test_that_a_saved_index_scores_as_before(tmp_path, texts):
    index = LexicalIndex.build(texts)
    index.save(tmp_path)
    assert LexicalIndex.load(tmp_path).scores("满199元运费").tolist() == index.scores("满199元运费").tolist()


def test_that_a_broken_index_is_refused(tmp_path):
    LexicalIndex.build(TEXTS).save(tmp_path)
    (tmp_path / "lexical" / "rarity.json").write_text("{")
    with pytest.raises(ReleaseFormatError, match="word index"):
        LexicalIndex.load(tmp_path)


def test_that_cutting_words_says_and_writes_nothing(capfd, caplog):
    with caplog.at_level(logging.DEBUG, "jieba"):
        assert "运费" in words_of("运费是多少")
    assert capfd.readouterr() == ("", "") and not caplog.records
