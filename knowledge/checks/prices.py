"""Prices and stock that look like slips of the pen."""

from collections.abc import Iterator

from knowledge.checks.occasion import Occasion
from knowledge.findings import Finding
from knowledge.pack import Pack
from retrieval.catalogue import Product, Sku

_SPREAD = 5
"""The dearest variant of a product costs at most this many times the cheapest."""


def prices(pack: Pack, occasion: Occasion) -> Iterator[Finding]:
    """Find prices of nothing, above the list price or far from their siblings, and presales without a day.

    Args:
        pack: the pack.
        occasion: when the check takes place.
    """
    yield from pack.inventory.notes
    for product in pack.products:
        offered = [sku for sku in product.skus if sku.status != "off_shelf"]
        for sku in offered:
            yield from _sku(sku, pack, occasion)
        yield from _spread(product, offered, pack)


def _sku(sku: Sku, pack: Pack, occasion: Occasion) -> Iterator[Finding]:
    place = pack.inventory.rows[sku.sku]
    if sku.price == 0:
        yield Finding(
            "price", "warning", place, f"{sku.sku!r} costs nothing.", "Write its price, or take it off the shelf."
        )
    if sku.list_price is not None and sku.price > sku.list_price:
        message = f"{sku.sku!r} costs {sku.price}, more than its list price {sku.list_price}."
        yield Finding("price", "warning", place, message, "Swap or correct the two prices.")
    if sku.status == "presale" and sku.restock_date is None:
        message = f"{sku.sku!r} is in presale without a day on which it is sent."
        yield Finding("presale", "warning", place, message, "Write the day into restock_date.")
    elif sku.status == "presale" and sku.restock_date is not None and sku.restock_date < occasion.today:
        message = f"{sku.sku!r} is in presale, but the day on which it is sent, {sku.restock_date}, is past."
        yield Finding("presale", "warning", place, message, "Correct restock_date, or put it on sale.")


def _spread(product: Product, offered: list[Sku], pack: Pack) -> Iterator[Finding]:
    paid = sorted((sku for sku in offered if sku.price > 0), key=lambda sku: sku.price)
    if len(paid) > 1 and paid[-1].price > paid[0].price * _SPREAD:
        message = (
            f"{product.product_id!r} costs {paid[0].price} as {paid[0].sku!r} and {paid[-1].price} as {paid[-1].sku!r}."
        )
        places = pack.inventory.rows
        advice = f"Check both prices: they differ more than {_SPREAD} times."
        yield Finding("price", "warning", places[paid[-1].sku], message, advice, (places[paid[0].sku],))
