from agent.facts.policies import answer_facts
from retrieval.passages import Passage
from retrieval.retriever import Hit


def _hit(name, *sentences):
    passage = Passage(f"{name}#0", name, "policy", name, "shipping", "", tuple(text for text, _ in sentences))
    return Hit(passage, 0.9, 0.5, 0.8, 0.5, sentences, (passage,))


def test_that_what_two_policies_say_alike_is_said_once():
    fees = _hit("fees", ("偏远地区不支持顺丰加急。", 0.9), ("满88元包邮。", 0.8))
    remote = _hit("remote", ("偏远地区订单不支持顺丰加急。", 0.85))
    assert [fact.text for fact in answer_facts((fees, remote), "")] == ["偏远地区不支持顺丰加急。", "满88元包邮。"]


def test_that_sentences_with_other_figures_are_both_said():
    fees = _hit("fees", ("内地订单满88元包邮。", 0.9))
    remote = _hit("remote", ("内地订单满99元包邮。", 0.85))
    assert len(answer_facts((fees, remote), "")) == 2


def test_that_the_row_that_is_named_comes_before_the_better_match():
    table = _hit("abroad", ("目的地：韩国，运费35元。", 0.9), ("目的地：法国，运费98元。", 0.6))
    assert answer_facts((table,), "寄法国多少钱")[0].text == "目的地：法国，运费98元。"
    assert len(answer_facts((table,), "寄法国多少钱")) == 1
