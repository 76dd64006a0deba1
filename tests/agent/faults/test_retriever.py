"""Retriever or index down: orders, actions and people are still there, and nothing is made up."""

from dataclasses import replace

import pytest

from retrieval.errors import EmbedderError


class Down:
    """A retriever whose index cannot be searched."""

    def __init__(self, whole):
        self._whole = whole

    def __getattr__(self, name):
        return getattr(self._whole, name)

    def search(self, query):
        raise EmbedderError("use", "gave no vectors")


@pytest.fixture
async def blind(tea, counter_of):
    """A counter of the tea shop that cannot search its policies."""
    pack, release, understander = tea
    without = replace(release, retriever=Down(release.retriever))
    async with counter_of((pack, without, understander), "tea-cust-a") as counter:
        yield counter


async def test_that_orders_and_parcels_are_still_told(blind):
    reply = await blind.say("TEA-88231到哪了")
    assert reply.outcome == "answered"
    assert "YT8800112233" in reply.reply


async def test_that_a_write_is_still_proposed_and_done(blind):
    proposal = await blind.say("取消订单TEA-88240")
    assert proposal.pending_action is not None
    await blind.say("好的，取消吧")
    assert blind.status("TEA-88240") == "cancelled"


async def test_that_a_person_still_takes_over(blind):
    assert (await blind.say("转人工")).handoff is not None


async def test_that_a_policy_is_not_made_up(blind):
    reply = await blind.say("没拆封的茶叶几天内可以退")
    assert reply.outcome in ("declined", "clarify", "handoff")
    assert "天" not in reply.reply
    assert reply.sources == ()


async def test_that_two_such_turns_bring_a_person(blind):
    await blind.say("没拆封的茶叶几天内可以退")
    assert (await blind.say("那运费谁出，怎么算")).outcome == "handoff"
