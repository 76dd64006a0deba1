"""Drawing: some rows of many, the same ones for the same seed."""

import hashlib
from collections.abc import Sequence

from finetune.data.rows import Row
from finetune.problems import Place


def draw(rows: Sequence[Row], count: int, seed: int, name: str) -> tuple[Row, ...]:
    """Draw rows without replacement. Answers of one conversation are drawn together and count as one.

    Which are drawn follows from what they say, so rows added elsewhere change few.

    Args:
        rows: of one file.
        count: of conversations.
        seed: another one draws others.
        name: of what is drawn for: two files draw apart.

    Returns:
        At most ``count`` conversations' rows, in the order of the file.
    """
    first: dict[Place, Row] = {}
    for row in rows:
        first.setdefault(row.place, row)
    drawn = set(sorted(first, key=lambda place: (rank_of(first[place], seed, name), place))[:count])
    return tuple(row for row in rows if row.place in drawn)


def rank_of(row: Row, seed: int, name: str) -> str:
    """The place of a row among all that are drawn from, seeming random: it follows from the seed, the name and the row's words."""
    return hashlib.sha256(f"{seed}\0{name}\0{row.question}\0{row.answer}".encode("utf-8", "surrogatepass")).hexdigest()
