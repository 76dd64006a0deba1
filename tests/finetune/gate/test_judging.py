"""Hand-worked drafts of a tea shop: each measure's share is counted on fingers."""

import pytest

from agent.evidence import Answer, Brief, Fact
from finetune.config import GateSection
from finetune.gate.judging import IDENTITY_QUESTIONS, Asked, Share, judge, lines, questions, reasons, shares

SYSTEM = {"role": "system", "content": "你是茶铺的客服。"}


@pytest.fixture
def judged(profile):
    """Judges a draft: with facts, without any, or as an identity answer (``answer=None``)."""

    def make(text, *facts, answer="好的。", strategy="inform"):
        brief = Brief((Answer("out_of_scope", "answered", strategy, tuple(Fact("policy", one) for one in facts)),))
        return judge(Asked((SYSTEM,), brief, strategy, answer), text, profile)

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
    found = shares([judged(text, answer=None) for text in said], profile)
    assert (found["identity"], found["vendor"]) == (Share(2 / 4, 4), Share(2 / 4, 4))
    assert found["first_audit"] == Share(None, 0)


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


def test_that_limits_are_held_against_the_adapter_and_the_base_stands_beside_it():
    def all_at(value, **more):
        names = ("first_audit", "ungrounded", "vendor", "identity", "bleed", "abstention")
        return {name: Share(more.get(name, value), 10) for name in names}

    adapter = all_at(0.0, first_audit=0.9, identity=0.96, abstention=0.5, bleed=0.3)
    told = lines(adapter, all_at(0.1, abstention=0.6), (Share(2.0, 50), Share(1.5, 50)), GateSection())
    assert [line.measure for line in told if not line.passes] == ["bleed", "abstention", "loss"]
    assert reasons(told) == (
        "bleed is 0.300, at most 0.020 is asked",
        "abstention is 0.500, at least 0.550 is asked",
        "loss is 2.000, at most 1.500 is asked",
    )
    assert told[0].base == 0.1


def test_that_what_could_not_be_measured_asks_for_nothing_and_says_so():
    nothing = {
        name: Share(None, 0) for name in ("first_audit", "ungrounded", "vendor", "identity", "bleed", "abstention")
    }
    told = lines(nothing, nothing, (Share(1.0, 5), Share(2.0, 5)), GateSection())
    assert {(line.adapter, line.limit, line.passes) for line in told[:-1]} == {(None, None, True)}


def test_that_identity_questions_are_asked_in_the_serving_prompt_without_facts(profile):
    asked = questions([], profile)
    assert len(asked) == len(set(IDENTITY_QUESTIONS)) >= 10
    assert "智能客服小茶" in asked[0].messages[0]["content"]
    assert asked[0].messages[-1]["content"].endswith(IDENTITY_QUESTIONS[0])
