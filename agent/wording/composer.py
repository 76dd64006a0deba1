"""Wording from facts: a reply made of the turn's evidence alone, in the shop's style. Also the fallback for every model."""

import re
from dataclasses import dataclass, replace

from agent.evidence import Answer, Brief, Fact
from agent.profile import ShopProfile

CHEERFUL = frozenset({"inform", "done", "alternative", "incentive", "remind", "smalltalk"})
_STOPS = re.compile(r"[。！？!?]+")
_SAID_AGAIN = frozenset({"proposal", "receipt", "stock"})
"""Facts that keep their place however often they were said."""


@dataclass(frozen=True)
class Wording:
    """A reply and the facts that it uses."""

    text: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class _Piece:
    text: str
    rank: int
    """What must be said first gets the lowest rank."""
    fact: Fact | None = None

    @property
    def sentences(self) -> int:
        """Sentences ended; a lead that runs on into the next one ends none."""
        return len(_STOPS.findall(self.text))


class Composer:
    """Words a brief in the shop's style, within its limits of sentences and characters.

    Args:
        profile: the shop's own style.
    """

    name = "composer"

    def __init__(self, profile: ShopProfile) -> None:
        self.profile = profile

    def word(self, brief: Brief, before: str = "", *, is_calm: bool = True) -> Wording:
        """Word a turn: each answer's most important fact first, questions last; what does not fit stays out.

        Args:
            brief: what the turn may say.
            before: the assistant's last reply; what it said already comes after what is new.
            is_calm: whether the customer is in a mood for a cheerful closing.
        """
        style = self.profile.style
        closing = style.closing if is_calm and self._is_cheerful(brief) else ""
        room = style.max_chars - len(closing) - len(style.address) - 1
        chosen = _choose(_pieces(brief, before), style.max_sentences, room)
        body = "".join(piece.text for piece in chosen)
        if not body:
            return Wording("", ())
        return Wording(style.addressed(body) + closing, tuple(piece.fact for piece in chosen if piece.fact is not None))

    def _is_cheerful(self, brief: Brief) -> bool:
        return brief.outcome == "answered" and all(answer.strategy in CHEERFUL for answer in brief.answers)


def _pieces(brief: Brief, before: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    seen: set[str] = set()
    asks: list[_Piece] = []
    for order, answer in enumerate(brief.answers):
        for piece in _answer_pieces(replace(answer, lead="") if order else answer, order, before):
            if piece.text not in seen:
                seen.add(piece.text)
                (asks if piece.text == answer.ask else pieces).append(piece)
    return pieces + asks[:1]


def _answer_pieces(answer: Answer, order: int, before: str) -> list[_Piece]:
    pieces = []
    if answer.lead:
        needed = not answer.facts or answer.strategy in ("soothe", "decline")
        pieces.append(_Piece(answer.lead, 10 + order if needed else 60 + order))
    new = [fact for fact in answer.facts if fact.text not in before or fact.kind in _SAID_AGAIN]
    ranked = [*new, *(fact for fact in answer.facts if fact not in new)]
    pieces.extend(_Piece(fact.text, _rank(ranked.index(fact)) + order, fact) for fact in answer.facts)
    if answer.ask:
        waits = answer.outcome == "clarify" or answer.strategy in ("incentive", "soothe")
        pieces.append(_Piece(answer.ask, 5 + order if waits else 45 + order))
    return pieces


def _rank(place: int) -> int:
    return 0 if place == 0 else 30 + 10 * place


def _choose(pieces: list[_Piece], max_sentences: int, room: int) -> list[_Piece]:
    """Take pieces by rank while they fit, and give them back in the order of saying."""
    taken: list[_Piece] = []
    sentences, chars = 0, 0
    for piece in sorted(pieces, key=lambda entry: entry.rank):
        if sentences + piece.sentences > max_sentences or chars + len(piece.text) > room:
            continue
        taken.append(piece)
        sentences += piece.sentences
        chars += len(piece.text)
    if not taken and pieces:
        first = min(pieces, key=lambda entry: entry.rank)
        taken = [_Piece(_cut(first.text, room), 0, first.fact)]
    return [piece for piece in pieces if piece in taken] or taken


def _cut(text: str, room: int) -> str:
    """Shorten an over-long sentence at its last clause that fits."""
    if len(text) <= room:
        return text
    head = text[: max(room - 1, 1)]
    stop = max(head.rfind(mark) for mark in "；，、;,")
    return (head[:stop] if stop > 0 else head) + "。"
