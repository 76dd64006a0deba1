"""Flat text: half-width and without invisible characters, with the way back to the places of the original."""

import re
import unicodedata
from dataclasses import dataclass

_INVISIBLE = re.compile(r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-")


@dataclass(frozen=True)
class Flat:
    """A text in one spelling."""

    text: str
    places: tuple[int, ...]
    """For each character of `text`, where it stands in the original."""

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original that a stretch of `text` came from; ``end`` is over ``start``."""
        return self.places[start], self.places[end - 1] + 1


def flatten(original: str) -> Flat:
    """Write a text flat.

    Args:
        original: any text.
    """
    chars: list[str] = []
    places: list[int] = []
    for place, char in enumerate(original):
        if char.isascii():
            chars.append(char)
            places.append(place)
        elif not _INVISIBLE.match(char):
            narrow = unicodedata.normalize("NFKC", char).translate(_DASHES)
            chars.append(narrow if len(narrow) == 1 else char)
            places.append(place)
    return Flat("".join(chars), tuple(places))
