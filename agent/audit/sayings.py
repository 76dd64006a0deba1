"""What a text says, by patterns that come one after the other."""

import re
from collections.abc import Sequence
from typing import TypeVar

Said = TypeVar("Said")


def find_sayings(text: str, sayings: Sequence[tuple[Said, re.Pattern[str]]]) -> tuple[tuple[Said, int, int], ...]:
    """Find what a text says; words that one pattern has read are not read by a later one.

    Args:
        text: folded.
        sayings: what is said, and how; the surest first.

    Returns:
        What is said with its begin and end in the text, in the order of the patterns.
    """
    found = []
    rest = text
    for said, pattern in sayings:
        for match in pattern.finditer(rest):
            found.append((said, match.start(), match.end()))
            rest = rest[: match.start()] + "\0" * len(match[0]) + rest[match.end() :]
    return tuple(found)
