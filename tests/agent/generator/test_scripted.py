import asyncio

import pytest

from agent.generator.errors import Interrupted, Unavailable
from agent.generator.scripted import ScriptedGenerator
from agent.generator.thinking import ThoughtFilter

MESSAGES = [{"role": "user", "content": "在吗"}]


async def say(made):
    return "".join([piece async for piece in made.stream(MESSAGES)])


async def test_that_lines_are_said_in_order_and_the_last_one_again():
    made = ScriptedGenerator(["第一稿", "第二稿"])
    assert [await say(made) for _ in range(3)] == ["第一稿", "第二稿", "第二稿"]
    assert made.seen == [MESSAGES] * 3


async def test_that_a_function_may_answer_the_messages():
    made = ScriptedGenerator(lambda messages: messages[-1]["content"] + "？在的。")
    assert await say(made) == "在吗？在的。"


async def test_that_it_fails_as_told():
    with pytest.raises(Unavailable):
        await say(ScriptedGenerator([Unavailable("down")]))
    with pytest.raises(Interrupted):
        await say(ScriptedGenerator(["很长很长的一句话"], piece_chars=2, breaks_after=1))


async def test_that_a_hanging_model_can_be_left():
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await say(ScriptedGenerator(["从不"], hangs=True))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 99])
def test_that_thoughts_are_dropped_however_the_stream_is_cut(size):
    text, thoughts = "好<think>想\n想</think>\n\n的<b>。<thin", ThoughtFilter()
    said = [thoughts.feed(text[at : at + size]) for at in range(0, len(text), size)]
    assert "".join([*said, thoughts.finish()]) == "好的<b>。<thin"
