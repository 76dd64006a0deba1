"""The small model's tokenizer: Qwen's way of cutting text and its chat format, with a vocabulary of its own."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from finetune.errors import RunError

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
_CUT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
"""Where Qwen's tokenizers cut text before they look for tokens: digits stand alone."""
_ROLES = ("system", "user", "assistant")
_SYSTEMS = 2000
"""So many system messages are read: their rules become few tokens."""


def train_tokenizer(rows: Iterable[Mapping[str, Any]], size: int) -> Any:
    """Find the tokens of a corpus.

    Args:
        rows: with ``messages`` and ``answer``.
        size: tokens of the vocabulary, the special ones included.

    Returns:
        A transformers tokenizer with a chat template.

    Raises:
        RunError: there is nothing to find so many tokens in.
    """
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    core = Tokenizer(models.BPE())
    core.normalizer = normalizers.NFC()
    cut = pre_tokenizers.Split(Regex(_CUT), behavior="isolated")
    letters = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    core.pre_tokenizer, core.decoder = pre_tokenizers.Sequence([cut, letters]), decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    core.train_from_iterator(_texts(rows), trainer)
    if core.get_vocab_size() < size:
        raise RunError(f"the corpus holds {core.get_vocab_size()} tokens, expected {size}: draw more rows")
    made = PreTrainedTokenizerFast(
        tokenizer_object=core,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        additional_special_tokens=["<|im_start|>"],
    )
    made.chat_template = CHATML
    return made


def _texts(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Each line once, so that no sentence of a shop becomes a token; system messages as often as they come."""
    seen: set[str] = set()
    for number, row in enumerate(rows):
        first, *said = row["messages"]
        if number < _SYSTEMS:
            yield first["content"]
        lines = [line for message in said for line in message["content"].split("\n")]
        for line in lines:
            if line not in seen:
                seen.add(line)
                yield line
        yield row["answer"]
        yield "\n".join(_ROLES)
