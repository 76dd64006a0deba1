"""Amounts of money, budgets and quantities."""

import re
from dataclasses import dataclass
from decimal import Decimal

from agent.understanding.entities.numerals import NUMERAL, read_numeral

_AMOUNT = re.compile(
    rf"(?<![\d.])(?P<sign>[¥￥$])?\s*(?P<number>{NUMERAL})\s*(?P<unit>元|块钱?|rmb|人民币|刀|美元|美金|usd|cny)(?P<tail>[1-9一二三四五六七八九](?![\d.]))?"
    rf"|[¥￥$]\s*(?P<signed>\d+(?:\.\d+)?)"
)
_RANGE = re.compile(
    rf"(?<![\d.])({NUMERAL})(?:元|块)?\s*(?:-|~|到|至)\s*({NUMERAL})(?:元|块钱?)?(?:之间|左右|的|以内|价位|预算)"
)
_WITHIN = re.compile(
    rf"(?:预算|控制在|不超过|不要超过|低于|最多|顶多)\s*(?:是|在|就|大概|只有)?\s*({NUMERAL})(?![\d.]*\s*(?:个|件|天|cm|码))|(?<![\d.])({NUMERAL})\s*(?:元|块钱?)?\s*(?:以内|以下|之内|内的|封顶|以里)"
)
_ABOUT = re.compile(rf"(?<![\d.])({NUMERAL})\s*(?:元|块钱?)?\s*(?:左右|上下|出头|来块|价位|多块)(?!的?(?:身高|体重))")
_ABOVE = re.compile(rf"(?<![\d.])({NUMERAL})\s*(?:元|块钱?)?\s*(?:以上)")
_NOT_MONEY = re.compile(
    r"(?:岁|斤|公斤|kg|cm|厘米|米|天|年|月|码|寸|个|件|ml|g)\s*$|(?:身高|体重|脚长|腰围|胸围|年龄)\D{0,4}$"
)
_QUANTITY = re.compile(
    rf"(?<![\d.第])({NUMERAL})\s*(件|个|双|条|套|盒|瓶|包|箱|台|只|本|支|袋|罐|份|把|张|块(?!钱)|斤装|组|对|副|床|顶)(?![一二三四五六七八九十]?[月号])"
)
_BUYS = re.compile(r"买|拍|要|下单|来|订|购|拿|加|一共|总共|还有|有没有|够|多少钱|几折|优惠|便宜")
_ABOUT_SHARE = Decimal("0.2")


@dataclass(frozen=True)
class Budget:
    """What the customer wants to spend, in the shop's currency."""

    low: Decimal | None = None
    high: Decimal | None = None


def find_amounts(text: str) -> tuple[Decimal, ...]:
    """Find amounts with their unit, such as 三百元, 39块9 (39.9) or ¥88, in order; folded text."""
    found = []
    for match in _AMOUNT.finditer(text):
        number = read_numeral(match["signed"] or match["number"])
        if number is None:
            continue
        if match["tail"] and match["unit"].startswith("块") and number == int(number):
            tail = read_numeral(match["tail"])
            number += (tail or Decimal(0)) / 10
        found.append(number)
    return tuple(found)


def find_budget(text: str) -> Budget:
    """Find a budget: 200以内, 100到300之间, 三百左右 (240 to 360), 500以上.

    Args:
        text: folded text.

    Returns:
        The limits; both None where no budget is named.
    """
    match = _RANGE.search(text)
    if match:
        low, high = read_numeral(match[1]), read_numeral(match[2])
        if low is not None and high is not None and low <= high and high >= 10:
            return Budget(low, high)
    within, about, above = (_first(pattern, text) for pattern in (_WITHIN, _ABOUT, _ABOVE))
    if about is not None and (within is None or within == about):
        return Budget(about * (1 - _ABOUT_SHARE), about * (1 + _ABOUT_SHARE))
    return Budget(above, within)


def _first(pattern: re.Pattern[str], text: str) -> Decimal | None:
    for match in pattern.finditer(text):
        if _NOT_MONEY.search(text[: match.start()]) or _NOT_MONEY.search(match.group()):
            continue
        number = read_numeral(next(group for group in match.groups() if group))
        if number is not None and number >= 10:
            return number
    return None


def find_quantity(text: str) -> int | None:
    """Find how many pieces are spoken of, such as 两件 or 5个; None where no count stands beside a buying word."""
    if not _BUYS.search(text):
        return None
    for match in _QUANTITY.finditer(text):
        number = read_numeral(match[1])
        before = text[max(0, match.start() - 1) : match.start()]
        if (
            number is not None
            and number == int(number)
            and 1 <= number <= 9999
            and before not in ("这", "那", "哪", "上", "每")
        ):
            return int(number)
    return None
