"""Customers' words without what may name them, for editors to read."""

import re

_NUMBER = re.compile(r"(?<![\d.])(?:\+?\d[ -]?){6,}\d|(?<![A-Za-z0-9])[A-Za-z]{1,4}\d{8,}")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_PLACE = re.compile(
    r"[\u4e00-\u9fff]{2,8}(?:路|街|巷|弄|大道|小区|花园|公寓)[\u4e00-\u9fff]{0,4}\d+[号弄栋幢室单元\d\-\u4e00-\u9fff]{0,20}"
)


def masked(text: str) -> str:
    """Mask long numbers (phones, ids, orders, parcels), mail addresses and street addresses.

    Args:
        text: what a customer wrote, or what was answered.

    Returns:
        The text; of a number its first two and last two digits are left, so that two of them can be told apart.
    """
    for pattern in (_MAIL, _PLACE):
        text = pattern.sub(lambda found: found.group()[:1] + "***", text)
    return _NUMBER.sub(lambda found: found.group()[:2] + "***" + found.group()[-2:], text)
