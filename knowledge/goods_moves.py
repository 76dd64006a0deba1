"""What a feed changes in the goods, and what of it looks like a slip."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median
from typing import Any, Generic, TypeVar

from knowledge.findings import Finding, Place, Severity
from knowledge.inventory import Inventory
from retrieval.catalogue import Product, Sku

Value = TypeVar("Value", Decimal, int)

_TIMES = 3
"""A price that grows or shrinks by this factor is asked about."""
_FULLER = 20
"""A stock that grows by this factor, and beyond ``_PILE``, is asked about."""
_PILE = 1000
_MANY = 20
"""Shares of fewer SKUs than this say little: they are not judged as a whole."""
_TOLD = 20
"""So many slips of one kind are told one by one, the others by their number."""


@dataclass(frozen=True)
class Move(Generic[Value]):
    """A number that is another now."""

    sku: str
    before: Value
    after: Value

    def as_json(self) -> dict[str, Any]:
        """As plain JSON; prices as they are written."""
        shown = [str(one) if isinstance(one, Decimal) else one for one in (self.before, self.after)]
        return {"sku": self.sku, "before": shown[0], "after": shown[1]}


@dataclass(frozen=True)
class GoodsMoves:
    """From the goods that were served to those of a feed."""

    before: int
    """SKUs until now."""
    in_stock_before: int
    """Of these, how many could be had."""
    after: int
    """SKUs of the feed."""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    prices: tuple[Move[Decimal], ...] = ()
    stock: tuple[Move[int], ...] = ()
    otherwise: tuple[str, ...] = ()
    """SKUs with another list price, colour, size, date or status."""
    retold: tuple[str, ...] = field(default=())
    """product_ids that are new or described otherwise: what the indexes do not know."""

    @property
    def dropped_share(self) -> float:
        """How many of the SKUs until now the feed lacks, 0..1."""
        return len(self.removed) / self.before if self.before else 0.0

    def counts(self) -> dict[str, int]:
        """How many SKUs were added and removed, and how many have another price, stock or else."""
        parts = {
            "added": self.added, "removed": self.removed, "prices": self.prices, "stock": self.stock,
            "otherwise": self.otherwise, "retold_products": self.retold,
        }  # fmt: skip
        return {name: len(part) for name, part in parts.items()}


def goods_moves(old: Sequence[Mapping[str, Any]], new: Sequence[Product]) -> GoodsMoves:
    """Compare the goods that are served with those of a feed.

    Args:
        old: the products of a release's catalogue as plain JSON: a hundred thousand objects less to make.
        new: of the feed.
    """
    known: dict[str, Mapping[str, Any]] = {sku["sku"]: sku for product in old for sku in product["skus"]}
    told = {product["product_id"]: product for product in old}
    prices: list[Move[Decimal]] = []
    stock: list[Move[int]] = []
    added: list[str] = []
    otherwise: list[str] = []
    for product in new:
        for sku in product.skus:
            was = known.get(sku.sku)
            if was is None:
                added.append(sku.sku)
                continue
            if was["stock"] != sku.stock:
                stock.append(Move(sku.sku, was["stock"], sku.stock))
            if was["price"] != str(sku.price) and Decimal(was["price"]) != sku.price:
                prices.append(Move(sku.sku, Decimal(was["price"]), sku.price))
            if _is_otherwise(was, sku):
                otherwise.append(sku.sku)
    now = {sku.sku for product in new for sku in product.skus}
    return GoodsMoves(
        before=len(known),
        in_stock_before=sum(_can_be_had(sku) for sku in known.values()),
        after=len(now),
        added=tuple(added),
        removed=tuple(sku for sku in known if sku not in now),
        prices=tuple(prices),
        stock=tuple(stock),
        otherwise=tuple(otherwise),
        retold=tuple(one.product_id for one in new if _is_retold(told.get(one.product_id), one)),
    )


def slips(moves: GoodsMoves, feed: Inventory, most_dropped: float) -> Iterator[Finding]:
    """Find what of a feed looks like a slip: goods that vanish, sell out or change price all at once, and single leaps.

    Args:
        moves: what the feed changes.
        feed: the feed, for the places.
        most_dropped: share of the SKUs that may leave, or sell out, with one feed, 0..1.
    """
    top = Place(feed.file, 1)
    if moves.dropped_share > most_dropped:
        message = (
            f"{len(moves.removed)} of {moves.before} SKUs ({moves.dropped_share:.0%}) would leave, {moves.removed[0]!r} among them; "
            f"at most {most_dropped:.0%} may."
        )
        advice = "Look whether the feed is whole; where it is, raise --max-drop."
        yield Finding("dropped", "error", top, message, advice)
    yield from _sold_out(moves, top, most_dropped)
    yield from _single(list(_price_slips(moves, feed)), top)
    yield from _single(list(_stock_slips(moves, feed)), top)


def _is_otherwise(was: Mapping[str, Any], sku: Sku) -> bool:
    if was["status"] != sku.status or was["color"] != sku.color or was["size"] != sku.size:
        return True
    if was["restock_date"] != (sku.restock_date and sku.restock_date.isoformat()):
        return True
    listed = was["list_price"]
    return (listed and Decimal(listed)) != sku.list_price


def _is_retold(was: Mapping[str, Any] | None, product: Product) -> bool:
    """Whether the texts under which a product is found, or which tell of it, are others now."""
    if was is None or was["title"] != product.title or was["category"] != product.category:
        return True
    if was["attributes"] != product.attributes or tuple(was["aliases"]) != product.aliases:
        return True
    return {sku["color"] for sku in was["skus"]} != {sku.color for sku in product.skus}


def _can_be_had(sku: Mapping[str, Any]) -> bool:
    return bool(sku["stock"] > 0 and sku["status"] != "off_shelf")


def _sold_out(moves: GoodsMoves, top: Place, most: float) -> Iterator[Finding]:
    empty = sum(move.before > 0 and move.after == 0 for move in moves.stock)
    if moves.in_stock_before >= _MANY and empty > most * moves.in_stock_before:
        message = f"{empty} of {moves.in_stock_before} SKUs in stock would sell out at once; at most {most:.0%} may."
        yield Finding("sold_out", "error", top, message, "Look whether the stock was read; where it was, use --force.")


def _price_slips(moves: GoodsMoves, feed: Inventory) -> Iterator[Finding]:
    leaps = [move for move in moves.prices if move.before and not 1 / _TIMES < move.after / move.before < _TIMES]
    if len(leaps) >= _MANY and len(leaps) * 2 > moves.before:
        factor = median(move.after / move.before for move in leaps)
        message = f"{len(leaps)} of {moves.before} prices leap, the middle one by a factor of {factor:.4g}."
        advice = "Look whether the feed counts in another unit; where the prices are right, use --force."
        yield Finding("price_unit", "error", Place(feed.file, 1), message, advice)
    for move in leaps:
        message = f"the price of {move.sku!r} goes from {move.before} to {move.after}."
        yield _leap("price_leap", feed, move.sku, message, "Check the decimal point and the currency.")


def _stock_slips(moves: GoodsMoves, feed: Inventory) -> Iterator[Finding]:
    for move in moves.stock:
        if move.after > max(move.before * _FULLER, _PILE):
            message = f"the stock of {move.sku!r} goes from {move.before} to {move.after}."
            yield _leap("stock_leap", feed, move.sku, message, "Check whether it is counted in pieces.")


def _leap(kind: str, feed: Inventory, sku: str, message: str, advice: str, severity: Severity = "warning") -> Finding:
    return Finding(kind, severity, Place(feed.file, feed.lines[sku]), message, advice)


def _single(found: list[Finding], top: Place) -> Iterator[Finding]:
    """Findings of one kind, the first of them one by one."""
    yield from found[:_TOLD]
    if len(found) > _TOLD:
        kind = found[-1].kind
        yield Finding(kind, "warning", top, f"{len(found) - _TOLD} more of this kind.", "Look at --json for all moves.")
