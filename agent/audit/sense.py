"""Sense: whether a draft has anything to do with its evidence."""

import re
from collections.abc import Iterator
from itertools import pairwise

from agent.audit.finding import Finding
from agent.audit.fold import squeeze
from agent.audit.trace import Draft, Evidence

_HAN = re.compile(r"[\u3400-\u9fff]")
_NOT_KNOWN = re.compile(r"没有?查到|查不到")
_ENOUGH = 12
"""Shorter drafts are not judged: a thank-you shares nothing with any evidence."""
_BRIEF = 60
"""So long, in characters, a draft may be that says it does not know: facts that were found do not always answer what was asked."""
_KNOWN_CHARS, _KNOWN_PAIRS = 0.2, 0.05
"""Below both shares a draft is about something else. Of 136 faithful paraphrases the least has 0.23 of its characters in the evidence."""


def check_sense(draft: Draft, evidence: Evidence) -> Iterator[Finding]:
    """Report drafts that share next to nothing with the facts: nonsense, a story, an answer to another question."""
    letters = squeeze(draft.raw)
    han = "".join(_HAN.findall(letters))
    known = evidence.all_text + evidence.brief.ask
    if len(han) <= _BRIEF and _NOT_KNOWN.search(letters):
        return
    if len(han) >= _ENOUGH and evidence.proven and _is_about_something_else(han, squeeze(known)):
        yield Finding("language", draft.text[:20], "与资料无关：只回答顾客问的，只说资料里的内容。")


def _is_about_something_else(han: str, known: str) -> bool:
    chars = sum(char in known for char in han) / len(han)
    pairs = sum(one + other in known for one, other in pairwise(han)) / (len(han) - 1)
    return chars < _KNOWN_CHARS and pairs < _KNOWN_PAIRS
