"""Shapes of Qwen models with random weights: as large and as fast as the real ones, and saying nothing."""

from typing import Any

from finetune.small.tokenizer import CHATML

LETTERS = 94
"""Printable ASCII: the first ids of the vocabulary, a letter a token."""
SHAPES = ("small", "qwen3-4b", "qwen2.5-7b")


def random_model(shape: str, device: str, dtype: Any) -> Any:
    """A model of random weights whose most probable token is always a letter.

    Args:
        shape: of `SHAPES`.
        device: where it is made and runs.
        dtype: of its weights.
    """
    import torch
    from transformers import AutoModelForCausalLM

    torch.manual_seed(0)
    with torch.device(device):
        model = AutoModelForCausalLM.from_config(_config(shape), dtype=dtype)
    with torch.no_grad():
        model.get_output_embeddings().weight[LETTERS:] = 0  # (vocabulary, hidden)
    return model.eval()


def tiny_model(vocabulary: int, hidden: int = 32, layers: int = 2) -> Any:
    """A Qwen3 of random weights, the same ones each time, that loads at once.

    Args:
        vocabulary: tokens.
        hidden: size of a token's vector, of four heads.
        layers: at least 1.
    """
    import torch
    from transformers import Qwen3Config, Qwen3ForCausalLM

    torch.manual_seed(0)
    return Qwen3ForCausalLM(
        Qwen3Config(
            vocab_size=vocabulary,
            hidden_size=hidden,
            intermediate_size=2 * hidden,
            num_hidden_layers=layers,
            num_attention_heads=4,
            num_key_value_heads=2,
            head_dim=hidden // 4,
            max_position_embeddings=4096,
            tie_word_embeddings=False,
        )
    )


def letter_tokenizer(*specials: str) -> Any:
    """A tokenizer of one token a letter, with the chat format of Qwen.

    Args:
        specials: special tokens beside those that open and end a turn.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    core = Tokenizer(models.BPE({letter: index for index, letter in enumerate(letters)}, []))
    core.pre_tokenizer, core.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    made = PreTrainedTokenizerFast(
        tokenizer_object=core, eos_token="<|im_end|>", additional_special_tokens=["<|im_start|>", *specials]
    )
    made.chat_template = CHATML
    return made


def told(shape: str, model: Any, device: str) -> str:
    """One line that says what was measured on what."""
    import torch

    count = sum(tensor.numel() for tensor in model.parameters()) / 1e6
    where = torch.cuda.get_device_name() if device.startswith("cuda") else f"CPU, {torch.get_num_threads()} threads"
    kind = str(next(model.parameters()).dtype).removeprefix("torch.")
    return f"shape {shape}, {count:,.0f} M parameters, random weights, {kind}, on {where}"


def _config(shape: str) -> Any:
    """The published configurations of Qwen; ``small`` is a Qwen3 for machines without a GPU."""
    from transformers import Qwen2Config, Qwen3Config

    if shape == "qwen2.5-7b":
        return Qwen2Config(
            vocab_size=152064,
            hidden_size=3584,
            intermediate_size=18944,
            num_hidden_layers=28,
            num_attention_heads=28,
            num_key_value_heads=4,
            max_position_embeddings=32768,
            tie_word_embeddings=False,
        )
    if shape == "qwen3-4b":
        return Qwen3Config(
            vocab_size=151936,
            hidden_size=2560,
            intermediate_size=9728,
            num_hidden_layers=36,
            num_attention_heads=32,
            num_key_value_heads=8,
            head_dim=128,
            max_position_embeddings=40960,
            tie_word_embeddings=True,
        )
    return Qwen3Config(
        vocab_size=8192,
        hidden_size=512,
        intermediate_size=1536,
        num_hidden_layers=8,
        num_attention_heads=8,
        num_key_value_heads=4,
        head_dim=64,
        max_position_embeddings=4096,
        tie_word_embeddings=True,
    )
