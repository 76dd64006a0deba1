"""Offers: what is on, which coupon a customer may have, and one incentive for a customer who wavers."""

from agent.evidence import Answer, Fact
from agent.facts.offers import promotion_fact
from agent.facts.policies import policy_facts
from agent.skills.actions import propose_coupon
from agent.skills.policy import find_hits
from agent.turn import Turn
from agent.understanding.understand import IntentScore
from retrieval.catalogue import Promotion

_SAID = 2
"""So many promotions are named in one reply."""
_RULE_SURE = 0.7
"""From this retrieval score on, the question is about a rule and the policy comes first."""


async def say_promotions(turn: Turn, ask: IntentScore) -> Answer:
    """Say which offers are on for this customer; a question about a rule is answered by the policy first."""
    rule = find_hits(turn, ask)
    offers = [item for item in await _offers(turn) if "hesitating" not in item.audience]
    said = [_fact(turn, item) for item in offers[:_SAID]]
    if rule and (rule[0].score >= _RULE_SURE or not said):
        said = [*policy_facts(rule[0]), *said[:1]] if _asks_what_is_on(ask) else list(policy_facts(rule[0]))
    if not said:
        fact = Fact("promotion", "目前没有正在进行的优惠活动。")
        return Answer(ask.intent, "answered", "inform", (fact,))
    return Answer(ask.intent, "answered", "inform", tuple(said))


def _asks_what_is_on(ask: IntentScore) -> bool:
    return any(word in ask.clause for word in ("什么活动", "啥活动", "有活动", "优惠", "打折", "折扣"))


async def say_coupons(turn: Turn, ask: IntentScore) -> Answer:
    """Offer a coupon that this customer may have; a question about using one is answered by the policy."""
    rule = find_hits(turn, ask)
    if rule and rule[0].score >= _RULE_SURE and not _wants_one(ask):
        return Answer(ask.intent, "answered", "inform", policy_facts(rule[0]))
    coupons = [item for item in await _offers(turn) if item.kind == "coupon" and item.audience != ("hesitating",)]
    if coupons:
        proposal = propose_coupon(turn, ask, coupons[0])
        return Answer(ask.intent, "answered", "confirm", (_fact(turn, coupons[0]),), ask=proposal)
    if rule:
        return Answer(ask.intent, "answered", "inform", policy_facts(rule[0]))
    others = await _offers(turn)
    facts = tuple(_fact(turn, item) for item in others if "hesitating" not in item.audience)[:_SAID]
    none = Fact("promotion", "目前没有您可以领取的优惠券。")
    return Answer(ask.intent, "answered", "inform", (none, *facts[:1]))


def _wants_one(ask: IntentScore) -> bool:
    return any(word in ask.clause for word in ("有券", "领", "有没有", "有优惠券", "发我", "给我", "送"))


async def persuade(turn: Turn, ask: IntentScore) -> Answer:
    """Offer a wavering customer one thing of use, once; never press."""
    fresh = [item for item in await _offers(turn, hesitating=True) if item.promotion_id not in turn.state.offered]
    fresh.sort(key=lambda item: ("hesitating" not in item.audience, item.kind != "coupon"))
    if not fresh:
        lead = "没关系，您可以慢慢考虑，有任何问题随时问我。"
        return Answer(ask.intent, "answered", "inform", lead=lead)
    best = fresh[0]
    turn.notes.offered.append(best.promotion_id)
    lead = "理解您的考虑，买东西是要多比较一下。"
    proposal = propose_coupon(turn, ask, best) if best.kind == "coupon" else ""
    return Answer(ask.intent, "answered", "incentive", (_fact(turn, best),), lead=lead, ask=proposal)


async def _offers(turn: Turn, hesitating: bool = False) -> list[Promotion]:
    mention = turn.understood.products
    focus = tuple(mention.product_ids[:1]) if mention.product_ids and not mention.ambiguous else ()
    return await turn.desk.promotions(focus, is_hesitating=hesitating)


def _fact(turn: Turn, promotion: Promotion) -> Fact:
    return promotion_fact(promotion, turn.now, turn.profile.timezone, turn.currency)
