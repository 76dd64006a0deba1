"""Drafts of concurrent turns are made side by side and say what they would say alone."""

import asyncio
import threading
from dataclasses import replace

import pytest

from agent.generator.errors import Interrupted, Overrun, TimedOut

# peft 0.21 asks transformers for an attribute under its former name.
pytestmark = pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing.*:FutureWarning")

SYSTEM = {"role": "system", "content": "你是茶铺的客服小茶。只说资料里写明的内容。"}


def asking(text):
    return [SYSTEM, {"role": "user", "content": text}]


ASKED = [asking(text) for text in ("在吗", "几点发货呀，急着用", "Oolong 500g?", "退", "这款茶叶放了半年还能喝吗" * 3)]


async def all_at_once(made, draft, prompts=ASKED):
    """Drafts whose prompts all wait when the first one is read."""
    hold = threading.Event()
    made._worker.submit(hold.wait, 30)
    tasks = [asyncio.create_task(draft(made, prompt)) for prompt in prompts]
    await asyncio.sleep(0)
    hold.set()
    return await asyncio.gather(*tasks)


async def test_that_drafts_side_by_side_say_what_they_say_alone(local, drafted, forwards):
    alone = local(max_tokens=24)
    expected = [await drafted(alone, prompt) for prompt in ASKED]
    made = local(max_tokens=24)
    shapes = forwards(made)
    assert await all_at_once(made, drafted) == expected
    assert (5, 1) in shapes


async def test_that_a_draft_ends_while_the_others_go_on(local, drafted, forwards):
    alone, made = local(max_tokens=40), local(max_tokens=40)
    alone.weights = made.weights = replace(made.weights, end_ids=frozenset(range(0, 256, 9)))
    expected = [await drafted(alone, prompt) for prompt in ASKED]
    shapes = forwards(made)
    assert await all_at_once(made, drafted) == expected
    assert len({rows for rows, tokens in shapes if tokens == 1}) > 2


async def test_that_a_customer_who_leaves_takes_nobody_elses_draft_along(local, drafted, forwards):
    expected = await drafted(local(max_tokens=60), ASKED[1])
    made = local(max_tokens=60)
    shapes, met, go, hold = forwards(made), threading.Event(), threading.Event(), threading.Event()

    def pause(module, args, kwargs):
        if shapes[-1] == (2, 1) and not met.is_set():
            met.set()
            go.wait(30)

    made.weights.model.register_forward_pre_hook(pause, with_kwargs=True)
    made._worker.submit(hold.wait, 30)
    leaving, staying = (asyncio.create_task(drafted(made, prompt)) for prompt in ASKED[:2])
    await asyncio.sleep(0)
    hold.set()
    assert await asyncio.to_thread(met.wait, 30)
    leaving.cancel()
    await asyncio.wait([leaving])
    go.set()
    assert await staying == expected
    assert shapes.count((2, 1)) == 1
    assert shapes[-1] == (1, 1)


async def test_that_no_more_drafts_are_made_at_once_than_allowed(local, drafted, forwards):
    made = local(max_tokens=6, at_once=2)
    shapes = forwards(made)
    said = await all_at_once(made, drafted)
    assert all(said)
    assert max(rows for rows, _ in shapes) == 2


async def test_that_a_prompt_that_cannot_be_read_fails_alone(local, drafted):
    made = local(max_tokens=12)
    good, bad = asking("在吗"), asking("问" * 1500)
    hold = threading.Event()
    made._worker.submit(hold.wait, 30)
    tasks = [asyncio.create_task(drafted(made, prompt)) for prompt in (good, bad, good)]
    await asyncio.sleep(0)
    hold.set()
    first, failed, last = await asyncio.gather(*tasks, return_exceptions=True)
    assert first == last
    assert isinstance(failed, Interrupted)
    assert "the model takes 4096" in str(failed)


async def test_that_a_model_that_fails_in_the_middle_ends_all_drafts_and_goes_on_later(local, drafted, monkeypatch):
    made = local(max_tokens=12)
    forward, calls = made.weights.model.forward, []

    def fail(*args, **kwargs):
        calls.append(kwargs["input_ids"].shape)
        if len(calls) == 9:
            raise RuntimeError("out of memory")
        return forward(*args, **kwargs)

    monkeypatch.setattr(made.weights.model, "forward", fail)
    tasks = await asyncio.gather(*(drafted(made, prompt) for prompt in ASKED[:2]), return_exceptions=True)
    assert any(isinstance(one, Interrupted) for one in tasks)
    assert await drafted(made, ASKED[0])


async def test_that_a_draft_that_waits_too_long_is_given_up_unread(local, forwards):
    made = local(max_tokens=6, first_token_s=0.05)
    shapes, hold = forwards(made), threading.Event()
    made._worker.submit(hold.wait, 30)
    with pytest.raises(TimedOut, match="first token"):
        await anext(made.stream(ASKED[0]))
    hold.set()
    made._worker.submit(lambda: None).result(timeout=20)
    assert shapes == []


async def test_that_drafts_under_two_adapters_at_once_speak_each_with_its_own(
    local, drafted, make_adapter, adapter_dir, tmp_path
):
    other = make_adapter(tmp_path / "other", seed=7)
    expected = [await drafted(local(adapter, max_tokens=24), ASKED[1]) for adapter in (adapter_dir, other)]
    one, two = local(adapter_dir, max_tokens=24), local(other, max_tokens=24)
    said = await asyncio.gather(*(drafted(made, ASKED[1]) for made in (one, two, one, two)))
    assert said == [*expected, *expected]
    assert expected[0] != expected[1]


async def test_that_closing_tells_whoever_still_waits(local):
    made = local(max_tokens=3000)
    pieces = made.stream(ASKED[0])
    await anext(pieces)
    made.close()
    with pytest.raises(Interrupted, match="was closed"):
        async for _ in pieces:
            pass
    with pytest.raises(Interrupted, match="was closed"):
        await anext(made.stream(ASKED[0]))


async def test_that_a_warmer_model_may_say_other_things(local, drafted):
    made = local(max_tokens=24, temperature=5.0)
    assert len(set(await all_at_once(made, drafted, [ASKED[0]] * 3))) > 1


async def test_that_a_token_budget_is_each_drafts_own(local):
    made = local(max_tokens=5)

    async def say(prompt):
        with pytest.raises(Overrun, match="5 tokens"):
            _ = [piece async for piece in made.stream(prompt)]

    await asyncio.gather(*(say(prompt) for prompt in ASKED))
