"""Which turns belong to which ask of a task."""

from collections.abc import Sequence

from evaluation.records import PlayedTurn

FREE = "free"
"""Tag of a case whose customer spoke in their own words, so that asks cannot be told apart."""


def split_by_ask(turns: Sequence[PlayedTurn], asks: Sequence[str], *, is_free: bool = False) -> list[list[PlayedTurn]]:
    """Share the turns among the asks.

    Args:
        turns: of one case.
        asks: the words of each ask, in order.
        is_free: whether the customer spoke in their own words; then each ask has all the turns.

    Returns:
        For each ask the turns from its words up to the next ask's; empty for an ask that was never put.
    """
    if is_free:
        return [list(turns) for _ in asks]
    spans: list[list[PlayedTurn]] = [[] for _ in asks]
    current = -1
    for turn in turns:
        if current + 1 < len(asks) and turn.customer == asks[current + 1]:
            current += 1
        if current >= 0:
            spans[current].append(turn)
    return spans
