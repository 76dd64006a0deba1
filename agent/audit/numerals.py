"""Numbers as people write them: 1,299 and 一千二百九十九 and 1.5万."""

from decimal import Decimal
from functools import lru_cache

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10_000, "亿": 100_000_000}
CHINESE = "零〇一二两三四五六七八九十百千万亿"


@lru_cache(maxsize=4096)
def read_number(text: str) -> Decimal:
    """Read a number.

    Args:
        text: Arabic digits with optional thousands commas, decimals and 万 or 亿; Chinese numerals; or 半.

    Returns:
        Its value. Digits in a row (八八, 二〇二六) are read digit by digit.
    """
    if text == "半":
        return Decimal("0.5")
    if text[0].isdigit() and text[0] not in CHINESE:
        factor = _MYRIADS.get(text[-1], 1)
        return Decimal(text.rstrip("万亿").replace(",", "")) * factor
    if "点" in text:
        whole, _, part = text.partition("点")
        return Decimal(f"{_read_chinese(whole)}.{''.join(str(_DIGITS[char]) for char in part)}")
    return Decimal(_read_chinese(text))


def _read_chinese(text: str) -> int:
    if len(text) > 1 and all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total = section = digit = 0
    unit = 1
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _TENS:
            unit = _TENS[char]
            section += (digit or 1) * unit
            digit = 0
        else:
            unit = _MYRIADS[char]
            total += (section + digit or 1) * unit
            section = digit = 0
    if digit and unit > 10 and text[-2] not in "零〇":
        digit *= unit // 10  # 一百二 is 120, 一万二 is 12,000
    return total + section + digit
