"""LoRA on a base model: new, or with the numbers of an adapter."""

import warnings
from pathlib import Path
from typing import Any

from agent.generator.card import WEIGHTS
from agent.generator.weights import check_keys
from finetune.config import TARGET_MODULES, Config
from finetune.errors import RunError


def add_lora(model: Any, config: Config) -> Any:
    """Put an adapter on a base model; the base's own weights are frozen.

    Args:
        model: the base model.
        config: the run.
    """
    from peft import LoraConfig, get_peft_model

    lora = LoraConfig(
        r=config.lora.rank,
        lora_alpha=config.lora.alpha,
        lora_dropout=config.lora.dropout,
        target_modules=list(TARGET_MODULES[config.lora.targets]),
        use_rslora=config.lora.variant == "rslora",
        use_dora=config.lora.variant == "dora",
        bias="none",
        task_type="CAUSAL_LM",
    )
    with warnings.catch_warnings():
        # peft 0.21 asks transformers for an attribute under its former name; nothing here depends on it.
        warnings.filterwarnings("ignore", message=".*is_gradient_checkpointing.*", category=FutureWarning)
        return get_peft_model(model, lora)


def load_adapter(model: Any, folder: Path) -> None:
    """Give an adapter on a model the numbers of a saved one.

    Args:
        model: the PEFT model.
        folder: of the saved adapter.

    Raises:
        BadAdapter: it has other layers, or layers of another shape.
        RunError: it cannot be read.
    """
    from peft import get_peft_model_state_dict, set_peft_model_state_dict
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        saved = load_file(folder / WEIGHTS)
    except (OSError, SafetensorError) as error:
        raise RunError(f"the adapter in {str(folder)!r} cannot be read: {error}; restore it") from error
    check_keys(folder, get_peft_model_state_dict(model, save_embedding_layers=False), saved)
    set_peft_model_state_dict(model, saved)
