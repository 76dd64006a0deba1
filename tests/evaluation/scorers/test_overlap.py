import pytest
import sacrebleu

from evaluation.scorers.overlap import (
    BLEU_SIGNATURE,
    CHRF_SIGNATURE,
    _bleu,
    _chrf,
    bleu4,
    chrf,
    overlap_scores,
    rouge_l,
)

REPLY, REFERENCE = "您的订单已经发货", "您的订单昨天已发货了"


def test_that_chrf_and_bleu_are_the_librarys_on_characters() -> None:
    assert chrf(REPLY, REFERENCE) == pytest.approx(sacrebleu.sentence_chrf(REPLY, [REFERENCE]).score)
    theirs = sacrebleu.sentence_bleu(" ".join(REPLY), [" ".join(REFERENCE)], tokenize="none").score
    assert bleu4(REPLY, REFERENCE) == pytest.approx(theirs)


def test_that_the_signatures_told_are_the_librarys_own() -> None:
    chrf(REPLY, REFERENCE), bleu4(REPLY, REFERENCE)
    told = [str(metric.get_signature()) for metric in (_chrf(), _bleu())]
    assert [one.rsplit("|", 1)[0] for one in told] == [CHRF_SIGNATURE, BLEU_SIGNATURE]


def test_that_rouge_l_is_worked_by_hand() -> None:
    # longest common run in order: 您的订单已发货 = 7 of 8 and 10 characters
    precision, recall = 7 / 8, 7 / 10
    assert rouge_l(REPLY, REFERENCE) == pytest.approx(100 * 2 * precision * recall / (precision + recall))


def test_that_the_same_words_score_all_and_others_nothing() -> None:
    assert (chrf(REPLY, REPLY), bleu4(REPLY, REPLY), rouge_l(REPLY, REPLY)) == pytest.approx((100, 100, 100))
    assert (chrf("在吗", REPLY), rouge_l("在吗", REPLY)) == (0, 0)


def test_that_overlap_is_told_with_its_signature_and_is_no_gate(turn, case, values) -> None:
    played = case(turn(REPLY, reference=REFERENCE), turn(REPLY))
    for scorer in overlap_scores():
        assert "version:" in scorer.definition.source
        assert (scorer.definition.gate, len(values(scorer, played)[0])) == (False, 1)
