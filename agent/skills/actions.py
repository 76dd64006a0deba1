"""Small services that need a yes: a coupon, a word when goods are back."""

from agent.evidence import Answer, Fact
from agent.facts.goods import is_buyable, product_source, product_stock_fact, say_sku
from agent.facts.offers import say_gain
from agent.skills.goods import which_product
from agent.skills.pricing import named_skus
from agent.skills.proposals import propose
from agent.state import PendingSlot
from agent.turn.context import Turn
from agent.understanding.understand import IntentScore
from retrieval.catalogue import Promotion


def propose_coupon(turn: Turn, ask: IntentScore, promotion: Promotion) -> str:
    """Propose to issue a coupon; returns the question to put to the customer."""
    summary = f"为您领取{promotion.name}（{say_gain(promotion, turn.currency)}）。"
    propose(turn, "issue_coupon", {"promotion_id": promotion.promotion_id}, summary)
    return "需要我现在帮您领取吗？"


async def notify_restock(turn: Turn, ask: IntentScore) -> Answer:
    """Propose a word when a sold-out variant is back; goods that are there are said to be there."""
    product, instead = which_product(turn, ask)
    if product is None:
        return instead or Answer(ask.intent, "clarify", "clarify", ask="请问您想等哪一款商品到货呢？")
    skus = turn.desk.stock(product, named_skus(turn, product), {})
    gone = [sku for sku in skus if sku.status == "on_sale" and not is_buyable(sku)]
    stock = product_stock_fact(product, skus, turn.today)
    if not gone:
        return Answer(ask.intent, "answered", "inform", (stock,))
    if len(gone) > 1:
        turn.notes.slot = PendingSlot(ask.intent, "sku")
        return Answer(ask.intent, "clarify", "clarify", (stock,), ask="请问您想等哪个颜色和尺码？")
    summary = f"登记到货通知，{say_sku(product, gone[0])}到货时通知您。"
    propose(turn, "subscribe_restock", {"sku": gone[0].sku}, summary)
    facts = (
        product_stock_fact(product, gone, turn.today),
        Fact("proposal", f"将为您{summary}", product_source(product)),
    )
    return Answer(ask.intent, "clarify", "confirm", facts, ask="请问需要登记吗？")
