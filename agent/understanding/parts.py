"""A message of several asks, cut into one part for each: what goods, colours and orders each of them speaks of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from agent.understanding.entities import Entities
from agent.understanding.folding import Folded, fold
from agent.understanding.intents import Intent
from agent.understanding.products import ProductMention

_OF_GOODS: frozenset[Intent] = frozenset(
    {
        "product_info",
        "stock",
        "size_advice",
        "recommend",
        "price_promotion",
        "coupon",
        "hesitation",
        "restock_notify",
        "exchange",
        "return_request",
    }
)
"""Asks that speak of the goods named anywhere in the message, where they name none themselves."""
_OF_THE_PART = frozenset({"color", "size", "colors", "sizes", "quantity", "amounts", "days"})
"""What one ask names of goods tells nothing of the order or parcel that another asks for."""

Things = Callable[[Folded], tuple[Entities, ProductMention]]
"""Finds what a piece of a message names."""


@dataclass(frozen=True)
class Part:
    """One ask of several, with the words around it."""

    text: str
    """Folded; the parts of a message follow each other without a gap."""
    entities: Entities
    """Of these words; of the whole message where they leave something out."""
    products: ProductMention


def cut_into_parts(
    text: str, asks: Sequence[tuple[Intent, str]], whole: tuple[Entities, ProductMention], things: Things
) -> Mapping[str, Part]:
    """Cut a message between its asks.

    Args:
        text: the folded message.
        asks: each intent with the words that carry it, in the order of asking.
        whole: what the whole message names.
        things: finds what a piece of it names.

    Returns:
        The part of each ask by its words; empty where the message cannot be cut.
    """
    found = {clause: (text.find(clause), intent) for intent, clause in asks if clause != text and clause in text}
    starts = sorted(start for start, _ in found.values())
    if len(set(starts)) <= 1:
        return {}
    parts: dict[str, Part] = {}
    before: ProductMention | None = None
    for clause, (start, intent) in sorted(found.items(), key=lambda entry: entry[1][0]):
        end = next((other for other in starts if other > start), len(text))
        piece = text[0 if start == starts[0] else start : end].strip(" ,;。.")
        entities, products = things(fold(piece))
        if not products.is_explicit:
            other = whole[1] if intent in _OF_GOODS else before
            products = other if other is not None and other.is_explicit else products
        else:
            before = products
        parts[clause] = Part(piece, _filled(entities, whole[0], intent), products)
    return parts


def _filled(own: Entities, whole: Entities, intent: Intent) -> Entities:
    """The entities of a part, with those of the message where it leaves them out and they can be meant."""
    kept = frozenset() if intent in _OF_GOODS else _OF_THE_PART
    missing: dict[str, Any] = {
        field.name: getattr(whole, field.name)
        for field in fields(own)
        if field.name not in kept and not getattr(own, field.name)
    }
    return replace(own, **missing)
