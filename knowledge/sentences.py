"""Prose cut into sentences that can be quoted one by one.

Cuts fall after the marks that end a Chinese sentence, never inside brackets, quotes, numbers or addresses.
"""

import re

MAX_CHARS = 120
"""No sentence is longer: a reply quotes one or two of them."""

ENDS = "\u3002\uff01\uff1f!?\u2026"
"""Marks that end a sentence."""
_BREAKS = "\u3002\uff01\uff1f!?\uff1b;"
_ASCII_BREAKS = "!?;"
_PAIRS = {
    "\uff08": "\uff09",
    "(": ")",
    "\u3010": "\u3011",
    "[": "]",
    "\u300a": "\u300b",
    "\u300c": "\u300d",
    "\u300e": "\u300f",
    "\u201c": "\u201d",
    "\u2018": "\u2019",
}
_CLOSERS = frozenset(_PAIRS.values()) | {'"', "'"}
_PAUSES = "\uff0c,\u3001\uff1a:"
_COLONS = "\uff1a:"
_ENGLISH_END = re.compile(r"[A-Za-z]{3}\.$")


def split_sentences(text: str) -> list[str]:
    """Cut one paragraph into sentences.

    Args:
        text: plain text without Markdown marks; line feeds are cuts.

    Returns:
        Sentences in order, each with its end mark and at most ``MAX_CHARS`` long; blanks around them are dropped.
    """
    sentences: list[str] = []
    for line in text.split("\n"):
        for sentence in _cut(line):
            sentences.extend(shorten(sentence))
    return sentences


def closed(sentence: str) -> str:
    """The sentence with a mark at its end, so that it can stand before another one.

    Args:
        sentence: one sentence or fragment.
    """
    bare = sentence.rstrip()
    core = bare.rstrip("".join(_CLOSERS))
    if (core and core[-1] in ENDS) or (bare and _is_sign(bare[-1])):
        return bare
    if core == bare:
        bare = bare.rstrip(_PAUSES + "\uff1b;")
    return bare + "\u3002"


def shorten(sentence: str, limit: int = MAX_CHARS) -> list[str]:
    """Cut an overlong sentence at its pauses; what stands before a colon is repeated with each part.

    Args:
        sentence: one sentence.
        limit: the most characters of a part.

    Returns:
        The sentence itself where it is short enough.
    """
    lead = _lead(sentence, limit)
    rest = sentence[len(lead) :]
    parts: list[str] = []
    while rest:
        room = limit - len(lead) - 1
        if len(lead) + len(rest) <= limit:
            parts.append(lead + rest)
            break
        cut = _pause_before(rest, room)
        parts.append(closed(lead + rest[:cut].strip()) if cut < len(rest) else lead + rest)
        rest = rest[cut:].strip()
    return parts


def _lead(sentence: str, limit: int) -> str:
    if len(sentence) <= limit:
        return ""
    cut = min((at for at in (sentence.find(sign) for sign in _COLONS) if at >= 0), default=-1)
    return sentence[: cut + 1] if 0 <= cut <= limit // 3 and not _inside_number(sentence, cut) else ""


def _pause_before(text: str, room: int) -> int:
    """The best place to cut at or before ``room``: a pause outside brackets, else any pause, else between words."""
    guarded = _guarded(text)
    pauses = [at + 1 for at in range(min(room, len(text))) if text[at] in _PAUSES and not _inside_number(text, at)]
    for allowed in ([at for at in pauses if not guarded[at - 1]], pauses):
        late = [at for at in allowed if at > room // 4]
        if late:
            return late[-1]
    cut = room
    while cut > room // 2 and text[cut - 1 : cut + 1].isascii() and text[cut - 1 : cut + 1].isalnum():
        cut -= 1
    return cut


def _cut(line: str) -> list[str]:
    guarded = _guarded(line)
    sentences: list[str] = []
    start = at = 0
    while at < len(line):
        if guarded[at] or not _ends_at(line, at):
            at += 1
            continue
        at += 1
        while at < len(line) and (line[at] in ENDS or (line[at] in _CLOSERS and not guarded[at])):
            at += 1
        sentences.append(line[start:at].strip())
        start = at
    sentences.append(line[start:].strip())
    return [sentence for sentence in sentences if sentence]


def _ends_at(line: str, at: int) -> bool:
    sign = line[at]
    after = line[at + 1 : at + 2]
    if sign == ".":
        return after.isspace() and bool(_ENGLISH_END.search(line[: at + 1]))
    if sign in _ASCII_BREAKS:
        return not after or after.isspace() or not after.isascii() or after in _CLOSERS or after in _ASCII_BREAKS
    return sign in _BREAKS


def _guarded(line: str) -> list[bool]:
    """Which characters stand inside a matched pair of brackets or quotes."""
    inside = [False] * len(line)
    stack: list[tuple[str, int]] = []
    for at, sign in enumerate(line):
        if sign == '"':
            sign_closes = any(wanted == '"' for wanted, _ in stack)
            if not sign_closes:
                stack.append(('"', at))
                continue
        if sign in _PAIRS:
            stack.append((_PAIRS[sign], at))
        elif any(wanted == sign for wanted, _ in stack):
            while stack:
                wanted, start = stack.pop()
                if wanted == sign:
                    inside[start : at + 1] = [True] * (at + 1 - start)
                    break
    return inside


def _inside_number(text: str, at: int) -> bool:
    """Whether a mark stands between two digits, as in 1,000 or 9:30."""
    return 0 < at < len(text) - 1 and text[at - 1].isdigit() and text[at + 1].isdigit() and text[at].isascii()


def _is_sign(char: str) -> bool:
    """Whether a character is an emoji or a similar sign that ends a sentence in its own way."""
    return ord(char) >= 0x2600 and not ("\u3000" <= char <= "\uffef")
