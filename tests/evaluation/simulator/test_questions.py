import pytest

from evaluation.simulator.questions import read_question


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("麻烦把订单号发给我好吗？", ("order",)),
        ("您名下有几笔订单。请问您说的是哪一笔？", ("order",)),
        ("请把新的收货地址完整发给我，写到门牌号。", ("address",)),
        ("请问想换成什么颜色和尺码？", ("color", "size")),
        ("方便说下身高体重吗？", ("measure",)),
        ("请问您说的是哪一款商品呢？", ("product",)),
        ("请问退货原因是什么？", ("reason",)),
        ("请提供您的联系电话。", ("phone",)),
        ("订单20261115001已于11月16日发货。", ()),
        ("请在7天内寄回原商品并填写单号。", ()),
    ],
)
def test_that_what_is_asked_for_is_read_from_the_words(text, slots) -> None:
    assert read_question(text).slots == slots


@pytest.mark.parametrize(
    ("text", "proposal"),
    [
        ("将为您取消订单20261120002，取消后不能恢复。请问确认这样办理吗？", "cancel_order"),
        ("将为订单1提交退货申请，退款金额459元。请问确认提交吗？", "create_return"),
        ("将把订单1的收货地址改为幸福路1号。请问确认这样办理吗？", "change_address"),
        ("「新客券」满129减25。需要我现在帮您领取吗？", "issue_coupon"),
        ("圆领衫（驼色 M）暂时缺货，将为您登记到货通知。请问需要登记吗？", "subscribe_restock"),
        ("请问您要取消的是哪一笔订单？", None),
        ("需要我转人工同事为您跟进吗？", None),
        ("已付款未配货的订单可以直接取消。", None),
    ],
)
def test_that_what_is_put_to_a_yes_is_read_from_the_words(text, proposal) -> None:
    assert read_question(text).proposal == proposal


@pytest.mark.parametrize(
    "text", ["需要我转人工同事为您跟进吗？", "需要的话回复“人工”，我请同事帮您跟进。", "需要我帮您转接人工同事处理吗？"]
)
def test_that_the_offer_of_a_person_is_heard(text) -> None:
    assert read_question(text).offers_person


def test_that_a_customer_hears_when_they_were_not_understood_or_a_number_is_not_there() -> None:
    assert read_question("抱歉我没太明白您的意思，可以换个说法再告诉我一次吗？").is_lost
    assert read_question("您账号下没有查到123这个单号。").is_not_found
    assert not read_question("好的，已为您取消。").is_lost
