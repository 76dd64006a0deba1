import pytest

from agent.messages import CustomerMessage
from agent.skills.rule_questions import asks_rule_of_change
from agent.turn.context import Notes
from agent.understanding.understand import IntentScore, Understanding


class TurnOf:
    def __init__(self, text: str) -> None:
        self.message = CustomerMessage("c-1", "m-1", "U1", text)
        self.understood = Understanding.nothing(text)
        self.notes = Notes()


def asks_rule(text: str, intent="cancel_order") -> bool:
    return asks_rule_of_change(TurnOf(text), IntentScore(intent, 0.9, text))


@pytest.mark.parametrize(
    "text",
    [
        "取消会扣手续费吗",
        "取消要不要收费",
        "取消之后钱几天能退",
        "取消了还能恢复么",
        "要是取消了钱退到哪",
        "取消的话积分还在不",
        "预售的杯子能取消不",
        "发货之前可以取消吗",
        "一个月最多取消几次",
        "取消完多久能看到退款",
    ],
)
def test_that_a_question_on_the_terms_of_cancelling_asks_for_the_rule(text) -> None:
    assert asks_rule(text)


@pytest.mark.parametrize(
    "text",
    [
        "取消订单",
        "帮我取消吧，多久能退",
        "这单能取消吗",
        "能取消吗",
        "我昨天买的预售能取消吗",
        "麻烦取消一下可以吗",
        "怎么取消",
    ],
)
def test_that_the_wish_to_cancel_is_no_question_for_the_rule(text) -> None:
    assert not asks_rule(text)


@pytest.mark.parametrize("text", ["登记一直有效吗", "有货了打电话还是发短信啊", "到货怎么通知呢", "提醒能设置几个"])
def test_that_how_a_reminder_works_starts_none(text) -> None:
    assert asks_rule(text, "restock_notify")


@pytest.mark.parametrize("text", ["改到海岛去要补差价吗", "改地址收费不", "要是改成外省运费怎么算"])
def test_that_what_a_new_address_costs_asks_for_no_address(text) -> None:
    assert asks_rule(text, "change_address")


async def test_that_a_question_after_the_cancelling_is_answered_by_the_rule(fang) -> None:
    await fang.say("取消订单TEA-88240")
    assert (await fang.say("好的")).strategy == "done"
    told = await fang.say("取消要收手续费吗")
    assert told.pending_action is None
    assert "policy" in {source.kind for source in told.sources}


async def test_that_a_question_on_a_proposal_is_answered_and_the_proposal_kept(fang) -> None:
    await fang.say("取消订单TEA-88240")
    told = await fang.say("等等，取消以后钱多久退回来")
    assert "policy" in {source.kind for source in told.sources}
    assert "确认取消" in told.reply
    assert (await fang.say("嗯那确认取消")).strategy == "done"
    assert fang.status("TEA-88240") == "cancelled"
