"""A tiny Qwen3 with random weights, and random adapters over it: for what depends on files and servers, not on what is said."""

from datetime import UTC, datetime
from pathlib import Path

from agent.generator.digest import hash_base
from agent.prompt import PROMPT_VERSION
from benchmarks.shapes import letter_tokenizer, tiny_model
from finetune.config import LoraSection
from finetune.training.adapter import BaseEntry, Losses, package_versions, save_adapter

_RANK = 8


def write_model(folder: Path) -> Path:
    """Make the model, with a tokenizer of bytes that only ever says printable ASCII."""
    import torch

    tokenizer = letter_tokenizer()
    tokenizer.save_pretrained(folder)
    model = tiny_model(len(tokenizer), hidden=128, layers=4)
    with torch.no_grad():
        # Sharp, so that no two tokens are equally likely; silent where a token alone is no character.
        model.lm_head.weight *= 20
        silent = [index for letter, index in tokenizer.get_vocab().items() if not "!" <= letter[0] <= "~"]
        model.lm_head.weight[silent] = 0
    model.save_pretrained(folder)
    return folder


def write_adapter(base: Path, folder: Path, seed: int) -> Path:
    """Make a random adapter over the model, with the card that training writes."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    torch.manual_seed(seed)
    targets = ["q_proj", "k_proj", "v_proj", "o_proj"]
    tuned = get_peft_model(model, LoraConfig(r=_RANK, target_modules=targets, init_lora_weights=False))
    facts = {
        "base": BaseEntry(name="tiny", sha256=hash_base(base), parameters=model.num_parameters()),
        "prompt_version": PROMPT_VERSION,
        "data": (),
        "train_sha256": "",
        "eval_sha256": "",
        "train_rows": 0,
        "eval_rows": 0,
        "lora": LoraSection(rank=_RANK),
        "seed": seed,
        "precision": "fp32",
        "step": 0,
        "steps": 0,
        "losses": Losses(train_first=None, train=None, eval_before=None, eval=None),
        "packages": package_versions(),
        "created_at": datetime.now(UTC),
    }
    save_adapter(tuned, folder, facts)
    return folder
