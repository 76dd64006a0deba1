"""Phrasing: other ways in which a customer writes the same question, by rule."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from random import Random

from opencc import OpenCC

from agent.understanding.confusions import WRONG_FORMS

Rule = Callable[[str, Random], str]
"""Writes a question otherwise; the question itself where the rule does not fit."""

_POLITE = ("请问", "你好，", "您好，请问", "麻烦问下，", "想问一下，", "在吗，", "客服你好，")
_ENDS = ("，谢谢", "，麻烦了", "呀", "啊", "？？")
_BEGINS = re.compile(r"^(?:请问一下|请问|你好|您好|在吗|客服|麻烦)[，, ]?")
_TAIL = re.compile(r"[。.？?！!~～\s]+$")
_MAY = re.compile(r"^(?:请问)?(?:能不能|可不可以|可以|能)(?P<what>[^，,。？?吗嘛]{2,14})(?:吗|嘛|么)?$")
_HAVE = re.compile(r"^(?P<before>[^，,。？?]{0,10})有没有(?P<what>[^，,。？?吗]{1,12})$")
_WHICH = re.compile(r"什么|啥|怎么|哪|谁|多少|多久|几|为什么")
_CLAUSES = re.compile(r"^(?P<one>[^，,？?。]{3,20})[，,](?P<other>[^，,？?。]{3,20})$")
_LEANS = re.compile(r"^(?:那|它|这|然后|但|可是|所以|因为|就|也|还|不过|另外|而且)")
_PARTICLES = re.compile(r"(?:吗|嘛|么|呢|呀|啊)$")


def variants(question: str, count: int, random: Random) -> tuple[str, ...]:
    """Write a question in other ways.

    Args:
        question: as the customer wrote it.
        count: at most so many.
        random: decides which.

    Returns:
        Other texts than the question, each once; fewer where no more rules fit.
    """
    rules = list(RULES)
    random.shuffle(rules)
    written: list[str] = []
    for rule in rules:
        made = rule(question, random)
        if made != question and made not in written:
            written.append(made)
    return tuple(written[:count])


def say_politely(question: str, random: Random) -> str:
    """With a greeting before it, or without the one that it has."""
    bare = _BEGINS.sub("", question)
    return bare if bare != question and len(bare) > 2 else f"{random.choice(_POLITE)}{question}"


def say_loosely(question: str, random: Random) -> str:
    """With other words at its end, as people type."""
    bare = _TAIL.sub("", question)
    return (
        f"{bare}{random.choice(_ENDS)}"
        if not _PARTICLES.search(bare)
        else _PARTICLES.sub(random.choice(("嘛", "么", "不")), bare)
    )


def turn_around(question: str, _random: Random) -> str:
    """In another order of words: 能不能开发票 is 开发票可以吗, 有没有礼盒 is 礼盒有吗; two clauses change places."""
    bare = _TAIL.sub("", question)
    may = _MAY.match(bare)
    if may and not _WHICH.search(bare):
        return f"{may['what']}可以吗"
    if have := _HAVE.match(bare):
        return f"{have['before']}{have['what']}有吗"
    clauses = _CLAUSES.match(bare)
    if clauses and not _LEANS.match(clauses["other"]):
        return f"{clauses['other']}，{clauses['one']}"
    return question


def mistype(question: str, random: Random) -> str:
    """With a slip of the input method in a word of trade: 退货 is 退或."""
    slips = [(word, wrong) for word, forms in _slips().items() if word in question for wrong in forms]
    if not slips:
        return question
    word, wrong = random.choice(slips)
    return question.replace(word, wrong, 1)


def write_traditionally(question: str, _random: Random) -> str:
    """In traditional characters."""
    return str(_to_traditional().convert(question))


RULES: Sequence[Rule] = (say_politely, say_loosely, turn_around, mistype, write_traditionally)


@cache
def _slips() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for wrong, word in sorted(WRONG_FORMS.items()):
        found.setdefault(word, []).append(wrong)
    return found


@cache
def _to_traditional() -> OpenCC:
    return OpenCC("s2t")
