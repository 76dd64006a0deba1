"""A tiny random Qwen3, and tiny random LoRA adapters over it, with the cards that training writes."""

import hashlib
import json

import pytest

from benchmarks.shapes import letter_tokenizer, tiny_model


@pytest.fixture(scope="session")
def model_dir(tmp_path_factory):
    import torch

    folder = tmp_path_factory.mktemp("tiny-qwen3")
    tokenizer = letter_tokenizer()
    tokenizer.save_pretrained(folder)
    model = tiny_model(len(tokenizer))
    with torch.no_grad():
        model.lm_head.weight[256:] = 0  # never the most probable: it never ends its turn by itself
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def make_adapter(model_dir):
    """Saves a random adapter over the tiny model, another one for each seed."""

    def make(folder, seed=0):
        import torch
        from peft import LoraConfig, get_peft_model
        from transformers import AutoModelForCausalLM

        base = AutoModelForCausalLM.from_pretrained(model_dir)
        torch.manual_seed(seed)
        tuned = get_peft_model(base, LoraConfig(r=2, target_modules=["q_proj", "v_proj"], init_lora_weights=False))
        tuned.save_pretrained(folder)
        return folder

    return make


@pytest.fixture(scope="session")
def adapter_dir(make_adapter, tmp_path_factory):
    return make_adapter(tmp_path_factory.mktemp("tiny-adapter"))


@pytest.fixture
def local(model_dir):
    """Loads the tiny model; closes it at the end."""
    from agent.generator.local_qwen import LocalLimits, LocalQwenGenerator

    opened = []

    def load(adapter=None, **limits):
        made = LocalQwenGenerator.load(model_dir, adapter=adapter, device="cpu", limits=LocalLimits(**limits))
        opened.append(made)
        return made

    yield load
    for one in opened:
        one.close()


@pytest.fixture
def forwards():
    """Notes the shapes of what a generator's model reads, (rows, tokens) each."""

    def watch(made):
        shapes = []

        def note(module, args, kwargs):
            shapes.append(tuple(kwargs["input_ids"].shape))

        made.weights.model.register_forward_pre_hook(note, with_kwargs=True)
        return shapes

    return watch


@pytest.fixture(scope="session")
def drafted():
    """Gives what a draft says, up to its limit of tokens."""
    from agent.generator.errors import Overrun

    async def draft(made, messages):
        pieces = []
        try:
            async for piece in made.stream(messages):
                pieces.append(piece)
        except Overrun:
            pass
        return "".join(pieces)

    return draft


@pytest.fixture(scope="session")
def write_card():
    """Writes the card of an adapter as training does."""
    from agent.prompt import PROMPT_VERSION

    def write(folder, **more):
        weights = (folder / "adapter_model.safetensors").read_bytes()
        card = {
            **{"adapter_sha256": hashlib.sha256(weights).hexdigest(), "prompt_version": PROMPT_VERSION},
            "base": {"name": "tiny", "sha256": "ab" * 32, "parameters": 9},
            "data": [{"name": "rows.jsonl", "format": "messages", "sha256": "cd" * 32, "rows": 50}],
            **{"train_rows": 45, "eval_rows": 5, "seed": 0, "precision": "fp32", "step": 10, "steps": 10},
            "lora": {"rank": 2, "alpha": 8, "dropout": 0.0, "targets": "q+v"},
            "losses": {"train_first": 2.0, "train": 1.0, "eval_before": 3.9, "eval": 1.2},
            "packages": {"torch": "2"},
            "created_at": "2026-11-20T02:00:00Z",
            **more,
        }
        (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
        return card

    return write


@pytest.fixture(scope="session")
def write_gate(write_card):
    """Writes the report that an evaluation leaves beside an adapter."""

    def write(folder, *reasons, **more):
        card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        measured = {"adapter": 0.9, "base": 0.2, "limit": 0.8, "count": 10, "passes": True}
        gate = {
            **{
                "adapter_sha256": card["adapter_sha256"],
                "base_sha256": card["base"]["sha256"],
                "eval_sha256": "ef" * 32,
            },
            **{"prompt_version": "1", "rows": 10, "at": "2026-11-20T03:00:00Z", "reasons": reasons},
            "lines": [{"measure": "first_audit", **measured}],
            "verdict": "do_not_ship" if reasons else "ship",
            **more,
        }
        (folder / "gate.json").write_text(json.dumps(gate, ensure_ascii=False), encoding="utf-8")

    return write
