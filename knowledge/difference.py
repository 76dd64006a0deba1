"""What changes from one release to the next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from retrieval.catalogue import Catalogue
from retrieval.passages import Passage
from retrieval.release import ReleaseContents


@dataclass(frozen=True)
class Difference:
    """What one release has, lacks or says otherwise than another."""

    added: tuple[str, ...] = ()
    """Ids of policies, products and promotions, with their kind before a colon."""
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    prices: int = 0
    """SKUs with another price."""
    stock: int = 0
    """SKUs with another stock."""
    shop: tuple[str, ...] = ()
    """Keys of shop.yaml with another value."""

    def as_json(self) -> dict[str, Any]:
        """As plain JSON, without what is empty."""
        lists = {"added": self.added, "removed": self.removed, "changed": self.changed, "shop": self.shop}
        counts = {"prices": self.prices, "stock": self.stock}
        return {
            **{key: list(value) for key, value in lists.items() if value},
            **{key: value for key, value in counts.items() if value},
        }

    def __str__(self) -> str:
        parts = [f"+{len(self.added)}", f"-{len(self.removed)}", f"~{len(self.changed)}"]
        if self.prices or self.stock:
            parts.append(f"{self.prices} price(s), {self.stock} stock")
        if self.shop:
            parts.append("shop: " + ", ".join(self.shop))
        return " ".join(parts)


def difference(old: ReleaseContents | None, new: ReleaseContents) -> Difference:
    """Compare the contents of two releases.

    Args:
        old: served until now; None: there was none, then everything is new.
        new: to be served.
    """
    before = _things(old) if old else {}
    after = _things(new)
    prices, stock = _moves(old.catalogue, new.catalogue) if old else (0, 0)
    return Difference(
        added=tuple(key for key in after if key not in before),
        removed=tuple(key for key in before if key not in after),
        changed=tuple(key for key in after if key in before and before[key] != after[key]),
        prices=prices,
        stock=stock,
        shop=_changed_keys(old.shop, new.shop) if old else (),
    )


def _things(contents: ReleaseContents) -> dict[str, Any]:
    things: dict[str, Any] = dict(_sources(contents.passages))
    for product in contents.catalogue.products:
        lasting = (product.title, product.category, product.similar, tuple(sorted(sku.sku for sku in product.skus)))
        things[f"product:{product.product_id}"] = (things.get(f"product:{product.product_id}"), lasting)
    things.update((f"promotion:{promotion.promotion_id}", promotion) for promotion in contents.catalogue.promotions)
    return things


def _sources(passages: Iterable[Passage]) -> Mapping[str, tuple[Passage, ...]]:
    sources: dict[str, tuple[Passage, ...]] = {}
    for passage in passages:
        key = f"{passage.kind}:{passage.source_id}"
        sources[key] = (*sources.get(key, ()), passage)
    return sources


def _moves(old: Catalogue, new: Catalogue) -> tuple[int, int]:
    pairs = [(old.by_sku[sku][1], found[1]) for sku, found in new.by_sku.items() if sku in old.by_sku]
    return sum(a.price != b.price for a, b in pairs), sum(a.stock != b.stock for a, b in pairs)


def _changed_keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(key for key in sorted({*old, *new}) if old.get(key) != new.get(key))
