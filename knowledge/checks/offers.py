"""Promotions that cost more than they should, or meet others without a rule."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from knowledge.checks.occasion import Occasion
from knowledge.findings import Finding
from knowledge.pack import Pack
from retrieval.catalogue import Product, Promotion

_STEEP = Decimal("0.5")
"""A promotion that takes off more than this share is asked about."""


def offers(pack: Pack, occasion: Occasion) -> Iterator[Finding]:
    """Find discounts above the price or the threshold, and campaigns that meet without a stacking rule.

    Args:
        pack: the pack.
        occasion: when the check takes place; promotions that are over are left alone.
    """
    current = [one for one in pack.promotions if one.ends_at.astimezone(pack.shop.zone).date() >= occasion.today]
    for promotion in current:
        yield from _depth(promotion, pack)
    for one, other in combinations(current, 2):
        if _meet(one, other, pack.products) and not _have_rule(one, other, pack.offers.unruled):
            message = (
                f"{one.promotion_id!r} and {other.promotion_id!r} count for the same goods and customers "
                "at the same time, and nothing says how they go together."
            )
            advice = "Write stackable: true or false at both, or set their windows or goods apart."
            places = pack.offers.places
            yield Finding(
                "overlap", "warning", places[other.promotion_id], message, advice, (places[one.promotion_id],)
            )


def _meet(one: Promotion, other: Promotion, products: tuple[Product, ...]) -> bool:
    """Whether one customer can meet both on one product, both taking money off it."""
    if one.kind in ("gift", "free_shipping") or other.kind in ("gift", "free_shipping"):
        return False
    if one.starts_at > other.ends_at or other.starts_at > one.ends_at:
        return False
    everyone = "all" in one.audience or "all" in other.audience
    if not everyone and not set(one.audience) & set(other.audience):
        return False
    return any(one.covers(product.product_id) and other.covers(product.product_id) for product in products)


def _have_rule(one: Promotion, other: Promotion, unruled: frozenset[str]) -> bool:
    """Whether it is said how the two go together: both say whether they stack, and two that do not are a choice."""
    if one.promotion_id in unruled or other.promotion_id in unruled:
        return False
    rivals = one.kind == other.kind and one.kind != "coupon" and set(one.audience) & set(other.audience)
    return not (rivals and not one.stackable and not other.stackable)


def _depth(promotion: Promotion, pack: Pack) -> Iterator[Finding]:
    place = pack.offers.places[promotion.promotion_id]
    name = promotion.promotion_id
    if promotion.rate is not None and promotion.rate < _STEEP:
        message = f"{name!r} asks only {promotion.rate * 100:.0f}% of the price."
        yield Finding("steep", "warning", place, message, "Check the rate: 0.88 is 88 折, 0.12 is 1.2 折.")
    if promotion.discount is None:
        return
    if promotion.threshold > 0:
        if promotion.discount >= promotion.threshold:
            message = f"{name!r} takes off {promotion.discount} from {promotion.threshold}: nothing is left."
            yield Finding("below_cost", "error", place, message, "Lower discount or raise threshold.")
        elif promotion.discount > promotion.threshold * _STEEP:
            message = f"{name!r} takes off {promotion.discount} from {promotion.threshold}, more than half."
            yield Finding("steep", "warning", place, message, "Check discount and threshold.")
        return
    cheap = [product for product in pack.products if _is_eaten_up(product, promotion)]
    if cheap:
        message = f"{name!r} takes off {promotion.discount}, {cheap[0].product_id!r} costs no more than that."
        yield Finding("below_cost", "error", place, message, "Set a threshold, lower discount or name other products.")


def _is_eaten_up(product: Product, promotion: Promotion) -> bool:
    if not promotion.covers(product.product_id) or promotion.discount is None:
        return False
    return any(0 < sku.price <= promotion.discount for sku in product.skus if sku.status != "off_shelf")
