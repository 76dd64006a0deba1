import pytest

from retrieval.sentences import rank_sentences

RETURNS = (
    "签收后7天内可以申请退货，商品要保持完好。",
    "退货的运费由买家承担，质量问题由我们承担。",
    "收到退货并验收后3个工作日内退款到原账户。",
    "申请入口在“我的订单”，点击“申请售后”并上传照片。",
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [("退货邮费谁出", 1), ("退的钱几天到账", 2), ("售后怎么申请", 3), ("多少天内能退", 0)],
)
def test_that_the_sentence_of_the_asked_kind_comes_first(use, question, answer):
    assert rank_sentences(question, RETURNS, use, title="退货规则")[0][0] == RETURNS[answer]


def test_that_relevance_falls_and_stays_between_none_and_all(use):
    chances = [chance for _, chance in rank_sentences("运费谁出", RETURNS, use)]
    assert chances == sorted(chances, reverse=True) and all(0 <= chance <= 1 for chance in chances)


def test_that_a_text_without_sentences_has_no_ranking(use):
    assert rank_sentences("运费谁出", (), use) == ()
