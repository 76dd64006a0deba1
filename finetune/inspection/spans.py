"""Spans: which parts of a row are learned, as text and as tokens."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from agent.prompt import IGNORED, Encoded


@dataclass(frozen=True)
class Span:
    """A stretch of a row that is learned, or is not."""

    text: str
    is_learned: bool


@dataclass(frozen=True)
class Token:
    """One token of a row."""

    id: int
    text: str
    """Where it is part of a character, the bytes' stand-in ``�``."""
    is_learned: bool


def spans_of(tokenizer: Any, encoded: Encoded) -> tuple[Span, ...]:
    """Decode a row, cut where the labels begin or end.

    Args:
        tokenizer: of the base model.
        encoded: the row.
    """
    pairs = zip(encoded.input_ids, encoded.labels, strict=True)
    return tuple(
        Span(_decode(tokenizer, [id_ for id_, _ in group]), is_learned)
        for is_learned, group in groupby(pairs, key=lambda pair: pair[1] != IGNORED)
    )


def tokens_of(tokenizer: Any, encoded: Encoded) -> tuple[Token, ...]:
    """Decode a row token by token.

    Args:
        tokenizer: of the base model.
        encoded: the row.
    """
    pairs = zip(encoded.input_ids, encoded.labels, strict=True)
    return tuple(Token(id_, _decode(tokenizer, [id_]), label != IGNORED) for id_, label in pairs)


def _decode(tokenizer: Any, ids: list[int]) -> str:
    return str(tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False))
