"""What changes from one release to the next, line by line, as editors read it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from difflib import unified_diff
from typing import Any

from retrieval.catalogue import Product, Promotion, Sku
from retrieval.passages import Passage
from retrieval.release import ReleaseContents

MOST_LINES = 2000
"""A longer difference, such as that of a new price list, is cut here and says so."""


def text_difference(old: ReleaseContents | None, new: ReleaseContents) -> str:
    """Compare the text of two releases.

    Args:
        old: served until now; None: there was none, then there is nothing to compare with.
        new: to be served.

    Returns:
        A unified difference, one part for each policy, product, promotion and for the shop's settings; empty where nothing changes.
    """
    if old is None:
        return ""
    before, after = _texts(old), _texts(new)
    lines: list[str] = []
    for key in dict.fromkeys((*after, *before)):
        one, other = before.get(key, []), after.get(key, [])
        if one != other:
            lines.extend(unified_diff(one, other, f"served: {key}", f"new: {key}", n=1, lineterm=""))
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], f"... and {len(lines) - MOST_LINES} more lines"]
    return "".join(f"{line}\n" for line in lines)


def _texts(contents: ReleaseContents) -> Mapping[str, list[str]]:
    texts: dict[str, list[str]] = {"shop": list(_settings(contents.shop))}
    for passage in contents.passages:
        if passage.kind == "policy":
            lines = texts.setdefault(f"policy {passage.source_id}", list(_head(passage)))
            lines.extend((*((f"# {passage.heading}",) if passage.heading else ()), *passage.sentences))
    for product in contents.catalogue.products:
        texts[f"product {product.product_id}"] = list(_product(product))
    for promotion in contents.catalogue.promotions:
        texts[f"promotion {promotion.promotion_id}"] = list(_promotion(promotion))
    return texts


def _settings(shop: Mapping[str, Any]) -> Iterator[str]:
    for key, value in shop.items():
        yield f"{key}: {json.dumps(value, ensure_ascii=False)}"


def _head(passage: Passage) -> Iterator[str]:
    scope = passage.scope
    yield from _named(
        title=passage.title,
        category=passage.category,
        effective_from=scope.effective_from,
        effective_to=scope.effective_to,
        regions=_joined(scope.regions),
        products=_joined(scope.products),
        version=passage.version,
        decided_by=passage.decided_by,
    )
    yield from (f"question: {question}" for question in passage.questions)


def _product(product: Product) -> Iterator[str]:
    yield from _named(
        title=product.title,
        category=product.category,
        aliases=_joined(product.aliases),
        similar=_joined(product.similar),
    )
    yield from _named(**product.attributes)
    yield from (_sku(sku) for sku in product.skus)


def _sku(sku: Sku) -> str:
    return " ".join(
        _named(
            sku=sku.sku,
            color=sku.color,
            size=sku.size,
            price=sku.price,
            list_price=sku.list_price,
            stock=sku.stock,
            status=sku.status,
            restock_date=sku.restock_date,
        )
    )


def _promotion(promotion: Promotion) -> Iterator[str]:
    yield from _named(
        **{
            key: _joined(value) if isinstance(value, tuple) else value
            for key, value in vars(promotion).items()
            if key != "promotion_id"
        }
    )


def _joined(values: Iterable[str]) -> str:
    return ", ".join(values)


def _named(**values: Any) -> Iterator[str]:
    return (f"{key}: {value}" for key, value in values.items() if value not in (None, ""))
