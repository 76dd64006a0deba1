"""Encoding: rows as token ids, with the loss on the answer and its end token alone, proven for each row."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agent.prompt import IGNORED, Encoded, encode, end_token_ids
from agent.prompt.errors import UnsafeText
from finetune.data.rows import Row
from finetune.errors import MaskError
from finetune.problems import Problem


@dataclass(frozen=True)
class EncodedRow:
    """A row ready for the model."""

    row: Row
    encoded: Encoded

    @property
    def tokens(self) -> int:
        """Prompt and answer together."""
        return len(self.encoded.input_ids)

    @property
    def learned(self) -> int:
        """Tokens that the loss is taken over."""
        return self.tokens - self.encoded.prompt_tokens


@dataclass(frozen=True)
class EncodedRows:
    """Rows that fit, and those that do not."""

    rows: tuple[EncodedRow, ...]
    too_long: tuple[Problem, ...]


def encode_rows(tokenizer: Any, rows: Sequence[Row], max_tokens: int) -> EncodedRows:
    """Encode rows with the prompt's own encoding; no row is ever cut.

    Args:
        tokenizer: of the base model, with its chat template.
        rows: what is to be learned.
        max_tokens: a row with more is put aside.

    Raises:
        MaskError: a row's labels are not its answer and its end token.
    """
    fitting: list[EncodedRow] = []
    too_long: list[Problem] = []
    for row in rows:
        encoded = _encode(tokenizer, row)
        if len(encoded.input_ids) > max_tokens:
            message = (
                f"{len(encoded.input_ids)} tokens, {max_tokens} are allowed; raise max_tokens, shorten the row, or set "
                "too_long to drop"
            )
            too_long.append(Problem("long", "error", row.place, message))
        else:
            fitting.append(EncodedRow(row, encoded))
    return EncodedRows(tuple(fitting), tuple(too_long))


def _encode(tokenizer: Any, row: Row) -> Encoded:
    messages = [dict(message) for message in row.messages]
    try:
        encoded = encode(tokenizer, messages, row.answer)
    except UnsafeText as error:
        raise MaskError(f"{row.place}: {error}") from error
    check_mask(tokenizer, encoded, encode(tokenizer, messages).input_ids, row)
    return encoded


def check_mask(tokenizer: Any, encoded: Encoded, asked: Sequence[int], row: Row) -> None:
    """See that exactly the answer and its end token are learned.

    Args:
        tokenizer: of the base model.
        encoded: the row with its answer.
        asked: ids of the prompt as serving sends it.
        row: the row.

    Raises:
        MaskError: something else is learned, or something is left out.
    """
    ids, labels = encoded.input_ids, encoded.labels
    prompt, learned = labels[: len(asked)], labels[len(asked) :]
    said = tokenizer.decode(list(learned[:-1]), skip_special_tokens=False, clean_up_tokenization_spaces=False)
    wrong = {
        "labels and ids differ in number": len(ids) != len(labels),
        "the prompt is not the one that serving sends": tuple(ids[: len(asked)]) != tuple(asked),
        "part of the prompt is learned": any(label != IGNORED for label in prompt),
        "part of the answer is left out": learned != ids[len(asked) :],
        "the answer does not end with the end of its turn": not learned or learned[-1] != end_token_ids(tokenizer)[0],
        f"what is learned reads {said[:60]!r}": _plain(said) != _plain(row.answer),
    }
    for what, is_wrong in wrong.items():
        if is_wrong:
            raise MaskError(
                f"{row.place}: {what}; expected {row.answer[:60]!r} and its end token: use the tokenizer and chat template "
                "that came with the model"
            )


def _plain(text: str) -> str:
    """Tokenizers compose characters; so does this."""
    return unicodedata.normalize("NFC", text)
