"""Weights of a local model: loaded from a folder, checked key by key, never unpickled."""

import json
import sys
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from agent.generator.card import CONFIG, WEIGHTS
from agent.generator.errors import BadAdapter, BadModel
from agent.prompt import end_token_ids


@dataclass(frozen=True)
class Weights:
    """A model ready to speak."""

    model: Any
    tokenizer: Any
    device: str
    end_ids: frozenset[int]
    """Tokens that end a reply."""


def load_weights(folder: Path, adapter: Path | None, device: str | None) -> Weights:
    """Load a model with its tokenizer, and an adapter over it.

    Args:
        folder: a transformers model in safetensors.
        adapter: a PEFT LoRA adapter in safetensors; None: the base model.
        device: where it runs; None: a GPU where there is one.

    Raises:
        BadModel: the model cannot be used.
        BadAdapter: the adapter cannot be used.
    """
    import torch

    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    model, tokenizer = _load_base(folder, _dtype_on(device))
    ends = frozenset(end_token_ids(tokenizer))
    if not ends:
        raise BadModel(f"the tokenizer of {str(folder)!r} names no end of a turn; expected a chat template with one")
    base = Weights(model.to(device).eval(), tokenizer, device, ends)
    return base if adapter is None else with_adapter(base, adapter)


def with_adapter(base: Weights, adapter: Path) -> Weights:
    """Put an adapter over a base model that goes on speaking as it did: both share the base's numbers in memory.

    Args:
        base: a model without an adapter.
        adapter: a PEFT LoRA adapter in safetensors.

    Raises:
        BadAdapter: the adapter cannot be used.
    """
    shared = {id(tensor): tensor for tensor in (*base.model.parameters(), *base.model.buffers())}
    tuned = _add_adapter(deepcopy(base.model, shared), adapter)
    return replace(base, model=tuned.to(base.device).eval())


def _dtype_on(device: str) -> Any:
    """Full precision on a CPU, where half is slower; bfloat16 elsewhere, or half where a GPU lacks it."""
    import torch

    if device.startswith("cpu"):
        return torch.float32
    return torch.bfloat16 if not device.startswith("cuda") or torch.cuda.is_bf16_supported() else torch.float16


def _load_base(folder: Path, dtype: Any) -> tuple[Any, Any]:
    from safetensors import SafetensorError
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    if not folder.is_dir():
        raise BadModel(f"there is no model folder {str(folder)!r}; give the folder of a transformers model")
    if not list(folder.glob("*.safetensors")):
        raise BadModel(f"{str(folder)!r} holds no .safetensors weights; other formats can run code and are not read")
    if not sys.stderr.isatty():
        logging.disable_progress_bar()  # in a server's log each step of the bar would be a line
    try:
        tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
        model, report = AutoModelForCausalLM.from_pretrained(
            str(folder),
            dtype=dtype,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            output_loading_info=True,
        )
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
        raise BadModel(f"cannot load the model in {str(folder)!r}: {error}") from error
    for problem in ("missing_keys", "unexpected_keys", "mismatched_keys"):
        if report.get(problem):
            raise BadModel(
                f"the weights in {str(folder)!r} do not fit the model: {problem} {sorted(report[problem])[:4]}"
            )
    if tokenizer.chat_template is None:
        raise BadModel(f"the tokenizer in {str(folder)!r} has no chat template; expected that of a chat model")
    return model, tokenizer


def _add_adapter(model: Any, folder: Path) -> Any:
    from peft import LoraConfig, PeftModel, get_peft_model_state_dict, set_peft_model_state_dict
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    check_folder(folder)
    try:
        config = LoraConfig.from_pretrained(str(folder), local_files_only=True)
        config.inference_mode = True
        # With a name here PEFT would ask the hub about the base model's vocabulary, which is known: the base is loaded.
        config.base_model_name_or_path = None
        saved = load_file(folder / WEIGHTS)
        tuned = PeftModel(model, config)
        check_keys(folder, get_peft_model_state_dict(tuned), saved)
        set_peft_model_state_dict(tuned, saved)
    except (OSError, ValueError, RuntimeError, TypeError, KeyError, SafetensorError) as error:
        raise BadAdapter(f"cannot load the adapter in {str(folder)!r}: {error}") from error
    return tuned


def check_folder(folder: Path) -> None:
    """Refuse an adapter folder that lacks its parts or brings pickled weights.

    Raises:
        BadAdapter: naming the part.
    """
    if not (folder / CONFIG).is_file():
        raise BadAdapter(f"{str(folder)!r} holds no {CONFIG}; give the folder of a PEFT LoRA adapter")
    pickled = sorted(path.name for path in folder.iterdir() if path.suffix in (".bin", ".pt", ".pth", ".pkl", ".ckpt"))
    if pickled:
        raise BadAdapter(f"{str(folder)!r} holds {pickled[0]!r}, which can run code when read; save as {WEIGHTS}")
    if not (folder / WEIGHTS).is_file():
        raise BadAdapter(f"{str(folder)!r} holds no {WEIGHTS}; save the adapter in safetensors")
    try:
        kind = json.loads((folder / CONFIG).read_text(encoding="utf-8")).get("peft_type")
    except (ValueError, AttributeError) as error:
        raise BadAdapter(f"{CONFIG} in {str(folder)!r} is no JSON object") from error
    if kind != "LORA":
        raise BadAdapter(f"the adapter in {str(folder)!r} is of type {kind!r}, expected 'LORA'")


def check_keys(folder: Path, expected: dict[str, Any], saved: dict[str, Any]) -> None:
    """Refuse weights that would be left out, ignored or cut to fit.

    Args:
        folder: of the adapter, for the message.
        expected: tensors that the model has, by name.
        saved: tensors that the adapter brings.

    Raises:
        BadAdapter: naming the first of them.
    """
    missing, unexpected = sorted(expected.keys() - saved.keys()), sorted(saved.keys() - expected.keys())
    shapes = sorted(key for key in expected.keys() & saved.keys() if expected[key].shape != saved[key].shape)
    told = [
        f"{len(keys)} keys {problem}, such as {keys[0]!r}"
        for problem, keys in (("missing", missing), ("unexpected", unexpected))
        if keys
    ]
    for key in shapes[:1]:
        sizes = f"{list(saved[key].shape)}, expected {list(expected[key].shape)}"
        told.append(f"{len(shapes)} keys of another shape, such as {key!r}: {sizes}")
    if told:
        raise BadAdapter(
            f"the adapter in {str(folder)!r} does not fit its base model: {'; '.join(told)}; train it for this model, or load "
            "the model that it was trained for"
        )
