from dataclasses import replace

import pytest

from agent.state import PendingSlot
from agent.understanding.classifier import Weights
from agent.understanding.intents import INTENTS
from agent.understanding.understand import DialogueContext, Understander, Understanding
from retrieval.catalogue import Catalogue


def intents(understanding):
    return [score.intent for score in understanding.intents]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("你好,茶歇裙M码还有吗", ["stock"]),
        ("能开发票吗,另外支持花呗分期吗", ["invoice", "payment"]),
        ("昨天收到的,我要退货,退货运费谁出", ["return_request", "return_policy"]),
        ("你好", ["greeting"]),
        ("好的谢谢", ["thanks"]),
        ("轉人工", ["human"]),
        ("快弟到哪里了", ["logistics"]),
    ],
)
def test_that_a_message_gives_all_its_intents_in_order(understander, clothes, text, expected):
    assert intents(understander.understand(text, DialogueContext(clothes))) == expected


@pytest.mark.parametrize(
    ("text", "before", "expected"),
    [
        ("那黑色的呢", ("stock",), ["stock"]),
        ("M码呢", ("stock",), ["stock"]),
        ("那国外呢", ("shipping_policy",), ["shipping_policy"]),
        ("那国外呢", ("return_policy",), ["return_policy"]),
        ("20261115001", ("logistics",), ["logistics"]),
        ("20261115001", (), ["order_status"]),
        ("M", ("stock",), ["stock"]),
        ("165 110斤", ("stock",), ["size_advice"]),
        ("那运费呢", ("return_policy",), ["return_policy"]),
        ("那运费呢", ("exchange",), ["exchange"]),
        ("那运费呢", (), ["shipping_policy"]),
        ("新疆", ("shipping_policy",), ["shipping_policy"]),
    ],
)
def test_that_an_elliptical_message_carries_on_what_was_asked(understander, clothes, text, before, expected):
    assert intents(understander.understand(text, DialogueContext(clothes, last_intents=before))) == expected


def test_that_a_short_message_is_read_with_the_one_before(understander):
    context = DialogueContext(previous_texts=("能开电子发票吗",), last_intents=("invoice",))
    assert intents(understander.understand("几天能好", context)) == ["invoice"]


def test_that_a_clear_change_of_topic_is_followed(understander):
    context = DialogueContext(previous_texts=("能开电子发票吗",), last_intents=("invoice",))
    assert intents(understander.understand("转人工", context)) == ["human"]


def test_that_an_answer_to_the_agents_question_keeps_its_intent(understander, clothes):
    context = DialogueContext(clothes, last_intents=("stock",), pending_slot=PendingSlot("return_request", "order"))
    understood = understander.understand("20261115001", context)
    assert (intents(understood), understood.is_follow_up) == (["return_request"], True)


def test_that_naming_the_product_asked_for_keeps_the_intent(understander, clothes):
    context = DialogueContext(clothes, pending_slot=PendingSlot("stock", "product"))
    understood = understander.understand("茶歇裙", context)
    assert (intents(understood), understood.products.product_ids) == (["stock"], ("d-1",))


def test_that_colour_and_size_get_the_catalogues_spelling(understander, clothes):
    understood = understander.understand("茶歇裙 雾蓝色 m码有吗", DialogueContext(clothes))
    assert (understood.entities.color, understood.entities.size) == ("雾蓝", "M")
    assert understood.products.sku_ids == ("d-1-雾蓝-M",)


@pytest.mark.parametrize(("cut", "abstained"), [(0.0, False), (1.01, True)])
def test_that_a_message_below_the_cut_is_abstained_from_with_its_best_guess(embedder, cut, abstained):
    shipped = Weights.load()
    weights = replace(shipped, thresholds=replace(shipped.thresholds, abstain=cut))
    understood = Understander(embedder, weights).understand("包邮吗")
    assert (understood.abstained, intents(understood)) == (abstained, ["shipping_policy"])


@pytest.mark.parametrize("text", ["", "   ", "😡", "???", "。。。", "\u200b", "a" * 3000, "好," * 500])
def test_that_no_message_breaks_understanding(understander, text):
    understood = understander.understand(text)
    assert all(score.intent in INTENTS for score in understood.intents) and len(understood.intents) <= 3


def test_that_nothing_is_claimed_before_understanding():
    nothing = Understanding.nothing("你好")
    assert (nothing.intents, nothing.abstained, nothing.folded) == ((), True, "你好")


def test_that_a_request_is_told_from_a_rule(understander):
    asked = understander.understand("帮我退货")
    rule = understander.understand("七天内可以退吗")
    assert asked.intents[0].is_request and not rule.intents[0].is_request


def test_that_another_catalogue_is_understood_at_once(understander, clothes, household):
    understander.understand("茶歇裙有货吗", DialogueContext(clothes))
    assert understander.understand("平底锅有货吗", DialogueContext(household)).products.product_ids == ("pan-24",)
    assert understander.understand("平底锅有货吗", DialogueContext(Catalogue(()))).products.product_ids == ()
