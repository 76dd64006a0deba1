"""The known name that an unknown one most likely stands for."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known name is meant.

    Args:
        name: what was written.
        known: at least one name.

    Returns:
        The most similar known name.
    """
    return get_close_matches(name.lower(), sorted(known), n=1, cutoff=0.0)[0]
