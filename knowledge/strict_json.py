"""JSON in which a key stands once: Python's reader would keep the last of two without a word."""

from typing import Any


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its pairs; for ``object_pairs_hook`` of a JSON reader.

    Args:
        pairs: keys and values, as they stand.

    Raises:
        ValueError: a key stands twice.
    """
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"key {key!r} stands twice")
        found[key] = value
    return found
