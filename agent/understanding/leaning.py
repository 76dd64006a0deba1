"""A short message leans on what was asked before it: 几天能好 after a question about invoices is about invoices."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agent.understanding.classifier import LABELS, Rows
from agent.understanding.intents import INTENTS, PLEASANTRIES


@dataclass(frozen=True)
class Leaning:
    """How much messages of one length lean on the turn before."""

    longest: int
    """Messages of up to so many characters."""
    share: float
    """Weight of the two messages read as one, against the message alone, 0 to 1."""
    pull: float
    """Log-odds that the intents of the turn before gain."""


LEANINGS: tuple[Leaning, ...] = (Leaning(8, 0.35, 2.0), Leaning(14, 0.25, 1.5), Leaning(20, 0.15, 0.5))
"""Source: on the shipped follow-ups the right intent rises from .54 (alone) to .84, while short messages that have nothing to do
with the one before lose 4 points at most."""


def leaning_of(length: int) -> Leaning | None:
    """How a message of so many characters leans; None: it stands by itself."""
    return next((leaning for leaning in LEANINGS if length <= leaning.longest), None)


def lean(row: Rows, joined: Rows | None, before: Sequence[str], length: int) -> Rows:
    """Shift the probabilities of a message towards what was asked before, the more the shorter it is.

    Args:
        row: [len(LABELS)], the probabilities of the message or of a clause of it.
        joined: [len(LABELS)], those of the message before and this one read as one; None: not judged.
        before: the intents of the turn before; empty: a conversation that has just begun.
        length: of the whole message, in characters.

    Returns:
        [len(LABELS)], summing to one; a message that is clear by itself hardly changes.
    """
    leaning = leaning_of(length)
    carried = [LABELS.index(name) for name in before if name in INTENTS and name not in PLEASANTRIES]
    if leaning is None or not carried:
        return row
    shifted = row.copy() if joined is None else row ** (1 - leaning.share) * joined**leaning.share
    shifted[carried] *= np.exp(leaning.pull)
    return np.asarray(shifted / shifted.sum(), dtype=np.float32)
