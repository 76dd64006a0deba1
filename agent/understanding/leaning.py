"""A short message leans on what was asked before it: 几天能好 after a question about invoices is about invoices."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agent.understanding.classifier import LABELS
from agent.understanding.intents import INTENTS, PLEASANTRIES

PULLS: tuple[tuple[int, float], ...] = ((8, 3.0), (14, 2.0), (20, 1.0))
"""Up to so many characters of a message, the log-odds that its topic gains from the turn before."""


def lean(row: NDArray[np.float32], before: Sequence[str], length: int) -> NDArray[np.float32]:
    """Shift the probabilities of a message towards the intents of the turn before, the more the shorter it is.

    Args:
        row: [len(LABELS)], the probabilities of the message or of a clause of it.
        before: the intents of the turn before; empty: a conversation that has just begun.
        length: of the whole message, in characters.

    Returns:
        [len(LABELS)], summing to one; a message that is clear by itself hardly changes.
    """
    pull = next((gain for limit, gain in PULLS if length <= limit), 0.0)
    carried = [LABELS.index(name) for name in before if name in INTENTS and name not in PLEASANTRIES]
    if not pull or not carried:
        return row
    shifted = row.copy()
    shifted[carried] *= np.exp(pull)
    leaned: NDArray[np.float32] = shifted / shifted.sum()
    return leaned
