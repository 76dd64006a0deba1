from dataclasses import replace

import pytest

from agent.messages import Reply, ToolUse


def reply(text: str) -> Reply:
    return Reply("c", "m", "t", text, "answered", (), "inform", "bot")


@pytest.fixture
def foreign(grounding):
    def look(text, customer="tea-cust-a", asked=()):
        return list(grounding.foreign(customer, asked, reply(text)))

    return look


@pytest.fixture
def claims(grounding):
    """The claims of a text as kind, words and whether they are supported."""

    def look(text, customer="tea-cust-a", asked=(), **more):
        found = grounding.claims(customer, asked, replace(reply(text), **more))
        return [(claim.kind, claim.text, claim.supported) for claim in found]

    return look


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("订单TEA-88155已签收。", ["TEA-88155"]),
        ("寄到陕西省西安市碑林区石榴巷8号。", ["陕西省西安市碑林区石榴巷8号"]),
        ("电话13900002202，单号YT8800112155。", ["13900002202", "YT8800112155"]),
        ("您的订单TEA-88231在路上，单号YT8800112233。", []),
    ],
)
def test_that_another_customers_data_in_a_reply_is_found(foreign, text, found) -> None:
    assert foreign(text) == found


def test_that_what_the_customer_wrote_may_be_repeated(foreign) -> None:
    assert foreign("您账号下没有查到TEA-88155这个单号。", asked=["TEA-88155到哪了"]) == []
    assert foreign("您账号下没有查到TEA-88155这个单号。", asked=["别的话"]) == ["TEA-88155"]


def test_that_a_guest_owns_nothing(foreign) -> None:
    assert foreign("订单TEA-88231已发货。", customer="replay-guest") == ["TEA-88231"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("满199减15，还有9999人在抢。", ["9999"]),
        ("订单TEA-88231共108元，11月16日下单。", []),
        ("价格是328.00元，用满199减15后是313元。", []),
        ("退款金额77.77元。", ["77.77"]),
        ("龙井用８０度水。", []),
    ],
)
def test_that_a_number_from_nowhere_is_found(claims, text, found) -> None:
    assert [words for _, words, supported in claims(text) if not supported] == found


def test_that_amounts_are_told_from_other_numbers(claims) -> None:
    assert claims("龙井用80度水，售价328元，再加¥15") == [
        ("number", "80", True),
        ("amount", "328", True),
        ("amount", "15", True),
    ]


def test_that_a_date_is_matched_by_month_and_day(claims) -> None:
    said = [(words, supported) for kind, words, supported in claims("11月16日下单，3月9日到货") if kind == "date"]
    assert said == [("11月16日", True), ("3月9日", False)]


def test_that_a_promise_must_stand_in_the_pack(claims) -> None:
    assert ("promise", "我们保证明天到", False) in claims("您放心，我们保证明天到。")


def test_that_a_promise_that_is_refused_is_none(claims) -> None:
    assert not [claim for claim in claims("到货时间小店不能保证，也不敢100%承诺。") if claim[0] == "promise"]


def test_that_a_return_number_counts_only_in_the_turn_that_made_the_return(claims) -> None:
    said = "退货申请已提交，申请单号RT202611200001。"
    made = claims(said, tools=(ToolUse("create_return", {}, True, "write"),))
    assert [supported for *_, supported in made] == [True]
    assert [supported for *_, supported in claims(said)] == [False]


def test_that_another_customers_amount_is_a_number_from_nowhere(claims) -> None:
    assert claims("订单金额641元。") == [("amount", "641", False)]
    assert claims("订单金额641元。", customer="tea-cust-b") == [("amount", "641", True)]


@pytest.mark.parametrize(
    ("text", "supported"),
    [
        ("龙井98元，毛尖48元，一共146元。", True),
        ("龙井98元×3，一共294元，用满199减15后是279元。", True),
        ("龙井98元，毛尖48元，一共777元。", False),
        ("一共146元。", False),
    ],
)
def test_that_an_amount_may_be_worked_out_before_the_customers_eyes(claims, text, supported) -> None:
    assert all(found for *_, found in claims(text)) is supported
