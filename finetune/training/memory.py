"""Memory: a rough count of what a run needs, before it starts."""

import os
from dataclasses import dataclass

from finetune.config import TARGET_MODULES, Config, Precision
from finetune.training.base import BaseShape

_TRAINED_BYTES = 16
"""Of each trained number: itself, its gradient and two moments of AdamW, in fp32."""
_LOGIT_COPIES = 3
"""Logits in fp32, their softmax and their gradient are held at once."""
_QUANTIZED_BYTES = 0.516
"""Of a weight in four bits, with its share of the scales, themselves quantized. Source: the QLoRA paper, 4.127 bits."""


@dataclass(frozen=True)
class Memory:
    """Bytes that a run needs, by what they are for."""

    weights: int
    """The base model's."""
    adapter: int
    """The adapter's, with gradients and optimizer."""
    activations: int
    """What is kept of a batch for its backward pass, logits included."""

    @property
    def total(self) -> int:
        """All of it, in bytes."""
        return self.weights + self.adapter + self.activations


def adapter_parameters(shape: BaseShape, config: Config) -> int:
    """How many numbers the adapter has; DoRA adds the length of each output."""
    lengths = config.lora.variant == "dora"
    return sum(
        config.lora.rank * (rows + columns) + lengths * rows for rows, columns in shape.targets(_modules(config))
    )


def estimate_memory(shape: BaseShape, config: Config, precision: Precision, longest: int, *, on_gpu: bool) -> Memory:
    """Estimate the memory of a run.

    Args:
        shape: sizes of the base model.
        config: the run.
        precision: ``fp32`` or ``bf16``.
        longest: tokens of the longest row: a batch is padded to its longest.
        on_gpu: on a CPU the weights stay in fp32 whatever the precision.

    Returns:
        A rough count, without the framework itself.

    Source: 70 to 90 % of what four runs of 25 to 37 million parameters took on a CPU.
    """
    number = 2 if precision == "bf16" else 4
    hidden, feed = shape.size_of("hidden_size"), shape.size_of("intermediate_size")
    heads, groups = shape.size_of("num_attention_heads"), shape.size_of("num_key_value_heads")
    wide = shape.size_of("head_dim") or (hidden // heads if heads else 0)
    # Kept for each token of a layer: both norms in and out (fp32); queries, keys and values before and after their norm and
    # rotation, attention; the four factors of the gated product.
    layer = 4 * hidden * 4 + (2 * hidden + 4 * heads * wide + 4 * groups * wide + 4 * feed) * number
    if config.lora.dropout > 0:
        # Each adapted layer keeps its own dropped-out input and the mask.
        inputs = sum(columns for _, columns in shape.targets(_modules(config)))
        layer += inputs * 2 * number // max(shape.size_of("num_hidden_layers"), 1)
    layers = shape.size_of("num_hidden_layers")
    # Computed twice, only the input of each layer is kept, and one layer whole at a time.
    kept = layers * hidden * number + layer if config.gradient_checkpointing else layers * layer
    tokens = config.batch_size * longest
    logits = tokens * shape.size_of("vocab_size") * (4 * _LOGIT_COPIES)
    return Memory(
        weights=_weights(shape, config, number if on_gpu else 4),
        adapter=adapter_parameters(shape, config) * _TRAINED_BYTES,
        activations=tokens * kept + logits,
    )


def _weights(shape: BaseShape, config: Config, number: int) -> int:
    """Bytes of the base; quantized, its layers take four bits a weight and the rest is held in fp32."""
    if config.quantization is None:
        return shape.parameters * number
    linear = sum(rows * columns for rows, columns in shape.targets(TARGET_MODULES["all-linear"]))
    return int(linear * _QUANTIZED_BYTES) + (shape.parameters - linear) * 4


def machine_memory() -> tuple[int, bool]:
    """Bytes of memory of the device that a run would use, and whether it is a GPU."""
    import torch

    if torch.cuda.is_available():
        return int(torch.cuda.get_device_properties(0).total_memory), True
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"), False


def _modules(config: Config) -> tuple[str, ...]:
    return TARGET_MODULES[config.lora.targets]
