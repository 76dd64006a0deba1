"""One spelling for every disguise of a word, with the way back to the places of the original."""

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from opencc import OpenCC

_LOOKALIKES = str.maketrans(
    # Cyrillic, Greek, Cherokee and small capitals that look like Latin letters.
    "авсԁеԍһіјкӏмоорԛгѕтуԝхуɑаοορτυνκιγχεɡıƖᴀʙᴄᴅᴇғɢʜᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢⅼߊ",
    "abcdeghijklmoopqrstuwxyaaooptuvkiyxegilabcdefghjklmnoprtuvwyzli",
)


@dataclass(frozen=True)
class Spelled:
    """A text as its letters, digits and Chinese characters alone."""

    letters: str
    places: tuple[int, ...]
    """For each letter, where its character stands in the original."""


@cache
def _to_simplified() -> OpenCC:
    """The converter from traditional to simplified characters; its tables are read once."""
    return OpenCC("t2s")


@lru_cache(maxsize=16384)
def _letters_of(char: str) -> str:
    """What one character reads as: half-width, without accents, simplified, lower case; nothing for marks and blanks."""
    narrow = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", char))
    plain = "".join(part for part in narrow if part.isalnum()).lower().translate(_LOOKALIKES)
    simplified: str = plain if plain.isascii() else _to_simplified().convert(plain)
    return simplified


def spell(original: str) -> Spelled:
    """Write a text in one spelling.

    Full width, accents, zero-width characters, blanks and marks between, look-alike letters of other alphabets and traditional
    characters make no difference.

    Args:
        original: any text.
    """
    letters: list[str] = []
    places: list[int] = []
    for place, char in enumerate(original):
        read = _letters_of(char)
        letters.append(read)
        places.extend([place] * len(read))
    return Spelled("".join(letters), tuple(places))
