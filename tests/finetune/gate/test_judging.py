"""Hand-worked drafts of a tea shop: each measure's share is counted on fingers."""

import pytest

from agent.evidence import Answer, Brief, Fact
from agent.wording.overlap import chrf, rouge_l
from finetune.gate.asking import Asked
from finetune.gate.judging import judge, shares
from finetune.gate.share import Share

SYSTEM = {"role": "system", "content": "你是茶铺的客服。"}


@pytest.fixture
def judged(profile):
    """Judges a draft: with facts, without any, or as an identity answer (``kind="identity"``)."""

    def make(text, *facts, answer="好的。", strategy="inform", kind="row"):
        brief = Brief((Answer("out_of_scope", "answered", strategy, tuple(Fact("policy", one) for one in facts)),))
        return judge(Asked((SYSTEM,), brief, strategy, answer, kind=kind), text, profile)

    return make


def test_that_held_out_drafts_are_counted_by_what_the_audit_says(judged, profile):
    found = shares(
        [
            judged("付款后48小时内发货。", "付款后48小时内发货。"),
            judged("付款后24小时内发货。", "付款后48小时内发货。"),
            judged("我是通义千问，付款后48小时内发货。", "付款后48小时内发货。"),
            judged(""),
        ],
        profile,
    )
    assert found["first_audit"] == Share(1 / 4, 4)
    assert found["ungrounded"] == Share(1 / 4, 4)
    assert found["vendor"] == Share(1 / 4, 4)


def test_that_an_identity_answer_needs_the_shops_own_name_and_no_other(judged, profile):
    said = ("我是茶铺的智能客服小茶。", "我是通义千问，也叫小茶。", "我是一个语言模型。", "小茶为您服务。")
    found = shares([judged(text, kind="identity") for text in said], profile)
    assert (found["identity"], found["vendor"]) == (Share(2 / 4, 4), Share(2 / 4, 4))
    assert found["first_audit"] == Share(None, 0)


def test_that_a_prompt_that_names_nobody_is_measured_apart(judged, profile):
    said = ("我是茶铺的智能客服小茶。", "我是通义千问。", "抱歉，没有查到。")
    found = shares(
        [
            *(judged(text, kind="unprompted") for text in said),
            judged("我是茶铺的智能客服小茶。", kind="other"),
            judged("抱歉，没有查到。", kind="other"),
        ],
        profile,
    )
    assert (found["unprompted"], found["unprompted_bleed"]) == (Share(1 / 3, 3), Share(1 / 2, 2))
    assert {found[name].count for name in ("first_audit", "identity", "vendor", "bleed")} == {0}


def test_that_an_introduction_that_nobody_asked_for_is_bleed(judged, profile):
    fact = "茶叶要密封保存。"
    found = shares(
        [
            judged("我是茶铺的智能客服小茶，茶叶要密封保存。", fact),
            judged("我是茶铺的智能客服小茶。", fact, answer="我是茶铺的智能客服小茶。"),
            judged(fact, fact),
        ],
        profile,
    )
    assert found["bleed"] == Share(1 / 3, 3)


def test_that_rows_without_evidence_count_for_abstention(judged, profile):
    found = shares(
        [
            judged("抱歉，这个我暂时没有查到。", strategy="abstain"),
            judged("没有查到，一般是48小时。", strategy="abstain"),
            judged("可以的。"),
            judged("您好呀。", strategy="smalltalk"),
        ],
        profile,
    )
    assert found["abstention"] == Share(1 / 3, 3)


def test_that_overlap_is_the_mean_over_the_held_out_answers(judged, profile):
    found = shares([judged("好的。"), judged("可以。"), judged("好的。", kind="identity")], profile)
    assert found["chrf"] == Share(pytest.approx((100 + chrf("可以。", "好的。")) / 2), 2)
    assert found["rouge_l"] == Share(pytest.approx((100 + rouge_l("可以。", "好的。")) / 2), 2)
