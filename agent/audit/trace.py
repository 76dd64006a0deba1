"""Tracing: what the evidence of a turn proves, ready to be asked."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from agent.audit.claims import Claim, find_claims
from agent.audit.fold import fold, split_sentences, squeeze
from agent.audit.readings import Key
from agent.evidence import Brief, Fact
from agent.profile import ShopProfile

_ECHOED = frozenset({"id", "size", "number", "date"})
_TAIL = re.compile(r"(?:尾号|后四位|末四位|后几位)[是为:]*$")
_LONG_ID = 10
_LONG_QUOTE = 4


@dataclass(frozen=True)
class Draft:
    """A draft reply in the forms that the checks read."""

    raw: str
    text: str
    """Folded."""
    sentences: tuple[str, ...]
    """Of the folded text, without the shop's form of address and closing."""

    @classmethod
    def of(cls, raw: str, profile: ShopProfile) -> "Draft":
        """Fold a draft and take its sentences apart."""
        text = fold(raw)
        body = text
        for frame in (fold(profile.style.closing), fold(profile.style.address)):
            bare = frame.strip("。!?~ ")
            if bare and body.endswith(frame):
                body = body.removesuffix(frame)
            if bare and body.startswith(bare):
                body = body.removeprefix(bare).lstrip("，,。!~ ")
        return cls(raw, text, tuple(split_sentences(body)))


@dataclass(frozen=True)
class Evidence:
    """Everything a draft may rest on."""

    brief: Brief
    profile: ShopProfile

    @cached_property
    def proven(self) -> tuple[Fact, ...]:
        """Facts that the shop knows; not what the customer said and not what is only proposed."""
        return tuple(fact for fact in self.brief.facts if fact.kind not in ("echo", "proposal"))

    @cached_property
    def text(self) -> str:
        """The shop's facts, folded, one a line."""
        return "\n".join(fold(fact.text) for fact in self.proven)

    @cached_property
    def all_text(self) -> str:
        """All facts with the customer's own words and the proposals, folded, one a line."""
        return "\n".join(fold(fact.text) for fact in self.brief.facts)

    @cached_property
    def own_words(self) -> str:
        """The shop's own names and phrases, folded: they are never a leak and never foreign."""
        profile = self.profile
        words = (profile.name, profile.assistant, profile.maker, profile.hotline or "", profile.style.address)
        return "\n".join(map(fold, (*words, profile.style.closing, *profile.can, *profile.cannot)))

    @cached_property
    def squeezed(self) -> str:
        """Everything that a reply may repeat at length: facts, leads, questions and the shop's own words."""
        manner = (text for answer in self.brief.answers for text in (answer.lead, answer.ask))
        return "\n".join(map(squeeze, (self.all_text, self.own_words, *manner)))

    @cached_property
    def _keys(self) -> frozenset[Key]:
        keys: set[Key] = set()
        for claim in find_claims(self.own_words):
            keys.update(claim.gives)
        for fact in self.brief.facts:
            for claim in find_claims(fold(fact.text)):
                if fact.kind != "echo" or claim.kind in _ECHOED:
                    keys.update(claim.gives)
        return frozenset(keys)

    @cached_property
    def _ids(self) -> tuple[str, ...]:
        return tuple(str(key[1]) for key in self._keys if key[0] == "id")

    @cached_property
    def _quotable(self) -> tuple[str, ...]:
        """Sentences that may be said word for word."""
        manner = [text for answer in self.brief.answers for text in (answer.lead, answer.ask)]
        texts = [fact.text for fact in self.brief.facts] + manner + [self.profile.style.closing]
        sentences = [sentence for text in texts for sentence in _pieces(fold(text))]
        return tuple(dict.fromkeys(sentence for sentence in sentences if len(sentence) >= _LONG_QUOTE))

    def proves(self, claim: Claim, draft: Draft) -> bool:
        """Whether a claim of the draft stands in the evidence, in any spelling."""
        if any(key in self._keys for key in claim.accepts) or self._is_day_of_a_fitting_year(claim):
            return True
        value = str(claim.accepts[0][-1])
        if _TAIL.search(draft.text[max(0, claim.start - 8) : claim.start]) and any(
            known.endswith(value) for known in self._ids
        ):
            return True
        if claim.kind == "id" and len(value) >= _LONG_ID and any(_is_prefixed(known, value) for known in self._ids):
            return True
        return self.is_quoted(draft.text, claim.start, claim.end)

    def _is_day_of_a_fitting_year(self, claim: Claim) -> bool:
        """Whether a full date is a day that the evidence gives without a year, and its year fits all that is known."""
        kind, *day = claim.accepts[0]
        if kind != "day" or ("day", None, *day[1:]) not in self._keys:
            return False
        years = {key[1] for key in self._keys if key[0] == "year"}
        for source in self.brief.sources:
            years |= {when.year for when in (source.effective_from, source.effective_to) if when is not None}
        return not years or day[0] in years

    def is_quoted(self, text: str, start: int, end: int) -> bool:
        """Whether the place lies inside a sentence of the evidence that the draft says word for word."""
        return any(first <= start and end <= last for first, last in self._quoted(text))

    def _quoted(self, text: str) -> Iterable[tuple[int, int]]:
        for sentence in self._quotable:
            at = text.find(sentence)
            while at >= 0:
                yield at, at + len(sentence)
                at = text.find(sentence, at + 1)


def _pieces(folded: str) -> list[str]:
    whole = folded.strip().rstrip("。!?;~… ")
    return [whole, *split_sentences(folded)]


def _is_prefixed(known: str, value: str) -> bool:
    """Whether a long number is a known one that lacks only its leading letters."""
    return known.endswith(value) and known.removesuffix(value).isalpha()
