import pytest

from retrieval.indexing import build_retriever
from retrieval.passages import Passage, Scope

RETURNS = (
    "签收后7天内可以申请退货，商品要保持完好。",
    "退货的运费由买家承担，质量问题由我们承担。",
    "收到退货并验收后3个工作日内退款到原账户。",
    "申请入口在“我的订单”，点击“申请售后”并上传照片。",
)


@pytest.fixture(scope="module")
def rank(use):
    rules = Passage("returns#0", "returns", "policy", "退货规则", "returns", "", RETURNS, (), Scope(), 1)
    retriever = build_retriever((rules,), use)
    return lambda question: retriever.sentences_of("returns", question)


@pytest.mark.parametrize(
    ("question", "answer"),
    [("退货邮费谁出", 1), ("退的钱几天到账", 2), ("售后怎么申请", 3), ("多少天内能退", 0)],
)
def test_that_the_sentence_of_the_asked_kind_comes_first(rank, question, answer):
    assert rank(question)[0][0] == RETURNS[answer]


def test_that_relevance_falls_and_stays_between_none_and_all(rank):
    chances = [chance for _, chance in rank("运费谁出")]
    assert len(chances) == len(RETURNS)
    assert chances == sorted(chances, reverse=True) and all(0 <= chance <= 1 for chance in chances)
