from random import Random

import pytest

from agent.prompt import fill
from finetune.data.preparing.phrasing import mistype, say_politely, turn_around, variants, write_traditionally
from finetune.data.preparing.slots import as_slots

FACTS = ("付款后48小时内发货。", "满99元包邮。")


@pytest.mark.parametrize(
    ("rule", "question", "written"),
    [
        (turn_around, "能不能开发票", "开发票可以吗"),
        (turn_around, "有没有礼盒？", "礼盒有吗"),
        (turn_around, "我在新疆，运费多少", "运费多少，我在新疆"),
        (turn_around, "我在新疆，那运费多少", "我在新疆，那运费多少"),
        (turn_around, "可以用什么付款", "可以用什么付款"),
        (say_politely, "请问能退吗", "能退吗"),
        (write_traditionally, "退货运费谁出", "退貨運費誰出"),
    ],
)
def test_that_a_rule_writes_a_question_otherwise_or_leaves_it(rule, question, written):
    assert rule(question, Random(0)) == written


def test_that_a_slip_is_one_of_the_input_methods():
    slip = mistype("我要退货", Random(0))
    assert len(slip) == 4 and slip.startswith("我要") and slip != "我要退货"
    assert mistype("好的", Random(0)) == "好的"


def test_that_wordings_differ_and_follow_from_the_seed():
    made = variants("能不能退货", 4, Random("a"))
    assert len(set(made)) == len(made) == 4 and "能不能退货" not in made
    assert variants("能不能退货", 4, Random("a")) == made
    assert variants("能不能退货", 0, Random("a")) == ()


@pytest.mark.parametrize(
    ("answer", "slots"),
    [
        ("亲，付款后48小时内发货。满99元包邮。", "亲，〔1〕〔2〕"),
        ("亲，满99元包邮哦", "亲，〔2〕哦"),
        ("亲，满99元包邮", "亲，〔2〕"),
        ("满99元包邮，付款后48小时内发货。", "满99元包邮，〔1〕"),
        ("没有查到。", "没有查到。"),
    ],
)
def test_that_a_fact_said_as_a_whole_sentence_becomes_a_slot(answer, slots):
    written = as_slots(answer, FACTS)
    assert fill(written, FACTS).text.rstrip("。") == answer.rstrip("。")
    assert written == slots
