from agent.evidence import Answer, Brief, Fact
from agent.profile import ShopProfile
from agent.wording.composer import Composer

SHOP = {
    "shop_id": "demo",
    "name": "示例店",
    "assistant": "小示",
    "style": {"address": "亲", "max_sentences": 3, "max_chars": 80, "closing": "祝您生活愉快！"},
}


def composer(**style: object) -> Composer:
    merged = {**SHOP, "style": {**SHOP["style"], **style}}  # type: ignore[dict-item]
    return Composer(ShopProfile.from_release(merged))


def answer(*texts: str, strategy: str = "inform", outcome: str = "answered", **more: str) -> Answer:
    facts = tuple(Fact("policy", text) for text in texts)
    return Answer("return_policy", outcome, strategy, facts, **more)  # type: ignore[arg-type]


def test_that_a_reply_is_the_facts_in_the_shops_style() -> None:
    wording = composer().word(Brief((answer("支持7天无理由退货。"),)))
    assert wording.text == "亲，支持7天无理由退货。祝您生活愉快！"


def test_that_a_complaint_gets_no_cheerful_closing() -> None:
    wording = composer().word(Brief((answer("可以为您换货。", strategy="soothe", lead="非常抱歉。"),)))
    assert wording.text == "亲，非常抱歉。可以为您换货。"


def test_that_no_more_sentences_are_said_than_the_shop_allows() -> None:
    wording = composer(max_sentences=2).word(Brief((answer("一是一。", "二是二。", "三是三。"),)))
    assert wording.text == "亲，一是一。二是二。祝您生活愉快！"
    assert [fact.text for fact in wording.facts] == ["一是一。", "二是二。"]


def test_that_each_of_two_questions_gets_its_best_fact_before_either_gets_a_second() -> None:
    brief = Brief((answer("甲一。", "甲二。", "甲三。"), answer("乙一。", "乙二。")))
    assert composer(max_sentences=3, closing="").word(brief).text == "亲，甲一。甲二。乙一。"


def test_that_a_question_to_the_customer_comes_last_and_is_never_left_out() -> None:
    brief = Brief(
        (answer("将为您取消订单。", "订单金额30元。", "其他。", strategy="confirm", outcome="clarify", ask="确认吗？"),)
    )
    assert composer(max_sentences=2).word(brief).text == "亲，将为您取消订单。确认吗？"


def test_that_the_same_fact_is_said_once() -> None:
    brief = Brief((answer("满99元包邮。"), answer("满99元包邮。")))
    assert composer(closing="").word(brief).text == "亲，满99元包邮。"


def test_that_a_sentence_over_the_limit_is_cut_at_a_clause_and_not_in_a_word() -> None:
    long = "退货请先提交申请，" * 20 + "谢谢。"
    text = composer(closing="").word(Brief((answer(long),))).text
    assert len(text) <= 80
    assert text.endswith("申请。")
