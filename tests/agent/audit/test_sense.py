"""A draft has to do with its evidence, or says in few words that it does not know."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from agent.audit import Auditor
from agent.evidence import Answer, Brief, Fact
from agent.profile import ShopProfile

PROFILE = ShopProfile("s", "小店", "小二", "小店技术部", ZoneInfo("Asia/Shanghai"))
BRIEF = Brief((Answer("return_policy", "answered", "inform", (Fact("policy", "赠品要和退货商品一起寄回。"),)),))


def audit(draft: str) -> list[str]:
    return [finding.kind for finding in Auditor(PROFILE).audit(draft, BRIEF)]


def test_that_an_honest_not_known_passes_beside_facts_that_answer_something_else():
    assert audit("二手转卖之后还管不管，这个我没有查到，不敢乱答，麻烦问问人工客服。") == []


def test_that_sympathy_and_the_question_of_the_turn_pass_beside_a_fact_left_unsaid():
    ask = "需要我帮您转接人工同事处理吗？"
    brief = Brief((replace(BRIEF.answers[0], strategy="soothe", ask=ask),))
    assert Auditor(PROFILE).audit(f"让您尴尬了，真的非常抱歉，{ask}", brief) == ()


def test_that_a_story_is_stopped():
    assert audit("从前山里住着老狐狸，它每晚都在河边唱歌跳舞。") == ["language"]


def test_that_a_story_is_stopped_though_it_says_that_it_does_not_know():
    story = "从前山里住着老狐狸，它每晚都在河边唱歌跳舞，听见的都说好" * 2
    assert audit(f"{story}，后来怎样我没有查到。") == ["language"]


@pytest.mark.parametrize("draft", ["还没是说。", "好的亲", "谢谢您", "在的呢"])
def test_that_a_short_draft_that_tells_nothing_is_no_answer(draft):
    assert audit(draft) == ["language"]


@pytest.mark.parametrize("draft", ["要的亲", "是的哦", "一起寄回就行", "您好，我是小二", "这个没查到"])
def test_that_a_short_draft_may_say_yes_or_name_a_word_of_its_evidence(draft):
    assert audit(draft) == []


def test_that_a_short_draft_without_evidence_or_after_a_complaint_is_not_judged():
    soothing = Brief((replace(BRIEF.answers[0], strategy="soothe"),))
    assert Auditor(PROFILE).audit("真的非常抱歉。", soothing) == ()
    assert Auditor(PROFILE).audit("不客气。", Brief((Answer("thanks", "answered", "smalltalk"),))) == ()
