"""Of several colours or sizes in a message, the one that is wanted rather than owned."""

import re
from collections.abc import Sequence

_LINK = r"(?:个|一件|一双|一个|件|双|大|小|成|为|到|的)*\s*$"
_WANTS = (re.compile(rf"(?:换|改)(?:成|为|到)?{_LINK}"), re.compile(rf"(?<!不)(?:要|选){_LINK}"))


def wanted_of(text: str, words: Sequence[str]) -> str | None:
    """The word after 换成, else the one after 要, else the last.

    Args:
        text: folded text.
        words: colours or sizes of the text, in order.

    Returns:
        One of ``words``; None where there is none.
    """
    for wants in _WANTS:
        for word in words:
            place = text.find(word.lower())
            if place > 0 and wants.search(text[:place]):
                return word
    return words[-1] if words else None
