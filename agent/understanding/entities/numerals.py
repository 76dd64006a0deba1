"""Chinese numerals as numbers: 三百五, 一米六五, 两."""

import re
from decimal import Decimal

_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "俩": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_UNITS = {"十": 10, "百": 100, "千": 1000}

NUMERAL = r"(?:\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千万]+)"
"""A number in digits or in Chinese numerals, as part of a pattern."""

_PLAIN = re.compile(r"\d+(?:\.\d+)?")


def read_numeral(text: str) -> Decimal | None:
    """Read a number written in digits or in Chinese numerals.

    Args:
        text: such as ``300``, ``1.65``, ``三百五`` (350) or ``两千零八`` (2008).

    Returns:
        The number; None when the text is not one.
    """
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    if not text or any(sign not in _DIGITS and sign not in _UNITS and sign != "万" for sign in text):
        return None
    if all(sign in _DIGITS for sign in text):
        return Decimal("".join(str(_DIGITS[sign]) for sign in text))
    high, mark, low = text.rpartition("万")
    if not mark:
        return Decimal(_below_ten_thousand(low))
    thousands = _below_ten_thousand(high) if high else 1
    rest = _DIGITS[low] * 1000 if len(low) == 1 and low in _DIGITS else _below_ten_thousand(low)
    return Decimal(thousands * 10000 + rest)


def _below_ten_thousand(text: str) -> int:
    """三百五 is 350 and 三百零五 is 305: a last digit takes the next lower unit unless a zero stands before it."""
    total, digit, last_unit = 0, 0, 10
    for place, sign in enumerate(text):
        if sign in _UNITS:
            total += (digit or (1 if place == 0 else 0)) * _UNITS[sign]
            digit, last_unit = 0, _UNITS[sign]
        else:
            digit = _DIGITS.get(sign, 0)
            if digit == 0:
                last_unit = 10
    return total + digit * (last_unit // 10 if last_unit > 10 else 1)
