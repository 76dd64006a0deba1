"""Sizes: letters, numbers with 码, children's and shoe sizes, and whatever sizes the catalogue knows."""

import re
from collections.abc import Collection

_WORDS = r"均码|加大码?|加肥加大|特大码?|超大码?|大一码|小一码|大码|中码|小码|大号|中号|小号|特大号|加大号|单人|双人"
_SIZE = re.compile(
    r"(?<![a-z0-9'.\-])(?:(?:x{1,5}|[2-9]x)[sl]|[sml])(?:/[sml]|-?x{0,3}l)?(?![a-z0-9'])(?:码|号)?"
    r"|(?<![\d.])\d{2,3}/\d{2,3}[a-cy]?(?![\d.])"
    r"|(?<![\d.])\d{2}[a-g](?![a-z0-9])"
    r"|(?<![\d.])\d{1,3}(?:\.5)?\s*(?:码|号)(?!\d|[前后之到发的]|楼|线|仓|早|晚|上午|下午)"
    rf"|{_WORDS}"
)
_PAIR_OF_BODY = re.compile(r"1[3-9]\d/\d{2,3}")
_BARE = re.compile(
    r"(?<![\d.a-z])\d{2,3}(?:\.5)?(?![\d.a-z]|\s*(?:元|块|斤|kg|公斤|cm|厘米|岁|天|个|件|米|%|分|年|月|点))"
)
_MONTH_DAY = re.compile(r"(?:月|年)\s*$")


def find_sizes(text: str, known: Collection[str] = ()) -> tuple[str, ...]:
    """Find sizes in a message.

    Args:
        text: folded text.
        known: folded sizes of the catalogue (of the product in question, where there is one); with them a bare 38 is a size
            when goods come in 38, and so is 500ml.

    Returns:
        Sizes in order of appearance, each once: letters in capitals without 码, others as folded.
    """
    found: dict[int, str] = {}
    for match in _SIZE.finditer(text):
        size = match.group()
        if _PAIR_OF_BODY.fullmatch(size) and size not in known:
            continue
        if not _may_be_a_day(size, text[: match.start()], known):
            found[match.start()] = _settle(size)
    for size in known:
        if len(size) < 2 or size.isdigit():
            continue
        place = text.find(size)
        if place >= 0 and _stands_free(text, place, size):
            found[place] = _settle(size)
    bare_known = {size.rstrip("码号") for size in known}
    for match in _BARE.finditer(text):
        if match.group() in bare_known and match.start() not in found:
            found[match.start()] = match.group()
    return tuple(dict.fromkeys(found[place] for place in sorted(found)))


def _may_be_a_day(size: str, before: str, known: Collection[str]) -> bool:
    """Whether 15号 is rather a day of the month than a size."""
    if not size[0].isdigit() or not size.endswith("号"):
        return False
    number = size.rstrip("号 ")
    return _MONTH_DAY.search(before) is not None or (float(number) <= 31 and number not in known and size not in known)


def _settle(size: str) -> str:
    size = size.replace(" ", "")
    if re.fullmatch(r"[0-9a-z/.\-]+[码号]", size):
        size = size[:-1]
    return (
        size.upper() if re.fullmatch(r"[0-9a-z/\-]+", size) and not re.search(r"\d(?:ml|g|kg|cm|mm|m)$", size) else size
    )


def _stands_free(text: str, place: int, size: str) -> bool:
    """Whether a Latin or numeric size is not a part of a longer word or number."""
    before, after = text[place - 1 : place], text[place + len(size) : place + len(size) + 1]
    return not (before.isascii() and before.isalnum() and size[0].isascii()) and not (
        after.isascii() and after.isalnum() and size[-1].isascii()
    )


def same_size(one: str, other: str) -> bool:
    """Whether two spellings mean one size: ``m``, ``M码`` and ``M``."""
    return _bare(one) == _bare(other)


def _bare(size: str) -> str:
    bare = size.lower().replace(" ", "")
    bare = re.sub(r"(?<=[a-z0-9])[码号]$", "", bare)
    bare = re.sub(r"\(.*?\)", "", bare)
    return re.sub(r"x{2,5}(?=[ls]$)", lambda match: f"{len(match.group())}x", bare)
