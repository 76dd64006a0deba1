import pytest

from retrieval.answer_types import asked_types, held_types


@pytest.mark.parametrize(
    ("question", "kind"),
    [("几天到账", "duration"), ("运费谁出", "party"), ("能开专票吗", "permission"), ("怎么申请", "manner"),
     ("要多少钱", "amount"), ("啥时候发", "moment"), ("发什么快递", "carrier"), ("为啥还不发", "reason"), ("在哪里领", "place")],
)  # fmt: skip
def test_that_a_question_says_what_it_asks_for(question, kind):
    assert kind in asked_types(question)


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [("48小时内退款。", "duration"), ("由买家承担运费。", "party"), ("不支持货到付款。", "permission"), ("收运费12元。", "amount"),
     ("默认发顺丰。", "carrier"), ("请上传照片。", "manner"), ("每天18点截单。", "moment"), ("限购2件。", "count")],
)  # fmt: skip
def test_that_a_sentence_shows_what_it_holds(sentence, kind):
    assert kind in held_types(sentence)


def test_that_a_statement_asks_for_nothing():
    assert asked_types("你好") == frozenset()
