"""Slots: a draft names facts by their numbers, and the program writes the facts' own words in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_SLOT = re.compile(r"[〔［]\s*(\d{1,2}|问)\s*[〕］]")
_ASK = "问"
_RUNS_ON = re.compile(r"[，,；;、～~]|[哦呢哈呀啦噢喔](?=[。！!～~，,]|$)")
"""What goes on with the fact's sentence: its full stop goes."""
_ENDS = "。！？!?"


@dataclass(frozen=True)
class Filled:
    """A draft as the customer would read it."""

    text: str
    named: tuple[int, ...]
    """Places of the facts that slots named, from 0, in the order of saying, each once."""
    unknown: tuple[str, ...] = ()
    """Slots that name nothing, as they stand in the text."""


def slot(number: int) -> str:
    """Write the slot of a fact.

    Args:
        number: of the fact in the prompt, from 1.
    """
    return f"〔{number}〕"


ASK_SLOT = f"〔{_ASK}〕"
"""The slot of the question that the turn ends with."""


def fill(draft: str, facts: Sequence[str], ask: str = "") -> Filled:
    """Write facts into a draft that names them.

    A slot that names nothing is left standing, for the audit to stop; one that comes again goes. Where the draft goes on after a
    fact (〔1〕，另外…), the fact's full stop goes. What a fact says is never read for slots.

    Args:
        draft: as a model wrote it, with or without slots.
        facts: texts of the prompt's facts, in its order.
        ask: the question of the turn; empty: there is none.
    """
    texts = {str(number): fact for number, fact in enumerate(facts, 1)} | ({_ASK: ask} if ask else {})
    said: list[str] = []
    parts: list[str] = []
    unknown: list[str] = []
    end = 0
    for match in _SLOT.finditer(draft):
        key = match[1].lstrip("0")
        parts.append(draft[end : match.start()])
        end = match.end()
        if key not in texts:
            parts.append(match[0])
            unknown.append(match[0])
        elif key not in said:
            said.append(key)
            text, end = _joined(texts[key], draft, end)
            parts.append(text)
    named = tuple(int(key) - 1 for key in said if key != _ASK)
    return Filled("".join((*parts, draft[end:])), named, tuple(unknown))


def _joined(fact: str, draft: str, end: int) -> tuple[str, int]:
    """A fact's words before the rest of the draft, and where this rest begins."""
    if not fact.endswith(tuple(_ENDS)):
        return fact, end
    if _RUNS_ON.match(draft, end):
        return fact.rstrip(_ENDS), end
    while end < len(draft) and draft[end] in _ENDS:
        end += 1
    return fact, end
