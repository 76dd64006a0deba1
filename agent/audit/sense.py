"""Sense: whether a draft has anything to do with its evidence."""

import re
from collections.abc import Iterator
from itertools import pairwise

from agent.audit.finding import Finding
from agent.audit.fold import squeeze
from agent.audit.trace import Draft, Evidence
from agent.messages import Strategy

_HAN = re.compile(r"[\u3400-\u9fff]")
_NOT_KNOWN = re.compile(r"没有?查到|查不到")
_ENOUGH = 12
"""Shorter drafts need one pair of characters of the evidence, or a plain yes or no."""
_PLAIN = re.compile(r"是|对(?!不)|行|没错|没问题|[可能会有要用得]|不")
_TELLS: frozenset[Strategy] = frozenset({"inform", "alternative"})
"""Manners that tell something: a thank-you or a soothing word shares nothing with any evidence."""
_BRIEF = 60
"""So long, in characters, a draft may be that says it does not know: facts that were found do not always answer what was asked."""
_KNOWN_CHARS, _KNOWN_PAIRS = 0.2, 0.05
"""Below both shares a draft is about something else. Of 136 faithful paraphrases the least has 0.23 of its characters in the evidence."""


def check_sense(draft: Draft, evidence: Evidence) -> Iterator[Finding]:
    """Report drafts that share next to nothing with the facts: nonsense, a story, an answer to another question."""
    letters = squeeze(draft.raw)
    han = "".join(_HAN.findall(letters))
    says_so = len(han) <= _BRIEF and _NOT_KNOWN.search(letters)
    if says_so or not evidence.proven:
        return
    if len(han) < _ENOUGH:
        is_void = _says_nothing(draft, evidence)
    else:
        is_void = _is_about_something_else(han, squeeze(evidence.all_text + evidence.brief.ask))
    if is_void:
        yield Finding("language", draft.text[:20], "与资料无关：只回答顾客问的，只说资料里的内容。")


def _says_nothing(draft: Draft, evidence: Evidence) -> bool:
    """Whether a short draft answers a question with no word of its evidence, and with no yes or no."""
    if evidence.brief.outcome != "answered" or evidence.brief.strategy not in _TELLS:
        return False
    said = squeeze("".join(draft.sentences))
    known = squeeze(f"{evidence.all_text}\n{evidence.own_words}")
    is_told = any(one + other in known for one, other in pairwise(said)) or any(char.isdigit() for char in said)
    return not is_told and not _PLAIN.match(said)


def _is_about_something_else(han: str, known: str) -> bool:
    chars = sum(char in known for char in han) / len(han)
    pairs = sum(one + other in known for one, other in pairwise(han)) / (len(han) - 1)
    return chars < _KNOWN_CHARS and pairs < _KNOWN_PAIRS
