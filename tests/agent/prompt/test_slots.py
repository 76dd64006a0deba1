from zoneinfo import ZoneInfo

import pytest

from agent.audit.auditor import Auditor
from agent.evidence import Answer, Brief, Fact
from agent.profile import ShopProfile
from agent.prompt import ASK_SLOT, fill, slot
from agent.prompt.slots import Filled

PROFILE = ShopProfile("s", "山野户外", "阿野", "山野技术部", ZoneInfo("Asia/Shanghai"))
FACTS = ("订单A1已发货。", "预计11月18日送达。", "签收后7天内可以退吗？")


@pytest.mark.parametrize(
    ("draft", "text", "named"),
    [
        ("您好，〔1〕〔2〕", "您好，订单A1已发货。预计11月18日送达。", (0, 1)),
        ("〔2〕另外〔1〕", "预计11月18日送达。另外订单A1已发货。", (1, 0)),
        ("〔1〕，〔2〕。", "订单A1已发货，预计11月18日送达。", (0, 1)),
        ("〔2〕哦～", "预计11月18日送达哦～", (1,)),
        ("〔2〕！请留意。", "预计11月18日送达。请留意。", (1,)),
        ("〔3〕。", "签收后7天内可以退吗？", (2,)),
        ("〔 01 〕［2］", "订单A1已发货。预计11月18日送达。", (0, 1)),
        ("没有查到。", "没有查到。", ()),
    ],
)
def test_that_slots_become_the_words_of_their_facts(draft, text, named):
    assert fill(draft, FACTS) == Filled(text, named)


def test_that_a_fact_is_said_once_however_often_it_is_named():
    assert fill("〔1〕〔1〕", FACTS) == Filled("订单A1已发货。", (0,))


def test_that_the_question_of_the_turn_has_its_own_slot():
    assert fill(f"{slot(1)}{ASK_SLOT}", FACTS, "要帮您催吗？") == Filled("订单A1已发货。要帮您催吗？", (0,))
    assert fill(ASK_SLOT, FACTS).text == ASK_SLOT


def test_that_a_slot_inside_a_fact_is_not_read():
    assert fill("〔1〕", ["按〔2〕办理。", "密。"]).text == "按〔2〕办理。"


@pytest.mark.parametrize("draft", ["您好，〔4〕", "〔0〕您好", "您好，〔问〕"])
def test_that_a_slot_that_names_nothing_is_stopped_by_the_audit(draft):
    brief = Brief((Answer("order_status", "answered", "inform", tuple(Fact("order", text) for text in FACTS)),))
    found = Auditor(PROFILE).audit(fill(draft, FACTS).text, brief)
    assert "leak" in {finding.kind for finding in found}
