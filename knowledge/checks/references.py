"""Names of goods that lead nowhere: in policies, promotions, similar goods and seed orders."""

from collections.abc import Iterator

from rapidfuzz import fuzz, process

from knowledge.backend import BACKEND_FILE
from knowledge.checks.occasion import Occasion, covers
from knowledge.findings import Finding, Place
from knowledge.pack import Pack


def references(pack: Pack, occasion: Occasion) -> Iterator[Finding]:
    """Find product globs, product_ids and SKUs that name nothing in the inventory.

    Args:
        pack: the pack.
        occasion: when the check takes place.
    """
    known = [product.product_id for product in pack.products]
    for policy in pack.policies:
        for position, glob in enumerate(policy.scope.products):
            if not _names(glob, known):
                place = policy.place("products", position)
                yield _dead("warning", place, f"{policy.policy_id!r} is for {glob!r}", glob, known)
    for promotion in pack.promotions:
        place = pack.offers.places[promotion.promotion_id]
        for glob in promotion.products:
            if not _names(glob, known):
                yield _dead("error", place, f"promotion {promotion.promotion_id!r} is for {glob!r}", glob, known)
    yield from _similar(pack, known)
    yield from _ordered(pack)


def _names(glob: str, known: list[str]) -> bool:
    return glob == "*" or any(covers((glob,), item) for item in known)


def _dead(severity: str, place: Place, said: str, name: str, known: list[str]) -> Finding:
    nearest = process.extractOne(name, known, scorer=fuzz.ratio, score_cutoff=60)
    advice = f"Did you mean {nearest[0]!r}?" if nearest else "Write a product_id of the inventory, or a glob over some."
    kind = "dead_glob" if any(sign in name for sign in "*?[") else "unknown_product"
    return Finding(kind, "error" if severity == "error" else "warning", place, f"{said}, which no product has.", advice)


def _similar(pack: Pack, known: list[str]) -> Iterator[Finding]:
    for product in pack.products:
        place = pack.inventory.rows[product.skus[0].sku]
        for item in product.similar:
            if item not in known:
                yield _dead("warning", place, f"similar of {product.product_id!r} names {item!r}", item, known)
            elif item == product.product_id:
                message = f"{item!r} is named as similar to itself."
                yield Finding("unknown_product", "warning", place, message, "Name another product.")


def _ordered(pack: Pack) -> Iterator[Finding]:
    parcels = {parcel.tracking_no for parcel in pack.backend.shipments} if pack.backend else set()
    for order in pack.backend.orders if pack.backend else ():
        for item in order.items:
            if item.sku not in pack.inventory.rows:
                message = f"order {order.order_id!r} holds sku {item.sku!r}, which the inventory does not have."
                yield Finding("unknown_sku", "warning", Place(BACKEND_FILE), message, "Use a SKU of the inventory.")
        if order.tracking_no and order.tracking_no not in parcels:
            message = f"order {order.order_id!r} names parcel {order.tracking_no!r}, which no shipment has."
            yield Finding("unknown_parcel", "warning", Place(BACKEND_FILE), message, "Add the shipment.")
