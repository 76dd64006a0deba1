"""Which products, and which of their variants, a message speaks of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from agent.understanding.entities import Entities
from agent.understanding.entities.colours import same_colour
from agent.understanding.entities.sizes import same_size
from agent.understanding.folding import Folded, fold_name
from agent.understanding.name_matching import Match, match_name
from agent.understanding.product_index import ProductIndex, bare
from retrieval.catalogue import Catalogue, Product, Sku

MentionSource = Literal["id", "name", "part", "fuzzy", "pronoun", "page", "focus", "none"]
"""How the product was found, from the surest to the least sure."""

MOST_CANDIDATES = 5
"""A word that fits more products than this names none of them."""

_SEGMENTS = re.compile(r"[,;:!?~。…\n]+")
_ID = re.compile(r"(?<![a-z0-9])[a-z0-9](?:[a-z0-9]|[-_.](?=[a-z0-9]))+(?![a-z0-9])")
_THINGS = "款|件|条|双|只|本|瓶|台|顶|盒|把|套|支|包|袋|箱|块表|部|张|床|辆"
_THIS = re.compile(rf"(?:这|此|该|本)(?:个商品|个产品|个宝贝|一?(?:{_THINGS})|商品|产品|宝贝)(?!快递)|它(?!们)")
_THAT = re.compile(
    rf"(?:刚才|刚刚|上面|前面|之前)(?:说的|看的|问的|那|这)+(?:个|{_THINGS})?(?!单|订单)|那一?(?:{_THINGS})(?!单|快递)"
)


@dataclass(frozen=True)
class ProductMention:
    """What a message says of products."""

    product_ids: tuple[str, ...] = ()
    """Best first. Not ambiguous: each of them is meant (two when two are compared); ambiguous: one of them is meant."""
    ambiguous: bool = False
    """Whether the words fit several products equally well."""
    is_explicit: bool = False
    """Whether the message itself names or points at the product, rather than the page or the talk so far."""
    source: MentionSource = "none"
    sku_ids: tuple[str, ...] = ()
    """Variants of the first product that fit the colour and size named; empty where none is named or none fits."""
    unknown_variant: bool = False
    """Whether a colour or size is named that the product does not come in."""
    text: str = ""
    """The words that name the product, folded."""


class ProductMatcher:
    """Finds products of one catalogue in messages; build it once a catalogue.

    Args:
        catalogue: the goods; ten thousand products take about a second to index.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.index = ProductIndex.build(catalogue)

    def find(
        self,
        folded: Folded,
        entities: Entities,
        page_product_id: str | None = None,
        focus_product_id: str | None = None,
    ) -> ProductMention:
        """Find the product a message speaks of.

        An id or a name in the message decides; then 这款 and the like, for the page's product before the one of the talk; then
        the page or the talk itself.

        Args:
            folded: the message.
            entities: colours and sizes of the message; they choose variants and tell like-named products apart.
            page_product_id: the product page the customer looks at.
            focus_product_id: the product the talk has been about.

        Returns:
            The mention; without products when none is meant or a word fits too many.
        """
        by_id = self._find_ids(folded.text)
        if by_id is not None:
            return by_id
        named = self._find_names(folded.text, entities, (page_product_id, focus_product_id))
        mention = named or self._point(folded.text, page_product_id, focus_product_id)
        if not mention.product_ids or mention.ambiguous:
            return mention
        return self._with_variants(mention, entities)

    def _find_ids(self, text: str) -> ProductMention | None:
        found = [(token, self.index.ids[token]) for token in _ID.findall(text) if token in self.index.ids]
        if not found:
            return None
        products = tuple(dict.fromkeys(product_id for _, (product_id, _) in found))
        skus = tuple(sku for _, (product_id, sku) in found if sku is not None and product_id == products[0])
        return ProductMention(products, False, True, "id", skus, text=" ".join(token for token, _ in found))

    def _find_names(self, text: str, entities: Entities, at_hand: Sequence[str | None]) -> ProductMention | None:
        groups = [group for part in _SEGMENTS.split(text) for group in self._groups(bare(part))]
        settled = [
            found for found in (self._settle(*group, entities, at_hand) for group in groups) if found is not None
        ]
        certain = [mention for mention in settled if not mention.ambiguous]
        if len(certain) > 1:
            products = tuple(dict.fromkeys(item for mention in certain for item in mention.product_ids))
            return replace(certain[0], product_ids=products)
        return next(iter(certain or settled), None)

    def _groups(self, segment: str) -> list[tuple[str, list[Match]]]:
        """Runs of a segment with the matches they fit, the best run first; later runs do not overlap it."""
        matches = [match for name in self.index.shortlist(segment) if (match := match_name(segment, name)) is not None]
        matches.sort(key=lambda match: (match.kind != "fuzzy", match.length, match.score), reverse=True)
        groups: list[tuple[str, list[Match]]] = []
        taken: list[tuple[int, int]] = []
        for match in matches:
            if any(match.start < end and start < match.end for start, end in taken):
                continue
            taken.append((match.start, match.end))
            rivals = [
                other
                for other in matches
                if other.start < match.end and match.start < other.end and other.length == match.length
            ]
            groups.append((segment[match.start : match.end], rivals))
        return groups

    def _settle(
        self, run: str, rivals: list[Match], entities: Entities, at_hand: Sequence[str | None]
    ) -> ProductMention | None:
        exact = [match for match in rivals if match.kind == "exact"]
        best = max(match.score for match in rivals)
        chosen = exact or [match for match in rivals if match.score >= best - 0.25]
        chosen.sort(key=lambda match: -match.score)
        products = list(dict.fromkeys((*(match.product_id for match in chosen), *self.index.of_kind(run))))
        products = self._fitting(products, entities)
        if len(products) > MOST_CANDIDATES:
            return None
        nearest = next((item for item in at_hand if item in products), None)
        products = products if nearest is None else [nearest]
        kind = chosen[0].kind
        source: MentionSource = "name" if kind == "exact" else "part" if kind == "partial" else "fuzzy"
        return ProductMention(tuple(products), len(products) > 1, True, source, text=run)

    def _fitting(self, products: list[str], entities: Entities) -> list[str]:
        """Of several products those that come in the colours and sizes named, where any does."""
        if len(products) < 2 or not (entities.colors or entities.sizes):
            return products
        fitting = [item for item in products if variants(self.catalogue.by_product[item], entities)]
        return fitting or products

    def _point(self, text: str, page: str | None, focus: str | None) -> ProductMention:
        known = self.catalogue.by_product
        page, focus = (page if page in known else None), (focus if focus in known else None)
        that = _THAT.search(text)
        this = _THIS.search(text)
        target = (focus or page) if that else (page or focus)
        if target is None:
            return ProductMention()
        if this or that:
            return ProductMention((target,), False, True, "pronoun", text=(that or this or [""])[0])
        return ProductMention((target,), False, False, "page" if target == page else "focus")

    def _with_variants(self, mention: ProductMention, entities: Entities) -> ProductMention:
        if not (entities.colors or entities.sizes):
            return mention
        fitting = variants(self.catalogue.by_product[mention.product_ids[0]], entities)
        return replace(mention, sku_ids=tuple(sku.sku for sku in fitting), unknown_variant=not fitting)


def variants(product: Product, entities: Entities) -> tuple[Sku, ...]:
    """The variants of a product in the colour and size wanted; a product without colours fits every colour, likewise sizes.

    Args:
        product: the product.
        entities: ``color`` and ``size`` of the message.

    Returns:
        Fitting SKUs; an exact colour (黑色) is preferred to a shade (曜石黑).
    """
    fitting = [sku for sku in product.skus if _fits_colour(sku, entities.color) and _fits_size(sku, entities.size)]
    if entities.color is not None:
        exact = [sku for sku in fitting if sku.color and _core(sku.color) == _core(entities.color)]
        fitting = exact or fitting
    return tuple(fitting)


def _core(colour: str) -> str:
    return fold_name(colour).removesuffix("色")


def _fits_colour(sku: Sku, said: str | None) -> bool:
    return said is None or not sku.color or same_colour(said, fold_name(sku.color))


def _fits_size(sku: Sku, said: str | None) -> bool:
    return said is None or not sku.size or same_size(said, sku.size)


def in_catalogue_spelling(entities: Entities, product: Product) -> Entities:
    """Give colour and size the spelling of the product's variants, where exactly one spelling fits.

    Args:
        entities: entities of the message.
        product: the product the message is about.
    """
    fitting = variants(product, entities)
    colors = {sku.color for sku in fitting if sku.color}
    sizes = {sku.size for sku in fitting if sku.size}
    color = colors.pop() if entities.color is not None and len(colors) == 1 else entities.color
    size = sizes.pop() if entities.size is not None and len(sizes) == 1 else entities.size
    return replace(entities, color=color, size=size)
