"""An adapter on disk: its weights in safetensors, its PEFT configuration, and a card that says where it comes from."""

import json
import shutil
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.generator.card import CARD, CONFIG, WEIGHTS
from agent.generator.digest import hash_file
from finetune.config import LoraSection, Quantization
from finetune.errors import RunError

PACKAGES = ("torch", "transformers", "peft", "accelerate", "tokenizers", "safetensors")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BaseEntry(_Part):
    """The base model that the adapter was trained on."""

    name: str
    """Its hub name, or the name of its folder."""
    sha256: str
    """Over its configuration and weights."""
    parameters: int


class DataEntry(_Part):
    """One file of rows."""

    name: str
    format: str
    sha256: str
    rows: int


class Losses(_Part):
    """Mean loss a token of the answers; lower is better."""

    train_first: float | None
    """The first line of the log."""
    train: float | None
    """The newest line of the log when this adapter was saved."""
    eval_before: float | None
    """On the evaluation rows, before the first step; None: no evaluation."""
    eval: float | None
    """On the evaluation rows, with this adapter."""


class StartEntry(_Part):
    """The adapter that was tuned further."""

    name: str
    """The registered version, or the folder."""
    adapter_sha256: str


class Card(_Part):
    """Where an adapter comes from and how good it was."""

    adapter_sha256: str
    """Of its weights."""
    base: BaseEntry
    prompt_version: str
    data: tuple[DataEntry, ...]
    train_sha256: str
    """Over the training rows as they were learned."""
    eval_sha256: str
    train_rows: int
    eval_rows: int
    lora: LoraSection
    start: StartEntry | None = None
    """None: it began as a new one."""
    stages: tuple[str, ...] = ()
    """Those that it went through, this one last; empty: the run has none."""
    seed: int
    precision: str
    quantization: Quantization | None = None
    """How the base was held while it was tuned."""
    step: int
    steps: int
    """Of the stage; a run without stages is one."""
    losses: Losses
    packages: Mapping[str, str]
    created_at: datetime


def package_versions() -> dict[str, str]:
    """Versions of the packages that decide the numbers."""
    return {name: version(name) for name in PACKAGES}


def save_adapter(model: Any, folder: Path, facts: Mapping[str, Any]) -> Card:
    """Write an adapter and its card; the folder holds the old adapter until the new one is whole.

    Args:
        model: the PEFT model.
        folder: where it goes; replaced if it is there.
        facts: the card's fields, but for the hash of the weights.

    Returns:
        The card.

    Raises:
        RunError: the folder cannot be written.
    """
    from peft import get_peft_model_state_dict
    from safetensors.torch import save_file

    new, old = folder.with_name(f".{folder.name}.new"), folder.with_name(f".{folder.name}.old")
    try:
        for stale in (new, old):
            shutil.rmtree(stale, ignore_errors=True)
        new.mkdir(parents=True)
        # Embeddings are never trained here; asked for, PEFT would look for the base model on its hub.
        tensors = get_peft_model_state_dict(model, save_embedding_layers=False)
        save_file({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}, new / WEIGHTS)
        _save_config(model, new, facts["base"].name)
        card = Card(adapter_sha256=hash_file(new / WEIGHTS), **facts)
        (new / CARD).write_text(card.model_dump_json(indent=1), encoding="utf-8")
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise RunError(
            f"adapter {str(folder)!r} cannot be written ({error.strerror}); make room and --resume"
        ) from error
    return card


def read_card(folder: Path) -> Card:
    """Read an adapter's card.

    Raises:
        RunError: there is none, it is not whole, or the weights are not those that it was written for.
    """
    try:
        card = Card.model_validate_json((folder / CARD).read_text(encoding="utf-8"))
        found = hash_file(folder / WEIGHTS)
    except (OSError, ValidationError) as error:
        raise RunError(f"{str(folder)!r} holds no adapter with a readable {CARD}: {error}; train it again") from error
    if found != card.adapter_sha256:
        raise RunError(
            f"the weights in {str(folder)!r} have hash {found[:12]}, the card says {card.adapter_sha256[:12]}; train it again"
        )
    return card


def _save_config(model: Any, folder: Path, base_name: str) -> None:
    config = model.peft_config["default"]
    trained_from, config.base_model_name_or_path = config.base_model_name_or_path, base_name
    was_inference, config.inference_mode = config.inference_mode, True
    try:
        config.save_pretrained(str(folder))
    finally:
        config.base_model_name_or_path, config.inference_mode = trained_from, was_inference
    # PEFT writes a set in an order that changes with each process; the same run leaves the same file.
    file = folder / CONFIG
    written = json.loads(file.read_text(encoding="utf-8"))
    written["target_modules"].sort()
    file.write_text(json.dumps(written, indent=2, sort_keys=True), encoding="utf-8")
