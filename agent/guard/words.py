"""Words that must not pass, found at once however they are disguised: an Aho-Corasick automaton over one spelling."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product

from ahocorasick_rs import AhoCorasick, MatchKind
from pypinyin import lazy_pinyin

from agent.guard.spelling import Spelled, spell
from retrieval.words import content_words

_PINYIN_LETTERS = 5
"""A word written in Latin letters alone has at least so many: shorter ones are met by chance."""
_MIXED_SYLLABLES = 4
"""Words of at most so many characters are also looked for with some of them in Latin letters."""
_CLAUSE = re.compile(r"[。！？!?;；，,:：、…\n]")
_LATIN = re.compile(r"[a-z0-9]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_AROUND = 4


@dataclass(frozen=True)
class Met:
    """A forbidden word as it stands in a text."""

    word: str
    """As the list gives it."""
    start: int
    """First character in the text."""
    end: int
    """One past the last."""


class WordGuard:
    """Looks for the words of a list.

    Args:
        words: any scripts; entries without a letter are left out.
    """

    def __init__(self, words: tuple[str, ...]) -> None:
        self._words: dict[str, str] = {}
        for word in words:
            for form in _forms(spell(word).letters):
                self._words.setdefault(form, word)
        self._forms = tuple(self._words)
        self._automaton = AhoCorasick(self._forms, matchkind=MatchKind.Standard) if self._forms else None

    def find(self, text: str) -> Iterator[Met]:
        """Find the words in a text.

        Blanks, marks, zero-width characters, accents, full width, look-alike letters, traditional characters and pinyin hide nothing.
        Clause marks between the letters hide nothing where every gap has one; a single comma parts two words. The end of one word and
        the beginning of the next (外套现在) are no word.

        Args:
            text: what a customer wrote, or a draft.
        """
        if self._automaton is None:
            return
        spelled = spell(text)
        for index, first, last in self._automaton.find_matches_as_indexes(spelled.letters, overlapping=True):
            start, end = spelled.places[first], spelled.places[last - 1] + 1
            if (
                _stands_alone(spelled, first, last)
                and _is_joined(text, spelled, first, last)
                and not _is_between(text, start, end)
            ):
                yield Met(self._words[self._forms[index]], start, end)


@lru_cache(maxsize=64)
def guard_of(words: tuple[str, ...]) -> WordGuard:
    """The guard of a list of words; built once."""
    return WordGuard(words)


def _forms(letters: str) -> Iterator[str]:
    """The ways to write a word: its characters, some or all of them in pinyin."""
    if not letters:
        return
    yield letters
    if len(letters) < 2 or not all(_HAN.match(letter) for letter in letters):
        return
    syllables = lazy_pinyin(letters)
    whole = "".join(syllables)
    if len(whole) >= _PINYIN_LETTERS:
        yield whole
    if len(letters) <= _MIXED_SYLLABLES:
        for mixed in product(*zip(letters, syllables, strict=True)):
            if any(_HAN.match(part) for part in mixed) and "".join(mixed) != letters:
                yield "".join(mixed)


def _stands_alone(spelled: Spelled, first: int, last: int) -> bool:
    """Whether Latin letters at either end are not the inside of a longer Latin word."""
    letters, places = spelled.letters, spelled.places
    before = first > 0 and places[first] - places[first - 1] <= 1 and _LATIN.match(letters[first - 1])
    after = last < len(letters) and places[last] - places[last - 1] <= 1 and _LATIN.match(letters[last])
    return not (before and _LATIN.match(letters[first])) and not (after and _LATIN.match(letters[last - 1]))


def _is_joined(text: str, spelled: Spelled, first: int, last: int) -> bool:
    gaps = [text[one + 1 : other] for one, other in pairwise(spelled.places[first:last]) if other > one]
    parted = [gap for gap in gaps if _CLAUSE.search(gap)]
    return not parted or (len(parted) == len(gaps) and len(gaps) > 1)


def _is_between(text: str, start: int, end: int) -> bool:
    """Whether the match is only the end of one word and the beginning of the next: 外【套现】在."""
    said = text[start:end].lower()
    around = content_words(text[max(0, start - _AROUND) : end + _AROUND].lower())
    return any(
        any(word.endswith(said[:cut]) and len(word) > cut for word in around)
        and any(word.startswith(said[cut:]) and len(word) > len(said) - cut for word in around)
        for cut in range(1, len(said))
    )
