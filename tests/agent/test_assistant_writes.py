import asyncio

import pytest

from agent.store.sqlite import SqliteStore, open_store
from tools.errors import ToolError
from tools.mock_apis.faults import Fault

CANCEL = "取消订单TEA-88240"


class Crash(Exception):
    """The process dies here."""


class CrashingStore:
    """A store whose process dies once: after it wrote an intent, or before it writes an end or a turn."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.dies = ""

    def __getattr__(self, name):
        return getattr(self.store, name)

    def _reach(self, point: str) -> None:
        if self.dies == point:
            self.dies = ""
            raise Crash

    async def intend(self, *args):
        known = await self.store.intend(*args)
        self._reach("intend")
        return known

    async def settle(self, *args):
        self._reach("settle")
        await self.store.settle(*args)

    async def commit(self, *args):
        self._reach("commit")
        await self.store.commit(*args)


def cancels(requests: list[str]) -> int:
    return sum(request == "POST /orders/TEA-88240/cancel" for request in requests)


async def test_that_a_write_waits_for_the_customers_yes(fang) -> None:
    proposal = await fang.say(CANCEL)
    assert (proposal.outcome, proposal.strategy) == ("clarify", "confirm")
    assert proposal.pending_action.tool == "cancel_order"
    assert not any(use.effect == "write" for use in proposal.tools)
    assert fang.status("TEA-88240") == "paid"
    done = await fang.say("好的")
    assert (done.outcome, done.strategy) == ("answered", "done")
    assert fang.status("TEA-88240") == "cancelled"
    assert "89元会原路退回" in done.reply


@pytest.mark.parametrize("yes", ["是的", "可以", "确认取消", "嗯嗯取消吧", "好的，帮我取消，谢谢", "ok", "那就取消吧"])
async def test_that_a_yes_in_other_words_is_a_yes(fang, yes) -> None:
    await fang.say(CANCEL)
    assert (await fang.say(yes)).strategy == "done"


@pytest.mark.parametrize("text", ["可以吗？", "多久退款", "先等等", "好的 不过先别取消", "我想想", "取消后能恢复吗"])
async def test_that_a_message_that_leaves_it_open_writes_nothing(fang, text) -> None:
    await fang.say(CANCEL)
    assert (await fang.say(text)).strategy != "done"
    assert fang.status("TEA-88240") == "paid"


async def test_that_thanks_for_another_answer_are_no_yes(fang) -> None:
    await fang.say(CANCEL)
    await fang.say("龙井用几度水泡")
    assert (await fang.say("好的谢谢")).strategy != "done"
    assert fang.status("TEA-88240") == "paid"


async def test_that_a_proposal_left_open_is_taken_up_by_a_yes_that_names_it(fang) -> None:
    await fang.say(CANCEL)
    await fang.say("龙井用几度水泡")
    assert (await fang.say("好，取消吧")).strategy == "done"
    assert fang.status("TEA-88240") == "cancelled"


async def test_that_a_no_drops_the_proposal(fang) -> None:
    await fang.say(CANCEL)
    dropped = await fang.say("不用了")
    assert "先不办理" in dropped.reply
    assert (await fang.say("好的")).strategy != "done"
    again = await fang.say("确认取消")
    assert again.strategy != "done"
    assert fang.status("TEA-88240") == "paid"


async def test_that_changed_arguments_need_a_yes_of_their_own(fang) -> None:
    first = await fang.say("把TEA-88240的地址改成浙江省杭州市西湖区文三路9号")
    second = await fang.say("改成浙江省杭州市西湖区文三路10号吧")
    assert second.strategy == "confirm"
    assert second.pending_action.args_hash != first.pending_action.args_hash
    await fang.say("好的")
    address = next(row["address"] for row in fang.apis.snapshot()["orders"] if row["order_id"] == "TEA-88240")
    assert address == "浙江省杭州市西湖区文三路10号"


async def test_that_a_second_proposal_replaces_the_first(fang) -> None:
    await fang.say(CANCEL)
    assert (await fang.say("TEA-88102我要退货")).pending_action.tool == "create_return"
    await fang.say("好的")
    assert fang.status("TEA-88240") == "paid"
    assert len(fang.apis.snapshot()["returns"]) == 1


async def test_that_a_yes_after_the_order_was_cancelled_elsewhere_is_refused_with_the_reason(fang) -> None:
    proposal = await fang.say(CANCEL)
    assert proposal.pending_action is not None
    orders = fang.assistant.backends.orders
    await orders.cancel_order("tea-cust-a", "TEA-88240", reason="别处取消", key="elsewhere-1")
    fang.requests.clear()
    late = await fang.say("好的")
    assert (late.outcome, late.strategy) == ("declined", "decline")
    assert "TEA-88240已取消" in late.reply
    assert cancels(fang.requests) == 0


async def test_that_a_yes_is_refused_with_the_reason_when_the_order_was_shipped_meanwhile(tea, counter_of) -> None:
    async with counter_of(tea, "tea-cust-a") as counter:
        await counter.say(CANCEL)
        counter.apis._store.rows("UPDATE orders SET status = 'shipped' WHERE order_id = 'TEA-88240'")
        late = await counter.say("好的")
        assert (late.outcome, late.strategy) == ("declined", "decline")
        assert "已发货" in late.reply
        assert cancels(counter.requests) == 0
        assert await counter.store.unsettled() == ()


async def test_that_the_back_ends_own_refusal_is_told(fang) -> None:
    await fang.say("98一两龙井太贵了吧", product_id="tea-longjing")
    await fang.assistant.backends.orders.issue_coupon("tea-cust-a", "tea-wait-8", key="elsewhere-2")
    refused = await fang.say("好的")
    assert refused.outcome == "declined"
    assert "已经领取过" in refused.reply


async def test_that_a_write_whose_answer_is_lost_is_done_once_and_told_from_its_receipt(fang) -> None:
    await fang.say(CANCEL)
    fang.requests.clear()
    fang.apis.orders_faults.set(Fault(kind="hang", match="POST */cancel", acts=True))
    done = await fang.say("好的")
    assert done.strategy == "done"
    assert fang.status("TEA-88240") == "cancelled"
    assert cancels(fang.requests) == 1


async def test_that_a_write_of_unknown_end_is_told_as_such_and_goes_to_a_person(fang) -> None:
    await fang.say(CANCEL)
    fang.apis.orders_faults.set(
        Fault(kind="hang", match="POST */cancel", acts=True), Fault(kind="error", match="GET /actions/*")
    )
    unknown = await fang.say("好的")
    assert unknown.handoff.reason == "unknown_outcome"
    assert "没有确认" in unknown.reply
    assert "已为您取消" not in unknown.reply
    assert [action.outcome for action in await fang.store.unsettled()] == ["unknown"]


async def test_that_a_write_that_never_arrived_is_told_as_not_done(fang) -> None:
    await fang.say(CANCEL)
    fang.apis.orders_faults.set(Fault(kind="error", status=503, match="POST */cancel"))
    failed = await fang.say("好的")
    assert (failed.outcome, failed.strategy) == ("declined", "abstain")
    assert "没有办成" in failed.reply
    assert fang.status("TEA-88240") == "paid"


async def test_that_an_outage_while_the_order_is_checked_again_is_told_as_not_done(fang) -> None:
    await fang.say(CANCEL)
    fang.apis.orders_faults.set(Fault(kind="error", status=503))
    failed = await fang.say("好的")
    assert failed.outcome == "declined"
    assert "没有办成" in failed.reply
    fang.apis.orders_faults.clear()
    assert fang.status("TEA-88240") == "paid"


async def test_that_a_failed_write_can_be_proposed_and_done_again(fang) -> None:
    await fang.say(CANCEL)
    fang.apis.orders_faults.set(Fault(kind="error", status=503, match="POST */cancel"))
    await fang.say("好的")
    fang.apis.orders_faults.clear()
    await fang.say(CANCEL)
    assert (await fang.say("好的")).strategy == "done"


@pytest.fixture
async def crashing(tea, counter_of):
    """A conversation that waits for a yes, in a process that dies in the turn of the yes where ``store.dies`` says."""
    inner = open_store("sqlite:///:memory:")
    async with counter_of(tea, "tea-cust-a", store=CrashingStore(inner)) as counter:
        await counter.say(CANCEL)
        yield counter
    await inner.aclose()


async def crash(counter, point: str) -> None:
    counter.store.dies = point
    with pytest.raises(Crash):
        await counter.say("好的", message_id="yes")
    counter.requests  # noqa: B018 - looking clears them


async def test_that_a_write_intended_before_a_crash_is_asked_for_and_then_sent_once(crashing) -> None:
    await crash(crashing, "intend")
    assert crashing.status("TEA-88240") == "paid"
    assert (await crashing.say("好的", message_id="yes")).strategy == "done"
    assert crashing.status("TEA-88240") == "cancelled"
    assert [request.split()[0] for request in crashing.requests] == ["GET", "GET", "POST"]


async def test_that_a_write_done_before_a_crash_is_not_sent_again_and_told_from_its_receipt(crashing) -> None:
    await crash(crashing, "settle")
    assert crashing.status("TEA-88240") == "cancelled"
    reply = await crashing.say("好的", message_id="yes")
    assert "已为您取消" in reply.reply
    assert cancels(crashing.requests) == 0
    assert await crashing.store.unsettled() == ()


async def test_that_a_write_refused_before_a_crash_stays_refused(crashing) -> None:
    crashing.apis._store.rows("UPDATE orders SET status = 'shipped' WHERE order_id = 'TEA-88240'")
    await crash(crashing, "commit")
    reply = await crashing.say("好的", message_id="yes")
    assert reply.outcome == "declined"
    assert "已发货" in reply.reply


async def test_that_a_write_is_not_called_undone_when_its_status_cannot_be_asked_after_a_crash(crashing) -> None:
    await crash(crashing, "settle")
    crashing.apis.orders_faults.set(Fault(kind="error", match="GET /actions/*"))
    reply = await crashing.say("好的", message_id="yes")
    assert reply.handoff.reason == "unknown_outcome"
    assert "没有办成" not in reply.reply


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        ([], "已为您取消"),
        ([Fault(kind="error", status=503, match="POST */cancel")], "没有办成"),
        ([Fault(kind="error", status=503)], "没有办成"),
    ],
)
async def test_that_a_turn_that_was_not_stored_is_told_the_same_when_it_comes_again(crashing, faults, said) -> None:
    crashing.apis.orders_faults.set(*faults)
    await crash(crashing, "commit")
    crashing.apis.orders_faults.clear()
    assert said in (await crashing.say("好的", message_id="yes")).reply
    assert len(crashing.apis.snapshot()["actions"]) == (not faults)


async def test_that_a_yes_sent_twice_at_once_writes_once(fang) -> None:
    await fang.say(CANCEL)
    fang.requests.clear()
    await asyncio.gather(fang.say("好的"), fang.say("好的"))
    assert cancels(fang.requests) == 1


async def test_that_no_tool_error_ever_leaves_a_turn(fang) -> None:
    for fault in (Fault(kind="garbage"), Fault(kind="hang"), Fault(kind="rate_limit"), Fault(kind="error")):
        fang.apis.orders_faults.set(fault)
        try:
            await fang.say(CANCEL, conversation_id=f"c-{fault.kind}")
        except ToolError as error:  # pragma: no cover - the finding itself
            pytest.fail(f"{fault.kind}: {error!r}")
