"""Attributes of goods that a question asks for in other words than their names."""

import re
from itertools import pairwise

from retrieval.catalogue import Product

_CARED_FOR = re.compile(r"干洗|机洗|手洗|水洗|洗衣机|甩干|脱水|烘干|熨|烫")
"""Words that ask how goods are cared for."""
_CARE = re.compile(r"洗|烫|护理|保养")
_HOW_MANY = re.compile(r"(?:多少|几)个?([\u4e00-\u9fff])")
_FIGURE = re.compile(r"\d|[一二三四五六七八九十两百半]")
_NOT_OF_GOODS = frozenset("钱元块天号点折月年周时次")
"""What is counted in orders and offers, not in goods."""


def count_asked(product: Product, clause: str) -> list[str]:
    """Find the one attribute with a figure that holds, in its name or as its unit, what a clause asks the number of: 多少绒, 几片.

    Args:
        product: the goods.
        clause: folded words of one question.

    Returns:
        The attribute's name; empty: none, or several.
    """
    asked = _HOW_MANY.search(clause)
    if asked is None or asked[1] in _NOT_OF_GOODS:
        return []
    thing, told = asked[1], {key: value for key, value in product.attributes.items() if _FIGURE.search(value)}
    by_name = [key for key in told if thing in key]
    stating = by_name or [key for key, value in told.items() if re.search(rf"(?:{_FIGURE.pattern})\s*{thing}", value)]
    return stating if len(stating) == 1 else []


def care_asked(product: Product, clause: str) -> list[str]:
    """Find the attributes that tell how goods are washed and ironed, where a clause asks that: 能送干洗店不.

    Args:
        product: the goods.
        clause: folded words of one question.
    """
    return [key for key in product.attributes if _CARE.search(key)] if _CARED_FOR.search(clause) else []


def is_on_such_goods(product: Product, rule: str) -> bool:
    """Whether a rule names goods like these: it shares two characters in a row with their title or category."""
    names = f"{product.title}\0{product.category}"
    return any(one + other in rule for one, other in pairwise(names) if "\0" not in (one, other))
