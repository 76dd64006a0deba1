"""An index over the names of a catalogue: which products a run of characters may belong to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from heapq import nlargest
from itertools import pairwise
from math import log

from agent.understanding.folding import fold_name
from retrieval.catalogue import Catalogue, Product

SHORTLIST = 40
"""So many names are compared in full."""

COMMON = 1500
"""A pair that more names hold than this is passed over where a rarer one is shared."""

_SEPARATORS = re.compile(r"[\s·,、/()\[\]【】《》<>\"'*&+|:;!?~_。…-]+")
_MEASURE_AT_END = re.compile(r"(?<=[\u4e00-\u9fff])[a-z0-9.x]+$")
_GENERIC = frozenset(
    (
        "有货 现货 多少 少钱 什么 怎么 可以 这个 那个 这款 那款 这件 那件 一下 尺码 颜色 发货 退货 换货 优惠 "
        "快递 订单 包邮 质量 正品 新款 春季 夏季 秋季 冬季 春夏 秋冬 春秋 女士 男士 女款 男款 男女 通用 加厚 "
        "保暖 透气 家用 儿童 宝宝 成人 官方 旗舰 礼盒 套装 大码 小号 大号 中号 黑色 白色 红色 蓝色 灰色 粉色 "
        "绿色 黄色 紫色 米色 棕色 经典 高级 进口 国产 时尚 简约 百搭 宽松 显瘦 韩版 便携 升级 特价 热卖 好看 "
        "舒适 柔软 轻薄 防水 防滑 无线 智能 多功 功能 专用 好用 推荐 适合 穿的 用的 买的 "
    ).split()
)
"""Pairs that many titles of any trade hold; alone they name no product."""


@dataclass(frozen=True)
class Name:
    """One name of a product."""

    text: str
    """Folded, without separators."""
    product_id: str
    is_alias: bool

    @cached_property
    def core(self) -> str:
        """The name up to its noun: without a measure at its end, such as 24cm."""
        return _MEASURE_AT_END.sub("", self.text) or self.text


@dataclass(frozen=True)
class ProductIndex:
    """Names, ids and pairs of characters of a catalogue."""

    catalogue: Catalogue
    names: tuple[Name, ...]
    postings: Mapping[str, tuple[int, ...]]
    """Pair of characters to the places of the names that hold it."""
    ids: Mapping[str, tuple[str, str | None]]
    """Lower-case SKU or product id to the product id and, for a SKU, the SKU as it is written."""

    @classmethod
    def build(cls, catalogue: Catalogue) -> "ProductIndex":
        """Index a catalogue; about 0.1 ms a product."""
        names = tuple(name for product in catalogue.products for name in _names_of(product))
        postings: dict[str, list[int]] = {}
        for place, name in enumerate(names):
            for pair in pairs(name.text):
                postings.setdefault(pair, []).append(place)
        ids: dict[str, tuple[str, str | None]] = {}
        for product in catalogue.products:
            ids.update({sku.sku.lower(): (product.product_id, sku.sku) for sku in product.skus})
            ids[product.product_id.lower()] = (product.product_id, None)
        return cls(catalogue, names, {pair: tuple(places) for pair, places in postings.items()}, ids)

    @cached_property
    def _heads(self) -> tuple[tuple[str, str], ...]:
        """Folded category and title of every product, each with the product id."""
        kinds = {category: bare(fold_name(category)) for category in {p.category for p in self.catalogue.products}}
        ends = [(kinds[product.category], product.product_id) for product in self.catalogue.products]
        return (*ends, *((name.core, name.product_id) for name in self.names if not name.is_alias))

    def of_kind(self, word: str) -> tuple[str, ...]:
        """Products whose category or title ends in a word of two signs or more; 裙子 counts as 裙.

        Args:
            word: folded, such as 连衣裙.

        Returns:
            Their ids, each once; many for a word that names a kind of goods rather than one of them.
        """
        noun = word.removesuffix("子") if len(word) == 2 else word
        return tuple(dict.fromkeys(product_id for text, product_id in self._heads if text.endswith(noun)))

    @cached_property
    def colors(self) -> frozenset[str]:
        """Folded colours of all SKUs."""
        return frozenset(map(fold_name, {s.color for p in self.catalogue.products for s in p.skus if s.color}))

    @cached_property
    def sizes(self) -> frozenset[str]:
        """Folded sizes of all SKUs."""
        return frozenset(map(fold_name, {s.size for p in self.catalogue.products for s in p.skus if s.size}))

    @cached_property
    def known_ids(self) -> frozenset[str]:
        """Lower-case SKUs and product ids."""
        return frozenset(self.ids)

    def shortlist(self, text: str) -> tuple[Name, ...]:
        """Names that share the most telling pairs of characters with a text, best first, at most ``SHORTLIST``.

        Args:
            text: folded text without separators.
        """
        weights: dict[int, float] = {}
        total = max(len(self.names), 2)
        found = [places for pair in pairs(text) if pair not in _GENERIC and (places := self.postings.get(pair))]
        found.sort(key=len)
        rare = [places for places in found if len(places) <= COMMON] or found[:1]
        for places in rare:
            weight = log(1 + total / len(places))
            for place in places:
                weights[place] = weights.get(place, 0.0) + weight
        best = nlargest(SHORTLIST, weights.items(), key=lambda entry: entry[1])
        return tuple(self.names[place] for place, _ in best)


def bare(text: str) -> str:
    """Drop separators from folded text."""
    return _SEPARATORS.sub("", text)


def pairs(text: str) -> frozenset[str]:
    """Neighbouring characters of a text, as pairs."""
    return frozenset(one + other for one, other in pairwise(text))


def is_generic(run: str) -> bool:
    """Whether a run of characters consists of pairs that name no product."""
    return all(pair in _GENERIC for pair in pairs(run))


def _names_of(product: Product) -> list[Name]:
    found = {bare(fold_name(product.title)): False}
    for alias in product.aliases:
        found.setdefault(bare(fold_name(alias)), True)
    return [Name(text, product.product_id, is_alias) for text, is_alias in found.items() if text]
