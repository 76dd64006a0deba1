import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.understanding.confirmation import read_confirmation

CANCEL = "为您取消订单20261115001。"


@pytest.mark.parametrize(
    "text",
    [
        "好的",
        "可以",
        "嗯嗯",
        "行吧",
        "好的谢谢",
        "没问题",
        "OK",
        "好的好的",
        "👌",
        "确认取消",
        "取消吧",
        "帮我取消",
        "嗯,取消吧",
        "是的",
    ],
)
def test_that_a_clear_yes_is_a_yes(text):
    assert read_confirmation(text, CANCEL) == "yes"


@pytest.mark.parametrize(
    "text", ["不用了", "算了", "先别", "不要取消", "别取消了", "不了谢谢", "不行", "先不办", "暂时不用"]
)
def test_that_a_clear_no_is_a_no(text):
    assert read_confirmation(text, CANCEL) == "no"


@pytest.mark.parametrize(
    "text",
    [
        "等等我再想想",
        "可以的,不过地址改成北京",
        "可以吗",
        "好的,那优惠券还能用吗",
        "退吧",
        "换L吧",
        "谢谢",
        "多久到账",
        "不急",
        "你好",
        "好贵",
        "行程单有吗",
        "可以换个颜色再发",
        "",
        "1",
    ],
)
def test_that_anything_else_leaves_the_proposal_open(text):
    assert read_confirmation(text, CANCEL) == "neither"


@pytest.mark.parametrize("text", ["好的 不用了", "是的，但是先别取消", "好吧，算了", "等下 先别取消"])
def test_that_a_refusal_wins_over_a_yes_beside_it(text):
    assert read_confirmation(text, CANCEL) == "no"


def test_that_a_bid_for_another_action_is_no_yes():
    assert read_confirmation("取消吧", "为订单1提交退货申请。") == "neither"


@given(st.text(max_size=20))
def test_that_a_question_is_never_a_yes(text):
    assert read_confirmation(text + "吗?", CANCEL) == "neither"
