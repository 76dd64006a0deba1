"""Chatwoot waits five seconds for an acknowledgement; it gets one in time, however long the model thinks."""

import asyncio

from agent.assistant import Pace
from benchmarks.scripted_shop import ScriptedGraph


class ThinkingGraph(ScriptedGraph):
    """A model that never comes to an end."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    async def ainvoke(self, work):
        self.asked += 1
        await asyncio.Event().wait()


async def test_that_messages_are_acknowledged_at_once_before_the_model_has_thought(open_premises, connect, chatwoot):
    graph = ThinkingGraph()
    premises = await open_premises(Pace(outbox_burst_s=0.01), graph)
    await connect(premises)
    for number in range(1, 51):
        await chatwoot.write("1 fine", number)
        await chatwoot.write("2 fine", number)
    await chatwoot.settled()
    assert [status for _, status in chatwoot.answers] == [200] * 100
    assert graph.asked > 0
    assert all(found.status == "pending" for found in chatwoot.conversations.values())
    assert len(await premises.shop.store.waiting_conversations()) == 50
    await premises.shop.reception.aclose(wait_s=0)


async def test_that_what_is_not_acknowledged_in_time_goes_to_people(premises, chatwoot, stage):
    chatwoot.timeout_s = 0.05
    async with premises.shop.store.turn_of("chatwoot 1-1", 0):
        await chatwoot.write("1 fine")
        await chatwoot.until(lambda: chatwoot.answers)
    chatwoot.timeout_s = 5.0
    await chatwoot.settled()
    assert (chatwoot.answers[0], chatwoot.conversation().status) == (("message_created", 0), "open")
    await chatwoot.write("2 fine")
    await chatwoot.settled()
    await premises.shop.reception.rest()
    assert (await stage(), chatwoot.conversation().seen) == ("human", [])


async def test_that_a_store_that_cannot_be_written_has_chatwoot_send_again(premises, chatwoot, monkeypatch):
    monkeypatch.setattr("channels.chatwoot.standing.HOLD_WITHIN_S", 0.01)
    chatwoot.retry_wait_s = 0.5
    async with premises.shop.store.turn_of("chatwoot 1-1", 0):
        await chatwoot.write("1 fine")
        await chatwoot.until(lambda: chatwoot.answers)
    await chatwoot.until(lambda: chatwoot.conversation().seen)
    assert [status for _, status in chatwoot.answers[:2]] == [500, 200]
    assert chatwoot.conversation().status == "pending"


async def test_that_lines_that_come_at_the_same_moment_are_all_taken_and_answered_once(
    open_premises, connect, chatwoot
):
    await connect(await open_premises(Pace(outbox_burst_s=0.4)))
    chatwoot.held = []
    for number in range(10):
        await chatwoot.write(f"{number} fine")
    events, chatwoot.held = chatwoot.held, None
    answers = await asyncio.gather(*(chatwoot.post(event, f"d-{event['id']}") for event in events for _ in range(2)))
    assert {answer.status_code for answer in answers} == {200}
    await chatwoot.until(lambda: chatwoot.conversation().seen)
    await chatwoot.settled()
    (answer,) = chatwoot.conversation().seen
    assert answer.count("fine") == 10
