"""What the intent classifier sees of a clause beside its meaning: single characters and pairs of them."""

import re
from itertools import pairwise

_LONG_NUMBER = re.compile(r"(?<![a-z0-9])(?=[a-z0-9-]*\d{4})[a-z0-9][a-z0-9-]{5,}(?![a-z0-9])")
_NOT_SAID = re.compile(r"[\s,。、~…\"'()<>《》【】\[\]]+")


def mask_numbers(text: str) -> str:
    """Put one fixed number in the place of every order and tracking number: which one it is says nothing of the intent."""
    return _LONG_NUMBER.sub("12345678", text)


def character_grams(text: str) -> frozenset[str]:
    """Single characters and neighbouring pairs of a text, with marks for its beginning and end.

    Args:
        text: folded text; digits count as one sign, spaces and light punctuation as none.

    Returns:
        The grams, each once; never empty.
    """
    said = "^" + "".join("0" if sign.isdigit() else sign for sign in _NOT_SAID.sub("", text)) + "$"
    return frozenset((*said, *(one + other for one, other in pairwise(said))))
