"""Folding: one spelling for everything that reads the same."""

import re
import unicodedata
from functools import cache, lru_cache

from opencc import OpenCC

_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_NOT_WORD = re.compile(r"[\W_]+")
_SENTENCE_END = re.compile(r"[。!?\n]+|(?<!\d)\.(?=\s|$)")
_CLAUSE_END = re.compile(r"[。!?;…\n，,:]+")
_WORDED = re.compile(r"\w")


@cache
def _to_simplified() -> OpenCC:
    """The converter from traditional to simplified characters; its tables are read once."""
    return OpenCC("t2s")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Fold a text: half-width, visible characters only, simplified, lower case.

    The full-width comma stays, so that ``2，300元`` never reads as two thousand three hundred.

    Args:
        text: any text.
    """
    visible = _INVISIBLE.sub("", text)
    narrow = "，".join(unicodedata.normalize("NFKC", piece) for piece in visible.split("，"))
    simplified: str = _to_simplified().convert(narrow)
    return simplified.lower()


@lru_cache(maxsize=4096)
def squeeze(text: str) -> str:
    """Fold a text and keep its letters, digits and Chinese characters only."""
    return _NOT_WORD.sub("", fold(text))


def split_sentences(folded: str) -> list[str]:
    """Split a folded text into the sentences that hold at least one letter, digit or Chinese character."""
    return [piece.strip() for piece in _SENTENCE_END.split(folded) if piece and _WORDED.search(piece)]


def split_clauses(folded: str) -> list[str]:
    """Split a folded text at commas, colons and sentence ends; lists with 、 stay together."""
    return [piece.strip() for piece in _CLAUSE_END.split(folded) if piece and _WORDED.search(piece)]
