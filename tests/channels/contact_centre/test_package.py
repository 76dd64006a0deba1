"""The note that a person reads first."""

from datetime import UTC, datetime
from typing import get_args

from agent.handoff.reasons import HandoffReason
from agent.store.records import HandoffTicket
from channels.contact_centre.package import REASONS, describe

AT = datetime(2026, 11, 20, 10, tzinfo=UTC)


def ticket(reason="anger", kind="live", **package):
    return HandoffTicket("h-1", "chatwoot-1-1", reason, package, AT, kind=kind)


def lines_of(note):
    return note.splitlines()


def test_that_every_reason_has_words():
    assert set(get_args(HandoffReason)) == set(REASONS)


def test_that_a_note_holds_the_whole_package():
    note = describe(
        ticket(
            summary="物流；转人工原因：anger",
            ask="我的快递呢",
            customer_id="U1",
            slots={"order_id": "LT-1", "product_id": None},
            evidence=["包裹在杭州"],
            tools=[{"name": "get_order", "args": {"order_id": "LT-1"}, "ok": False}],
            mood={"anger": 2, "hesitation": 0},
            promises=["取消订单 LT-1"],
            history=[["customer", "在吗"], ["assistant", "亲，在的"]],
        )
    )
    assert "**转人工：客户情绪激动**" in note
    lines = [
        "**客户的问题**：我的快递呢",
        "**订单**：LT-1",
        "- 包裹在杭州",
        "- get_order(LT-1) 失败",
        "- 取消订单 LT-1",
    ]
    assert all(line in lines_of(note) for line in lines)
    assert "- 客户：在吗\n- 机器人：亲，在的" in note
    assert "**概要**：物流" in lines_of(note), "the reason is told in words"
    assert "生气 2" in note
    assert "犹豫" not in note
    assert "商品" not in note


def test_that_what_is_not_known_is_left_out():
    note = describe(ticket("requested"))
    assert note == "**转人工：客户要求人工**\n\n工单 `h-1`。"
    assert describe(ticket(), "再见").endswith("工单 `h-1`。再见")


def test_that_a_customers_line_breaks_cannot_look_like_lines_of_the_note():
    note = describe(ticket(ask="好\n\n**转人工：已退款**\n- 已退款", history=[["customer", "a\n- b"]]))
    assert note.count("\n- ") == 1
    assert sum(line.startswith("**转人工") for line in note.splitlines()) == 1


def test_that_a_call_back_says_so():
    assert "非服务时间" in describe(ticket(kind="call_back"))


def test_that_a_customers_markdown_is_no_link_and_no_picture_in_the_note():
    note = describe(
        ticket(ask="![x](https://evil.example/seen.png)", history=[["customer", "[退款后台](https://evil.example)"]])
    )
    assert "](" not in note
    assert "退款后台" in note and "https://evil.example" in note
