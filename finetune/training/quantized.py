"""A base model held in four bits, for QLoRA: what it needs, and how it is loaded."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from agent.generator.weights import Weights
from agent.prompt import end_token_ids
from finetune.config import Quantization
from finetune.errors import ModelError


def missing_for(quantization: Quantization | None) -> Iterator[str]:
    """Say what this machine lacks, a line for each thing.

    Args:
        quantization: what is wanted; None: nothing, and nothing is missing.
    """
    if quantization is None:
        return
    import torch

    yield from lacking(has_gpu=torch.cuda.is_available(), has_package=find_spec("bitsandbytes") is not None)


def lacking(*, has_gpu: bool, has_package: bool) -> Iterator[str]:
    """Say what a machine lacks for four bits.

    Args:
        has_gpu: whether it has a CUDA GPU.
        has_package: whether bitsandbytes is installed.
    """
    if not has_gpu:
        yield "quantization 4bit needs a CUDA GPU and this machine has none; leave it out, or train where there is one"
    elif not has_package:
        yield "quantization 4bit needs bitsandbytes; install it with: pip install 'xiaoer[qlora]'"


def load_quantized(folder: Path, tokenizer: Any, device: Any = 0) -> Weights:
    """Load a base model in four bits (NF4, scales quantized too, computed in bf16).

    Args:
        folder: a transformers model in safetensors.
        tokenizer: its own.
        device: where the weights go.

    Raises:
        ModelError: it cannot be loaded so.
    """
    import torch
    from peft import prepare_model_for_kbit_training
    from transformers import AutoModelForCausalLM, BitsAndBytesConfig

    four_bits = BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    )
    try:
        model = AutoModelForCausalLM.from_pretrained(
            str(folder),
            quantization_config=four_bits,
            device_map={"": device},
            dtype=torch.bfloat16,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
        )
    except (OSError, ValueError, RuntimeError, ImportError) as error:
        raise ModelError(f"the model in {str(folder)!r} cannot be loaded in four bits: {error}") from error
    # Checkpointing is the trainer's to turn on; here only the norms and the head are put into fp32.
    model = prepare_model_for_kbit_training(model, use_gradient_checkpointing=False)
    return Weights(model.eval(), tokenizer, str(model.device), frozenset(end_token_ids(tokenizer)))
