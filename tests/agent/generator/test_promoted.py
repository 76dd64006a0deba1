"""A promotion reaches turns that begin after it, and none that has begun."""

import asyncio
import logging
import threading

import pytest
import torch

from agent.generator.digest import hash_base
from agent.generator.errors import BadAdapter
from agent.generator.local_qwen import LocalLimits
from agent.generator.promoted import PromotedGenerator
from agent.generator.registry.registry import Registry
from agent.generator.weights import load_weights

# peft 0.21 asks transformers for an attribute under its former name.
pytestmark = pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing.*:FutureWarning")


@pytest.fixture
def registry(tmp_path):
    return Registry(tmp_path / "adapters")


@pytest.fixture
def two(registry, make_adapter, write_card, write_gate, model_dir, tmp_path):
    """The names of two registered adapters of the tiny model."""
    names = []
    for seed, run in enumerate(("one", "two")):
        folder = make_adapter(tmp_path / run, seed)
        write_card(folder, base={"name": "tiny", "sha256": hash_base(model_dir), "parameters": 9})
        write_gate(folder)
        names.append(registry.register(folder, "wen").name)
    return names


@pytest.fixture
def follow(model_dir, registry):
    opened = []

    def open_one():
        base, limits = load_weights(model_dir, None, "cpu"), LocalLimits(max_tokens=8)
        opened.append(PromotedGenerator(base, hash_base(model_dir), registry, limits))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


async def until(is_so, ask):
    async with asyncio.timeout(30):
        while True:
            found = await ask()
            if is_so(found):
                return found


async def look(generator):
    await asyncio.sleep(0.005)
    return generator.current()


async def test_that_the_base_speaks_until_something_is_promoted(follow, registry, two):
    generator = follow()
    assert generator.adapter_id is None
    registry.promote(two[0], "wen")
    found = await until(lambda now: now.adapter_id is not None, lambda: look(generator))
    assert found.adapter_id == two[0]


async def test_that_adapters_beside_each_other_share_the_base_and_not_each_others_numbers(follow, registry, two):
    registry.promote(two[0], "wen")
    generator = follow()
    first, ids = generator.current(), torch.tensor([[1, 2, 3]])
    with torch.inference_mode():
        before = first.weights.model(input_ids=ids).logits
        registry.promote(two[1], "wen")
        second = await until(lambda now: now.adapter_id == two[1], lambda: look(generator))
        assert torch.equal(first.weights.model(input_ids=ids).logits, before)
        assert not torch.equal(second.weights.model(input_ids=ids).logits, before)
    places = [one.weights.model.get_input_embeddings().weight.data_ptr() for one in (first, second)]
    assert places[0] == places[1]


async def test_that_a_bad_adapter_is_refused_and_the_one_before_stays(follow, registry, two, tmp_path, caplog):
    registry.promote(two[0], "wen")
    generator = follow()
    weights = tmp_path / "adapters" / "versions" / two[1] / "adapter_model.safetensors"
    registry.promote(two[1], "wen")
    weights.chmod(0o644)
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    with caplog.at_level(logging.ERROR):
        await until(lambda _: generator.refused is not None, lambda: look(generator))
    assert generator.current().adapter_id == two[0]
    assert generator.refused.version == two[1]
    assert "registered with hash" in generator.refused.why
    assert f"adapter {two[0]} stays in service" in caplog.text
    registry.roll_back("wen")
    await until(lambda _: generator.refused is None, lambda: look(generator))


def test_that_an_adapter_of_another_base_is_not_begun_with(model_dir, registry, two):
    registry.promote(two[0], "wen")
    with pytest.raises(BadAdapter, match="base model of hash"):
        PromotedGenerator(load_weights(model_dir, None, "cpu"), "12" * 32, registry)


def test_that_renamed_layers_are_refused_before_the_pointer_moves(
    follow, registry, two, tmp_path, write_card, write_gate, model_dir
):
    from safetensors.torch import load_file, save_file

    folder = tmp_path / "two"
    file = folder / "adapter_model.safetensors"
    save_file({key.replace("layers.1", "blocks.1"): one for key, one in load_file(file).items()}, file)
    write_card(folder, base={"name": "tiny", "sha256": hash_base(model_dir), "parameters": 9})
    write_gate(folder)
    renamed = registry.register(folder, "wen").name
    with pytest.raises(BadAdapter, match="keys missing"):
        registry.promote(renamed, "wen", prove=follow().prove)
    assert registry.current() is None


async def test_that_a_served_assistant_changes_over_and_a_turn_in_flight_keeps_its_adapter(
    follow, registry, two, tea, counter_of
):
    registry.promote(two[0], "wen")
    generator, hold = follow(), threading.Event()
    async with counter_of(tea, "tea-cust-a", generator=generator) as counter:
        generator.current()._worker.submit(hold.wait, 30)
        slow = asyncio.create_task(counter.say("TEA-88231到哪了"))
        await until(lambda now: now._worker._work_queue.qsize(), lambda: look(generator))
        registry.promote(two[1], "wen")
        await until(lambda now: now.adapter_id == two[1], lambda: look(generator))
        later = await counter.say("TEA-88240到哪了", conversation_id="c-2")
        assert not slow.done()
        hold.set()
        assert ((await slow).adapter_id, later.adapter_id) == (two[0], two[1])
