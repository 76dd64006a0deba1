"""The local backend with a tiny random Qwen3 and a tiny random LoRA adapter."""

import asyncio
import shutil
import time
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file, save_file

from agent.generator.errors import BadAdapter, BadModel, Interrupted, Overrun, TimedOut
from agent.generator.local_qwen import LocalLimits, LocalQwenGenerator

# peft 0.21 asks transformers for an attribute under its former name.
pytestmark = pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing.*:FutureWarning")

MESSAGES = [{"role": "system", "content": "你是小二"}, {"role": "user", "content": "在吗"}]


@pytest.fixture
def bent_adapter(adapter_dir, tmp_path):
    return shutil.copytree(adapter_dir, tmp_path / "bent")


def change_keys(folder, change):
    path = folder / "adapter_model.safetensors"
    save_file({changed: tensor for key, tensor in load_file(path).items() if (changed := change(key))}, path)


async def say(made, sink=None):
    pieces = sink if sink is not None else []
    async for piece in made.stream(MESSAGES):
        pieces.append(piece)
    return "".join(pieces)


def loaded(model_dir, adapter=None, **limits):
    made = LocalQwenGenerator.load(model_dir, adapter=adapter, device="cpu", limits=LocalLimits(**limits))
    return made


async def test_that_a_draft_that_reaches_its_limit_is_streamed_and_then_cut(model_dir):
    made, pieces = loaded(model_dir, max_tokens=40), []
    with pytest.raises(Overrun, match="40 tokens"):
        await say(made, pieces)
    assert len(pieces) > 1


async def test_that_it_ends_where_the_model_ends_its_turn(model_dir):
    made = loaded(model_dir, max_tokens=8)
    made.weights = replace(made.weights, end_ids=frozenset(range(made.weights.model.config.vocab_size)))
    assert await say(made) == ""


async def test_that_the_same_prompt_gives_the_same_draft_and_the_adapter_another(model_dir, adapter_dir):
    drafts = []
    for adapter in (None, None, adapter_dir):
        made, pieces = loaded(model_dir, adapter, max_tokens=24), []
        with pytest.raises(Overrun):
            await say(made, pieces)
        drafts.append("".join(pieces))
    assert drafts[0] == drafts[1] != drafts[2]
    assert made.adapter_id == adapter_dir.name


async def test_that_it_writes_what_transformers_itself_writes(model_dir):
    made, pieces = loaded(model_dir, max_tokens=16), []
    with pytest.raises(Overrun):
        await say(made, pieces)
    tokenizer = made.weights.tokenizer
    prompt = tokenizer.apply_chat_template(MESSAGES, add_generation_prompt=True, return_tensors="pt")
    written = made.weights.model.generate(**prompt, max_new_tokens=16, do_sample=False, pad_token_id=0)
    expected = tokenizer.decode(written[0, prompt["input_ids"].shape[1] :], skip_special_tokens=True)
    assert "".join(pieces) == expected


async def test_that_closing_early_stops_the_model(model_dir):
    made = loaded(model_dir, max_tokens=3000)
    pieces = made.stream(MESSAGES)
    await anext(pieces)
    await pieces.aclose()
    started = time.monotonic()
    made._worker.submit(lambda: None).result(timeout=20)
    assert time.monotonic() - started < 5


async def test_that_cancelling_the_turn_stops_the_model(model_dir):
    made = loaded(model_dir, max_tokens=3000)
    task = asyncio.create_task(say(made))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    made._worker.submit(lambda: None).result(timeout=20)


async def test_that_a_slow_draft_is_left_at_the_deadline(model_dir):
    made = loaded(model_dir, max_tokens=3000, total_s=0.3)
    with pytest.raises(TimedOut, match=r"0\.3 s"):
        await say(made)


async def test_that_a_prompt_longer_than_the_model_is_an_error(model_dir):
    made = loaded(model_dir, max_tokens=5000)
    with pytest.raises(Interrupted, match="the model takes 4096"):
        await say(made)


def test_that_an_adapter_with_renamed_layers_is_refused(model_dir, bent_adapter):
    change_keys(bent_adapter, lambda key: key.replace("layers.1", "blocks.1"))
    with pytest.raises(BadAdapter, match="keys missing"):
        loaded(model_dir, bent_adapter)


def test_that_an_adapter_with_further_keys_is_refused(model_dir, bent_adapter):
    path = bent_adapter / "adapter_model.safetensors"
    save_file({**load_file(path), "base_model.model.lm_head.lora_A.weight": torch.zeros(2, 32)}, path)
    with pytest.raises(BadAdapter, match="keys unexpected"):
        loaded(model_dir, bent_adapter)


def test_that_an_adapter_of_another_rank_is_refused(model_dir, bent_adapter):
    path = bent_adapter / "adapter_model.safetensors"
    save_file({key: torch.zeros(3, *tensor.shape[1:]) for key, tensor in load_file(path).items()}, path)
    with pytest.raises(BadAdapter, match="of another shape"):
        loaded(model_dir, bent_adapter)


def test_that_a_pickled_adapter_is_refused(model_dir, bent_adapter):
    (bent_adapter / "adapter_model.safetensors").rename(bent_adapter / "adapter_model.bin")
    with pytest.raises(BadAdapter, match="can run code"):
        loaded(model_dir, bent_adapter)


def test_that_an_adapter_for_other_layers_is_refused(model_dir, bent_adapter):
    config = bent_adapter / "adapter_config.json"
    config.write_text(config.read_text().replace("q_proj", "query").replace("v_proj", "value"))
    with pytest.raises(BadAdapter, match="cannot load"):
        loaded(model_dir, bent_adapter)


def test_that_a_folder_without_safe_weights_is_no_model(model_dir, tmp_path):
    folder = shutil.copytree(model_dir, tmp_path / "model")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(BadModel, match=r"no \.safetensors"):
        loaded(folder)


def test_that_a_model_with_missing_layers_is_refused(model_dir, tmp_path):
    folder = shutil.copytree(model_dir, tmp_path / "model")
    path = folder / "model.safetensors"
    kept = {key: tensor for key, tensor in load_file(path).items() if "layers.1" not in key}
    save_file(kept, path, metadata={"format": "pt"})
    with pytest.raises(BadModel, match="missing_keys"):
        loaded(folder)
