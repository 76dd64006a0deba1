"""Random adapters over the tiny Qwen3, with the cards that training writes."""

from datetime import UTC, datetime

import pytest

from agent.generator.digest import hash_base
from agent.prompt import PROMPT_VERSION
from finetune.config import LoraSection
from finetune.training.adapter import BaseEntry, Losses, save_adapter


@pytest.fixture(scope="session")
def make_adapter():
    """Saves a random adapter over a base."""

    def make(base, folder, prompt_version=PROMPT_VERSION):
        import torch
        from peft import LoraConfig, get_peft_model
        from transformers import AutoModelForCausalLM

        torch.manual_seed(1)
        model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
        tuned = get_peft_model(model, LoraConfig(r=2, target_modules=["q_proj", "v_proj"], init_lora_weights=False))
        losses = Losses(train_first=2.0, train=1.0, eval_before=None, eval=None)
        facts = {
            "base": BaseEntry(name="tiny", sha256=hash_base(base), parameters=9),
            **{"prompt_version": prompt_version, "data": (), "lora": LoraSection(rank=2), "losses": losses},
            **{"train_sha256": "ab" * 32, "eval_sha256": "cd" * 32, "train_rows": 8, "eval_rows": 0, "seed": 0},
            **{"precision": "fp32", "step": 1, "steps": 1, "packages": {}, "created_at": datetime.now(UTC)},
        }
        save_adapter(tuned, folder, facts)
        return folder

    return make


@pytest.fixture(scope="session")
def adapter(make_adapter, model_dir, tmp_path_factory):
    return make_adapter(model_dir, tmp_path_factory.mktemp("export") / "adapter")


@pytest.fixture(scope="session")
def sharded(model_dir, tmp_path_factory):
    """The same base in bfloat16, in several files."""
    import shutil

    import torch
    from transformers import AutoModelForCausalLM

    folder = tmp_path_factory.mktemp("export") / "sharded"
    shutil.copytree(model_dir, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    AutoModelForCausalLM.from_pretrained(model_dir, dtype=torch.bfloat16).save_pretrained(folder, max_shard_size="40KB")
    return folder
