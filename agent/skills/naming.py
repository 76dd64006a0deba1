"""Which promotion a message names, whether it is on or not."""

import re

from agent.turn.context import Turn
from retrieval.catalogue import Promotion

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_AMOUNT = re.compile(r"^\W|\d\d|[满减打享送折元]\d|\d[满减打享送折元]|\W$")
"""Pairs that belong to an amount or a bracket: they name none."""
_COMMON = frozenset({"优惠", "惠券", "活动", "全店", "满减", "折扣", "促销", "专享", "赠品", "立减", "限时", "会员"})
"""Pairs of characters that any promotion may carry: they name none."""


def named_promotions(turn: Turn, text: str) -> list[Promotion]:
    """Promotions that the words name, best first: by code, by both amounts (满500减80), or by what is special in the name.

    Args:
        turn: the turn.
        text: folded words of the customer.
    """
    scored = [(_likeness(promotion, text), promotion) for promotion in turn.catalogue.promotions]
    named = [(score, promotion) for score, promotion in scored if score > 0]
    return [promotion for _, promotion in sorted(named, key=lambda entry: -entry[0])]


def _likeness(promotion: Promotion, text: str) -> int:
    if promotion.code and promotion.code.lower() in text:
        return 100
    said = set(_NUMBER.findall(text))
    amounts = {f"{amount.normalize():f}" for amount in (promotion.threshold, promotion.discount) if amount}
    if len(amounts) > 1 and amounts <= said:
        return 50
    if promotion.rate is not None and any(f"{promotion.rate * factor:g}折" in text for factor in (10, 100)):
        return 50
    name = promotion.name.lower()
    pairs = {name[at : at + 2] for at in range(len(name) - 1)} - _COMMON
    return sum(pair in text for pair in pairs if not _AMOUNT.search(pair))
