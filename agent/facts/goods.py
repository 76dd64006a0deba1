"""What the catalogue says of goods: stock, price, attributes."""

from collections.abc import Sequence
from datetime import date

from agent.evidence import Fact
from agent.facts.form import quote, say_amount, say_day
from agent.messages import Source
from retrieval.catalogue import Product, Sku

FEW = 5
"""At or under this many pieces, the reply says how many are left."""
_GROUPS = 5
NAMED = 4
"""So many colours and sizes are named one by one."""


def product_source(product: Product, score: float | None = None) -> Source:
    """Cite a product."""
    return Source(id=product.product_id, kind="product", title=product.title, score=score)


def say_sku(product: Product, sku: Sku) -> str:
    """Name a variant: 法式碎花裙（黑色 M）."""
    variant = " ".join(part for part in (sku.color, sku.size) if part)
    return quote(product.title) + (f"（{variant}）" if variant else "")


def sku_fact(product: Product, sku: Sku, today: date) -> Fact:
    """Say whether one variant can be bought now."""
    return Fact("stock", say_sku(product, sku) + _availability(sku, today) + "。", product_source(product))


def _availability(sku: Sku, today: date) -> str:
    if sku.status == "off_shelf":
        return "已经下架，暂时买不到"
    if sku.status == "presale":
        when = f"，预计{say_day(sku.restock_date, today)}发货" if sku.restock_date else ""
        return "是预售款" + when
    if sku.stock > FEW:
        return "目前有货"
    if sku.stock > 0:
        return f"目前有货，仅剩{sku.stock}件"
    if sku.restock_date is not None and sku.restock_date >= today:
        return f"暂时缺货，预计{say_day(sku.restock_date, today)}补货"
    return "暂时缺货，补货时间还没有定"


def product_stock_fact(product: Product, skus: Sequence[Sku], today: date) -> Fact:
    """Say which variants of a product can be bought now.

    Args:
        product: the product asked for.
        skus: its variants that fit what the customer named; at least one.
        today: the shop's day.
    """
    if len(skus) == 1:
        return sku_fact(product, skus[0], today)
    there = [sku for sku in skus if is_buyable(sku)]
    if not there:
        return Fact("stock", _none_left(product, skus, today), product_source(product))
    gone = [sku for sku in skus if sku.status == "on_sale" and sku.stock == 0]
    text = f"{quote(product.title)}目前有货的有{_variants(there)}"
    if gone and len(gone) <= NAMED:
        text += f"，{'，'.join(_gone(sku, today) for sku in gone)}"
    return Fact("stock", text + "。", product_source(product))


def _gone(sku: Sku, today: date) -> str:
    name = " ".join(part for part in (sku.color, sku.size) if part)
    if sku.restock_date is not None and sku.restock_date >= today:
        return f"{name}预计{say_day(sku.restock_date, today)}补货"
    return f"{name}暂时缺货"


def _none_left(product: Product, skus: Sequence[Sku], today: date) -> str:
    presale = [sku for sku in skus if sku.status == "presale"]
    if presale:
        alike = len(presale) == len(skus) and len({sku.restock_date for sku in skus}) == 1
        named = quote(product.title) if alike else say_sku(product, presale[0])
        return named + _availability(presale[0], today) + "。"
    dates = sorted(sku.restock_date for sku in skus if sku.restock_date is not None and sku.restock_date >= today)
    when = f"，最早预计{say_day(dates[0], today)}补货" if dates else ""
    if all(sku.status == "off_shelf" for sku in skus):
        return f"{quote(product.title)}已经下架，暂时买不到。"
    return f"{quote(product.title)}{_variants(skus, 'asked')}暂时缺货{when}。"


def _variants(skus: Sequence[Sku], mode: str = "list") -> str:
    named = list(dict.fromkeys(" ".join(part for part in (sku.color, sku.size) if part) for sku in skus))
    named = [name for name in named if name]
    if len(named) <= NAMED:
        return ("（" + "、".join(named) + "）" if mode == "asked" else "、".join(named)) if named else ""
    if mode == "asked":
        return ""
    sizes: dict[str, list[str]] = {}
    for sku in skus:
        sizes.setdefault(sku.color or "", []).append(sku.size or "")
    groups = [color + (f"（{'、'.join(own)}）" if any(own) else "") for color, own in sizes.items()]
    return "、".join(groups[:_GROUPS]) + ("等" if len(groups) > _GROUPS else "")


def is_buyable(sku: Sku) -> bool:
    """Whether a customer can order it now and have it sent at once."""
    return sku.status == "on_sale" and sku.stock > 0


def price_fact(product: Product, skus: Sequence[Sku], currency: str) -> Fact:
    """Say the price now: one amount, or the span over the variants."""
    prices = sorted({sku.price for sku in skus})
    if len(prices) == 1:
        said = say_amount(prices[0], currency)
    else:
        said = f"{say_amount(prices[0], currency)}到{say_amount(prices[-1], currency)}，按款式尺码不同"
    return Fact("product", f"{quote(product.title)}现在的价格是{said}。", product_source(product))


def attribute_fact(product: Product, sentence: str) -> Fact:
    """Say one attribute of a product, such as 面料：真丝 (its fabric)."""
    return Fact("product", f"{quote(product.title)}的{quote(sentence)}。", product_source(product))


def stated_fact(product: Product, name: str) -> Fact:
    """Say the attribute of that name, which the product has."""
    return attribute_fact(product, f"{name}：{product.attributes[name]}")


def offer_fact(product: Product, currency: str) -> Fact:
    """Offer a product that is in stock, with its price."""
    there = [sku for sku in product.skus if is_buyable(sku)]
    price = min(sku.price for sku in there)
    more = "起" if len({sku.price for sku in there}) > 1 else ""
    return Fact(
        "stock", f"{quote(product.title)}目前有货，{say_amount(price, currency)}{more}。", product_source(product)
    )
