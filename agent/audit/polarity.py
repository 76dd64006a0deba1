"""Flipped negations: the draft says yes to what the evidence says no to, or the reverse."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from agent.audit.finding import Finding
from agent.audit.fold import fold
from agent.audit.trace import Draft, Evidence

_NO = (
    r"不可以|不可|不支持|不能够?|不允许|不享受|不参与|不参加|不包含|不包括|不包|不含|不提供|不接受|不予|不得|不会|不需要|不需|不用|不必|不收取?|"
    r"不办理|不适用|无法|无需|没法|没办法|没有|禁止|谢绝|暂不|概不|恕不|免收|勿|"
    r"不(?!过|错|好意思|仅|但|同|影响|久|少|足|到|满|再|论|管|妨|如|止|断|良|便|明|适|小心|慎|客气|见|会儿|要紧|着急|清楚|知|确定|太|是|想|喜欢|合)"
)
_YES = (
    r"可以|可(?=[^能是爱靠惜]{2})|支持|能够|能(?!量|力|耗)|允许|享受|参与|参加|包含|包括|含有|含(?=[^量义])|提供|"
    r"接受|需要|需(?!求)|必须|须|要收|收取|会(?!员|议)|有(?!效|关|点|些|什么|限)"
)
_MODAL = re.compile(rf"(?P<no>{_NO})|(?P<yes>{_YES})")
_CLAUSE = re.compile(r"[^。!?;，,\n]+")
_SENTENCE = re.compile(r"[^。!?;\n]+")
_FILLER = re.compile(
    r"亲爱的|亲|您好|您|你|我们|咱们|咱|我|店铺?|本店|这边|这款|该|此|商品|产品|的话|如果|若|只要|就|都|也|还|是|的|了|呢|哦|哈|呀|吗|啦|喔|噢|对|把|将|"
    r"一般|目前|现在|直接|另外|但是?|不过|所以|因为|请|一下|进行|申请|办理|帮|给|为|在|后|时|内|[\W_]"
)
_PERMITS = re.compile(r"可以|不可|能|支持|允许|接受|不予|不得|不行|无法|没法|没办法|谢绝|恕不|禁止")
_FURTHER = 1
"""What a short yes speaks of may have so many characters more in evidence that refuses it (退, 退货): 不能改成其他品类 does not refuse 改."""
_AGREES = 0.75
_APART = 0.25
_HEADS_SHARED = 0.5
_HEAD_CHARS = 10
_QUESTION = re.compile(r"吗|\?|是否|能不能|可不可以|要不要|有没有|会不会")


class _Said(NamedTuple):
    """A clause with a yes or a no, and what it is about."""

    is_yes: bool
    pairs: frozenset[str]
    """Neighbouring characters of the clause, without the modal and the filler."""
    heads: frozenset[str]
    """Characters of what is allowed or refused: what follows the modal, or the whole clause where nothing follows."""
    text: str
    start: int
    end: int


def check_polarity(draft: Draft, evidence: Evidence) -> Iterator[Finding]:
    """Report clauses that say yes where the nearest evidence says no, or no where it says yes.

    A clause is compared with each clause of the evidence by the share of its character pairs found there. It is a
    finding only where an opposite clause holds nearly all of them and no clause of the same direction comes near. A clause too short
    for pairs (可以退) is one where all that rules on the same goes the other way; a bare yes or no (可以的) where all that permits or refuses does.
    """
    said = tuple(entry for fact in evidence.proven for entry in _evidence_clauses(fold(fact.text)))
    if not said:
        return
    for clause in _clauses(draft.text, is_joined=False):
        if evidence.is_quoted(draft.text, clause.start, clause.end):
            continue
        if _flips(clause, said) if clause.pairs else _flips_bare(clause, said):
            yield Finding("contradiction", clause.text, f"“{clause.text}”与资料的说法相反：按资料原意改写。")


def stance(text: str) -> bool | None:
    """Whether a text says yes or no first; None where it says neither.

    Args:
        text: a reply.
    """
    return next((clause.is_yes for clause in _clauses(fold(text), is_joined=False)), None)


def contradicts(text: str, other: str) -> bool:
    """Whether a clause of a text says yes to what the other says no to, or the reverse.

    Args:
        text: a reply.
        other: what it is compared with.
    """
    said = tuple(_clauses(fold(other), is_joined=True))
    return any(clause.pairs and _flips(clause, said) for clause in _clauses(fold(text), is_joined=False))


def _flips(clause: _Said, said: Sequence[_Said]) -> bool:
    said = [other for other in said if _is_of_the_same(clause.heads, other.heads)]
    same = max((_share(clause, other) for other in said if other.is_yes == clause.is_yes), default=0.0)
    against = max((_share(clause, other) for other in said if other.is_yes != clause.is_yes), default=0.0)
    return against >= _AGREES and against - same >= _APART


def _flips_bare(clause: _Said, said: Sequence[_Said]) -> bool:
    if clause.heads:
        further = _FURTHER if clause.is_yes else _HEAD_CHARS
        said = [other for other in said if clause.heads <= other.heads and len(other.heads - clause.heads) <= further]
    elif _PERMITS.search(clause.text):
        said = [other for other in said if _PERMITS.search(other.text)]
    else:
        return False
    return bool(said) and all(other.is_yes != clause.is_yes for other in said)


def _is_of_the_same(heads: frozenset[str], others: frozenset[str]) -> bool:
    """Whether two modals allow or refuse the same thing."""
    return len(heads & others) >= _HEADS_SHARED * min(len(heads), len(others))


def _share(clause: _Said, other: _Said) -> float:
    return len(clause.pairs & other.pairs) / len(clause.pairs)


@lru_cache(maxsize=2048)
def _evidence_clauses(folded: str) -> tuple[_Said, ...]:
    return tuple(_clauses(folded, is_joined=True))


def _clauses(folded: str, *, is_joined: bool) -> Iterator[_Said]:
    """Clauses with a modal; ``is_joined`` adds what the sentence said before, where the subject often stands."""
    for sentence in _SENTENCE.finditer(folded):
        before: frozenset[str] = frozenset()
        for clause in _CLAUSE.finditer(sentence[0]):
            text = clause[0]
            modals = list(_MODAL.finditer(text))
            if not modals and not is_joined:
                continue
            pairs = _pairs(text)
            if modals and not _QUESTION.search(text):
                is_yes = not any(match["no"] for match in modals)
                start = sentence.start() + clause.start()
                known = pairs | before if is_joined else pairs
                yield _Said(is_yes, known, _heads(text, modals[0].end()), text, start, start + len(text))
            before |= pairs


def _heads(text: str, after: int) -> frozenset[str]:
    ruled = "".join(_FILLER.split(_MODAL.sub("", text[after:])))[:_HEAD_CHARS]
    return frozenset(ruled or "".join(_FILLER.split(_MODAL.sub("", text))))


def _pairs(text: str) -> frozenset[str]:
    words = "\0".join(_FILLER.split(_MODAL.sub("\0", text)))
    return frozenset(first + second for first, second in pairwise(words) if "\0" not in (first, second))
