"""Encoding: a prompt and its answer as token ids, the same for serving and for training."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from agent.prompt.errors import UnsafeText
from agent.prompt.neutral import is_neutral

IGNORED = -100
"""The label of a token that the loss leaves out."""
_PROBE = "\u7b54"


class ChatTokenizer(Protocol):
    """What is needed of a tokenizer with a chat template."""

    def apply_chat_template(self, conversation: list[dict[str, str]], **options: Any) -> Any:
        """Write a conversation in the model's chat format."""

    def encode(self, text: str, *, add_special_tokens: bool) -> list[int]:
        """Token ids of a text."""

    def convert_tokens_to_ids(self, tokens: str) -> int | None:
        """The id of one token."""


@dataclass(frozen=True)
class Encoded:
    """A prompt, with or without its answer."""

    input_ids: tuple[int, ...]
    labels: tuple[int, ...]
    """As long as `input_ids`: the answer's tokens and its end token; `IGNORED` elsewhere."""
    prompt_tokens: int
    """How many tokens the prompt has."""


def encode(tokenizer: ChatTokenizer, messages: list[dict[str, str]], answer: str | None = None) -> Encoded:
    """Encode a prompt up to where the model begins to speak, and the answer after it.

    The prompt's ids are the same with and without an answer, so what was learned is what is asked.

    Args:
        tokenizer: a transformers tokenizer with a chat template.
        messages: as `render` writes them.
        answer: what the model is to learn; None: nothing.

    Raises:
        UnsafeText: the answer holds control tokens.
    """
    prompt = tokenizer.encode(write(tokenizer, messages), add_special_tokens=False)
    if answer is None:
        return Encoded(tuple(prompt), (IGNORED,) * len(prompt), len(prompt))
    if not is_neutral(answer):
        raise UnsafeText(answer)
    learned = [*tokenizer.encode(answer, add_special_tokens=False), *end_token_ids(tokenizer)[:1]]
    return Encoded((*prompt, *learned), (*([IGNORED] * len(prompt)), *learned), len(prompt))


def write(tokenizer: ChatTokenizer, messages: list[dict[str, str]]) -> str:
    """Write a prompt in the model's chat format, open for its answer and without reasoning aloud."""
    return str(
        tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True, enable_thinking=False)
    )


def end_token_ids(tokenizer: ChatTokenizer) -> Sequence[int]:
    """Tokens that end the model's turn: the one that its template writes after an answer, then its general end token."""
    probe = [{"role": "user", "content": _PROBE}, {"role": "assistant", "content": _PROBE}]
    text = str(tokenizer.apply_chat_template(probe, tokenize=False, enable_thinking=False))
    after = tokenizer.encode(text.rpartition(_PROBE)[2], add_special_tokens=False)
    general = getattr(tokenizer, "eos_token_id", None)
    ends = [after[0]] if after else []
    return tuple(dict.fromkeys([*ends, *([general] if general is not None else [])]))
