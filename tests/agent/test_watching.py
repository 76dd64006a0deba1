"""Whoever watches an assistant is told of each turn once, whichever way its message came in."""

import asyncio
from contextlib import contextmanager

import pytest

from agent.errors import ConversationBusy
from agent.mailroom.reception import Reception
from agent.store.sqlite import open_store


class Watch:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.waited: list[float] = []
        self.stored_turns: list[tuple[str, str, bool]] = []
        self.failed: list[str] = []
        self.is_inside = False

    @contextmanager
    def turn(self, turn, waited_s):
        self.waited.append(waited_s)
        self.is_inside = True
        try:
            yield
        except Exception as error:
            self.failed.append(type(error).__name__)
            raise
        finally:
            self.is_inside = False

    def stored(self, record, reply) -> None:
        self.stored_turns.append((record.turn_id, reply.outcome, self.is_inside and reply.timings_ms["commit"] > 0))


@pytest.fixture
async def watched(tea, counter_of):
    """Fang's counter and who watches it."""
    async with counter_of(tea, "tea-cust-a") as counter:
        counter.assistant.watch = Watch()
        yield counter, counter.assistant.watch


async def test_that_a_turn_is_told_of_once_it_is_stored_with_all_its_times(watched) -> None:
    counter, watch = watched
    reply = await counter.say("TEA-88231到哪了")
    assert watch.stored_turns == [(reply.turn_id, "answered", True)]
    assert 0 <= watch.waited[0] < 1


async def test_that_a_repeated_message_is_no_turn(watched) -> None:
    counter, watch = watched
    for _ in range(2):
        await counter.say("在吗", message_id="m-x")
    assert len(watch.stored_turns) == len(watch.waited) == 1


async def test_that_turns_of_channels_that_answer_later_are_told_of_with_their_wait(watched) -> None:
    counter, watch = watched
    reception = Reception(counter.assistant)
    for text in ("在吗", "TEA-88231到哪了"):
        await reception.accept(counter.message(text))
    await reception.rest()
    assert len(watch.stored_turns) == len(watch.waited) == 2
    assert all(waited >= 0 for waited in watch.waited)
    await reception.aclose()


async def test_that_a_message_that_is_given_up_is_told_of(watched) -> None:
    counter, watch = watched
    await counter.assistant.accept(counter.message("在吗"))
    await counter.assistant.give_up("c-1", "it broke")
    assert [outcome for _, outcome, _ in watch.stored_turns] == ["handoff"]


async def test_that_a_turn_that_fails_passes_through_its_watch(tea, counter_of, tmp_path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/shop.db")
    async with counter_of(tea, "tea-cust-a", store=store) as counter:
        watch = counter.assistant.watch = Watch()

        async def busy(*_: object) -> None:
            raise OSError("gone")

        store.commit = busy  # type: ignore[method-assign]
        with pytest.raises(OSError, match="gone"):
            await counter.say("在吗")
    assert (watch.failed, watch.stored_turns) == (["OSError"], [])
    await store.aclose()


async def test_that_a_turn_begun_anew_is_stored_once(fang) -> None:
    watch, commit = Watch(), fang.store.commit
    fang.assistant.watch = watch
    tries = iter([ConversationBusy("c-1")])

    async def contested(*args: object) -> None:
        if (error := next(tries, None)) is not None:
            raise error
        await commit(*args)

    fang.store.commit = contested
    await asyncio.wait_for(fang.say("在吗"), 10)
    assert (len(watch.waited), len(watch.stored_turns), watch.failed) == (2, 1, [])
