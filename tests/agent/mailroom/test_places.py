import asyncio
from dataclasses import replace

import pytest

from agent.floor import ShopFloor
from agent.mailroom.places import Places
from agent.mailroom.reception import Reception
from benchmarks.scripted_shop import PROFILE, Release, ScriptedGraph


@pytest.fixture
def busy():
    """Takes places for work that ends when it is told, or when a crowd has begun."""

    class Busy:
        def __init__(self) -> None:
            self.begun, self.may_end = [], asyncio.Event()
            self.crowd = None

        async def work(self, places, name) -> None:
            async with places.taken():
                self.begun.append(name)
                if len(self.begun) == self.crowd:
                    self.may_end.set()
                await self.may_end.wait()

    return Busy()


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_that_no_more_turns_are_worked_than_there_are_places_and_in_their_order(busy):
    places = Places(2, rest_s=60)
    async with asyncio.TaskGroup() as group:
        for name in "abcd":
            group.create_task(busy.work(places, name))
        await settled()
        assert busy.begun == ["a", "b"]
        busy.may_end.set()
    assert busy.begun == ["a", "b", "c", "d"]


async def test_that_a_turn_that_waits_for_a_model_leaves_its_place_to_others(busy):
    places, busy.crowd = Places(1, rest_s=0.001), 4
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        for name in "abcd":
            group.create_task(busy.work(places, name))
    assert busy.begun == ["a", "b", "c", "d"]


async def test_that_a_turn_that_fails_or_is_cut_off_leaves_its_place(busy):
    places = Places(1, rest_s=60)
    with pytest.raises(ZeroDivisionError):
        async with places.taken():
            raise ZeroDivisionError
    cut = asyncio.create_task(busy.work(places, "a"))
    late = asyncio.create_task(busy.work(places, "b"))
    await settled()
    cut.cancel()
    late.cancel()
    await asyncio.gather(cut, late, return_exceptions=True)
    async with asyncio.timeout(20), places.taken():
        assert busy.begun == ["a"]


class CountedGraph(ScriptedGraph):
    """Knows how many turns it works at the same time; none ends before two were worked together."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.most, self.together = 0, 0, asyncio.Event()

    async def ainvoke(self, work):
        self.now += 1
        self.most = max(self.most, self.now)
        if self.now == 2:
            self.together.set()
        await self.together.wait()
        await settled()
        self.now -= 1
        return await super().ainvoke(work)


async def test_that_many_conversations_are_worked_a_few_at_a_time(scene):
    graph = CountedGraph()
    floor = ShopFloor(Release(), PROFILE, graph)
    scene.assistant.floor = lambda customer_id: floor
    reception = Reception(scene.assistant, places=Places(2, rest_s=60))
    for number in range(20):
        await reception.accept(replace(scene.message("1 fine"), conversation_id=f"c-{number}"))
    async with asyncio.timeout(20):
        await reception.rest()
    assert (graph.most, await scene.store.waiting_conversations()) == (2, ())
