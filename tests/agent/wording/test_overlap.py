import pytest
import sacrebleu

from agent.wording.overlap import bleu4, bleu_metric, bleu_signature, chrf, chrf_metric, chrf_signature, rouge_l

REPLY, REFERENCE = "您的订单已经发货", "您的订单昨天已发货了"


def test_that_chrf_and_bleu_are_the_librarys_on_characters():
    assert chrf(REPLY, REFERENCE) == pytest.approx(sacrebleu.sentence_chrf(REPLY, [REFERENCE]).score)
    theirs = sacrebleu.sentence_bleu(" ".join(REPLY), [" ".join(REFERENCE)], tokenize="none").score
    assert bleu4(REPLY, REFERENCE) == pytest.approx(theirs)


def test_that_the_signatures_told_are_the_librarys_own():
    chrf(REPLY, REFERENCE), bleu4(REPLY, REFERENCE)
    told = [str(metric.get_signature()) for metric in (chrf_metric(), bleu_metric())]
    assert told == [chrf_signature(), bleu_signature()]


def test_that_rouge_l_is_worked_by_hand():
    # longest common run in order: 您的订单已发货 = 7 of 8 and 10 characters
    precision, recall = 7 / 8, 7 / 10
    assert rouge_l(REPLY, REFERENCE) == pytest.approx(100 * 2 * precision * recall / (precision + recall))


def test_that_the_same_words_score_all_and_others_nothing():
    assert (chrf(REPLY, REPLY), bleu4(REPLY, REPLY), rouge_l(REPLY, REPLY)) == pytest.approx((100, 100, 100))
    assert (chrf("在吗", REPLY), rouge_l("在吗", REPLY)) == (0, 0)
