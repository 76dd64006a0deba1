"""Looking up policies for what a message asks, read in the light of what was asked before."""

from collections.abc import Mapping
from types import MappingProxyType

from agent.turn import Turn
from retrieval.retriever import Hit, Query

CATEGORIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "return_policy": ("returns", "return", "退货", "退换", "退换货", "售后"),
        "return_request": ("returns", "return", "退货", "退换", "退换货", "售后"),
        "refund_status": ("returns", "refund", "退款", "退货", "售后"),
        "exchange": ("returns", "exchange", "换货", "退换", "退换货", "售后"),
        "shipping_policy": ("shipping", "delivery", "物流", "发货", "配送", "运费"),
        "urge_shipping": ("shipping", "delivery", "物流", "发货", "配送"),
        "logistics": ("shipping", "delivery", "物流", "发货", "配送"),
        "customs_tax": ("customs", "tax", "关税", "清关", "税费", "跨境"),
        "invoice": ("invoice", "发票"),
        "payment": ("payment", "支付", "付款"),
        "warranty": ("warranty", "service", "质保", "保修", "售后", "正品"),
        "membership": ("membership", "member", "会员"),
        "price_promotion": ("promotion", "promotions", "优惠", "活动", "价格"),
        "coupon": ("promotion", "promotions", "优惠", "活动"),
        "size_advice": ("size", "sizes", "尺码"),
    }
)
"""Names under which shops file the policies for an intent: those rank a little higher, the others may still be found."""
LEANS = 12
"""A message of at most so many characters may lean on the one before."""


def look_up(turn: Turn, clause: str) -> tuple[Hit, ...]:
    """Find the policies in force that answer one clause of the message, in the light of the message before.

    A message with one ask is looked up whole as well, for its context.

    Args:
        turn: the turn, understood.
        clause: the words of one ask.

    Returns:
        Hits, best first; empty when nothing in force is likely enough to answer.
    """
    before = message_before(turn)
    alone = _search(turn, clause, before)
    if len(turn.understood.intents) <= 1 and clause != turn.understood.folded:
        return max(_search(turn, turn.understood.folded, before), alone, key=_likelihood)
    return alone


def message_before(turn: Turn) -> str:
    """The customer's message before, where this one may lean on it; empty: it stands by itself."""
    texts = turn.state.customer_texts
    leans = turn.understood.is_follow_up or len(turn.understood.folded) <= LEANS
    return texts[-1] if texts and leans else ""


def _is_about_goods(turn: Turn) -> bool:
    """Whether the message asks what a thing is like; its category then helps to find the rule for such things."""
    return any(score.intent == "product_info" for score in turn.understood.intents)


def _likelihood(hits: tuple[Hit, ...]) -> float:
    """How likely the best hit is the one meant."""
    return hits[0].score * hits[0].share if hits else 0.0


def _search(turn: Turn, text: str, before: str) -> tuple[Hit, ...]:
    product = turn.product
    if product is not None and turn.understood.products.is_explicit and _is_about_goods(turn):
        text = f"{text} {product.category}"
    categories = tuple(word for score in turn.understood.intents for word in CATEGORIES.get(score.intent, ()))
    query = Query(
        text=text,
        day=turn.today,
        region=turn.region,
        product_id=product.product_id if product else None,
        prefer_categories=categories,
        before=before,
        days=turn.days,
    )
    return turn.release.retriever.search(query).hits


def rank_again(turn: Turn, hit: Hit, question: str) -> tuple[tuple[str, float], ...]:
    """The sentences of a hit that hold here, ranked by another question: with relevance 0 to 1, best first."""
    holding = {sentence for sentence, _ in hit.sentences}
    ranked = turn.release.retriever.sentences_of(hit.passage.source_id, question, message_before(turn))
    return tuple((sentence, score) for sentence, score in ranked if sentence in holding)
