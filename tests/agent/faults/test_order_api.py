"""Order API slow, hung, failing, limiting, garbled or endless: honest words or a person, in time, and no doubled write."""

import asyncio

import pytest

from tools.mock_apis.faults import Fault

FAULTS = {
    "slow": Fault(kind="latency", latency_s=0.4),
    "hung": Fault(kind="hang"),
    "500": Fault(kind="error", status=500),
    "503": Fault(kind="error", status=503, retry_after_s=30),
    "429": Fault(kind="rate_limit", retry_after_s=30),
    "garbled": Fault(kind="garbage"),
    "100 MB": Fault(kind="huge"),
}
MOST_REQUESTS = 20
"""Ten reads of two attempts, each given up in time: with the usual limits, what a channel waits."""
DEADLINE_S = 20.0
"""Far more than the quick limits of these tests allow for so many, on the slowest machine; a back-end that hangs never answers."""


@pytest.mark.parametrize("how", FAULTS)
async def test_that_a_broken_order_api_is_told_honestly_and_in_time(fang, how):
    fang.apis.orders_faults.set(FAULTS[how])
    async with asyncio.timeout(DEADLINE_S):
        reply = await fang.say("TEA-88231到哪了，还有TEA-88240和TEA-88102呢")
    assert len(fang.requests) <= MOST_REQUESTS
    assert reply.outcome in ("declined", "handoff", "clarify")
    assert "YT8800112233" not in reply.reply
    assert "没有查到TEA-88231" not in reply.reply


@pytest.mark.parametrize("how", FAULTS)
async def test_that_a_second_turn_of_it_brings_a_person(fang, how):
    fang.apis.orders_faults.set(FAULTS[how])
    await fang.say("TEA-88231到哪了")
    reply = await fang.say("TEA-88231到底到哪了")
    assert reply.handoff is not None
    assert reply.handoff.reason == "tool_outage"


@pytest.mark.parametrize("how", FAULTS)
@pytest.mark.parametrize("acts", [False, True])
async def test_that_a_write_whose_answer_is_lost_is_never_claimed_or_doubled(fang, how, acts):
    await fang.say("取消订单TEA-88240")
    fault = FAULTS[how].model_copy(update={"match": "POST *", "acts": acts and how != "slow"})
    fang.apis.orders_faults.set(fault)
    fang.requests  # noqa: B018  # forgets those of the first turn
    async with asyncio.timeout(DEADLINE_S):
        reply = await fang.say("好的，取消吧")
    is_cancelled = fang.status("TEA-88240") == "cancelled"
    assert ("已为您取消" in reply.reply) <= is_cancelled
    requests = fang.requests
    assert len(requests) <= MOST_REQUESTS
    assert len([request for request in requests if request.startswith("POST")]) == 1


@pytest.mark.parametrize("how", FAULTS)
async def test_that_policies_are_answered_meanwhile(fang, how):
    fang.apis.orders_faults.set(FAULTS[how])
    reply = await fang.say("没拆封的茶叶几天内可以退")
    assert reply.outcome == "answered"
    assert "30天" in reply.reply
