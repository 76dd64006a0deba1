"""Batches of encoded rows, of like length."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.prompt import encode

PROMPT_WEIGHT = 0.1
"""What a token of the last user's turn counts for, beside 1 for a token of the answer."""
TEXT_WEIGHT = 0.2
"""What a token of plain text counts for."""
_SHARE = 0.3
"""So many tokens of a last turn are asked for in a batch."""
_TURN_ENDS = 2
"""Tokens that end a message: ``<|im_end|>`` and a line's end."""
_NEIGHBOURS = 8
"""Batches whose rows are sorted by length together."""


@dataclass(frozen=True)
class Line:
    """A row as tokens."""

    ids: tuple[int, ...]
    answer_at: int
    """Where the answer begins."""
    turn_at: int
    """Where the last user's turn begins."""
    said_at: int
    """Where the system message is over."""
    is_text: bool = False
    """Plain text: all of it is asked for, and a batch cuts it to the length of its longest row."""


@dataclass(frozen=True)
class Batch:
    """Rows side by side, padded on the right."""

    ids: Any
    """(rows, longest)."""
    mask: Any
    """(rows, longest): 1 where a token stands."""
    at: Any
    """(asked,): flat places whose next token is asked for."""
    targets: Any
    """(asked,)."""
    weights: Any
    """(asked,)."""


def to_line(tokenizer: Any, row: Mapping[str, Any]) -> Line:
    """Encode a row as serving and tuning do."""
    made = encode(tokenizer, list(row["messages"]), row["answer"])
    opens = tokenizer.convert_tokens_to_ids("<|im_start|>")
    turns = [place for place, token in enumerate(made.input_ids) if token == opens]
    return Line(made.input_ids, made.prompt_tokens, turns[-2] + 1, turns[1])


def to_text_line(tokenizer: Any, text: str) -> Line:
    """Encode plain text: no message, no answer."""
    ids = tuple(tokenizer(text, add_special_tokens=False)["input_ids"])
    return Line(ids, len(ids), 1, 0, is_text=True)


def count_rules(one: Line, other: Line) -> int:
    """How many tokens the system messages of two shops end alike with."""
    pairs = zip(reversed(one.ids[: one.said_at]), reversed(other.ids[: other.said_at]), strict=False)
    return next((count for count, (left, right) in enumerate(pairs) if left != right), one.said_at)


def without_rules(line: Line, rules: int) -> Line:
    """A row without the last tokens of its system message but its end, which are the same in each row and only cost time."""
    cut = rules - _TURN_ENDS
    ids = (*line.ids[: line.said_at - rules], *line.ids[line.said_at - _TURN_ENDS :])
    return Line(ids, line.answer_at - cut, line.turn_at - cut, line.said_at - cut)


def batches(
    rows: Sequence[Mapping[str, Any]],
    encode_row: Callable[[Mapping[str, Any]], Line],
    count: int,
    seed: int,
    texts: Iterator[Sequence[Line]] | None = None,
) -> Iterator[Batch]:
    """Batches without end, each round in another order.

    Args:
        rows: with ``messages`` and ``answer``.
        encode_row: makes tokens of one.
        count: rows of one batch.
        seed: of the order.
        texts: plain text beside the rows of each batch, without end; None: rows alone.
    """
    rng = random.Random(seed)
    lengths = [sum(len(message["content"]) for message in row["messages"]) for row in rows]
    while True:
        order = rng.sample(range(len(rows)), len(rows))
        for start in range(0, len(order), count * _NEIGHBOURS):
            near = sorted(order[start : start + count * _NEIGHBOURS], key=lambda place: lengths[place])
            chunks = [near[at : at + count] for at in range(0, len(near), count)]
            for chunk in rng.sample(chunks, len(chunks)):
                yield collate([*(encode_row(rows[place]) for place in chunk), *(next(texts) if texts else ())], rng)


def collate(lines: Sequence[Line], rng: random.Random) -> Batch:
    """Put rows side by side; of their prompts a share of the last turn is asked for too, of plain text all."""
    import torch

    longest = max(len(line.ids) for line in lines if not line.is_text)
    ids = torch.zeros(len(lines), longest, dtype=torch.long)
    mask = torch.zeros(len(lines), longest, dtype=torch.long)
    at, targets, weights = [], [], []
    for number, line in enumerate(lines):
        kept = line.ids[:longest]
        ids[number, : len(kept)] = torch.tensor(kept)
        mask[number, : len(kept)] = 1
        for place in range(line.turn_at, len(kept)):
            weight = _weigh(line, place)
            if weight != PROMPT_WEIGHT or rng.random() < _SHARE:
                at.append(number * longest + place - 1)
                targets.append(kept[place])
                weights.append(weight)
    return Batch(ids, mask, torch.tensor(at), torch.tensor(targets), torch.tensor(weights))


def _weigh(line: Line, place: int) -> float:
    if line.is_text:
        return TEXT_WEIGHT
    return 1.0 if place >= line.answer_at else PROMPT_WEIGHT
