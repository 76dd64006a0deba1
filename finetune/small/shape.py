"""The small model's shape."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Shape:
    """Sizes of a Qwen3 model."""

    vocabulary: int = 6144
    hidden: int = 256
    layers: int = 4
    inner: int = 640
    heads: int = 4
    key_heads: int = 2
    positions: int = 2048

    def build(self, tokenizer: Any, seed: int) -> Any:
        """Make a model of random numbers.

        Args:
            tokenizer: whose tokens begin and end a turn.
            seed: of the numbers.
        """
        import torch
        from transformers import Qwen3Config, Qwen3ForCausalLM

        torch.manual_seed(seed)
        config = Qwen3Config(
            vocab_size=self.vocabulary,
            hidden_size=self.hidden,
            intermediate_size=self.inner,
            num_hidden_layers=self.layers,
            num_attention_heads=self.heads,
            num_key_value_heads=self.key_heads,
            head_dim=self.hidden // self.heads,
            max_position_embeddings=self.positions,
            rope_theta=10000.0,
            tie_word_embeddings=True,
            bos_token_id=None,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
        return Qwen3ForCausalLM(config)
