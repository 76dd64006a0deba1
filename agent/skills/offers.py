"""Offers: what is on, what one piece costs with them, which coupon a customer may have, and one incentive for one who wavers."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from agent.evidence import Answer, Fact
from agent.facts.form import quote
from agent.facts.offers import promotion_fact, usage_fact, window_fact
from agent.facts.policies import answer_facts, policy_facts
from agent.messages import Outcome
from agent.skills.actions import propose_coupon
from agent.skills.basket import asks_how_often, asks_total, is_basket, quote_facts
from agent.skills.naming import named_promotions
from agent.skills.policy import find_hits
from agent.skills.pricing import asks_price
from agent.turn.context import Turn
from agent.understanding.understand import IntentScore
from retrieval.catalogue import Promotion, PromotionKind
from retrieval.retriever import Hit

_SAID = 2
"""So many promotions are named in one reply."""
_RULE_SURE = 0.7
"""From this retrieval score on, a question about a coupon is about its rule."""
_WHAT_IS_ON = re.compile(
    r"(?:什么|啥|哪些|有没有?|有无|还有|有|最近|现在|今天).{0,5}(?:活动|优惠|折扣|促销|赠品|满减)(?!.{0,4}(?:冲突|叠加|一起|同时))|"
    r"(?:活动|优惠|折扣|打折|促销)(?:还)?(?:有)?(?:吗|么|嘛|不|没)|(?:送|赠)(?:东西|礼物?|点?什么|啥)|东西送|有.{0,3}送"
)
_KINDS: tuple[tuple[PromotionKind, re.Pattern[str]], ...] = (
    (
        "gift",
        re.compile(
            r"(?:有|会|给|还|都|另外)?.{0,2}(?:送|赠)(?:点|些|个|我)?(?:东西|礼物|礼品|小礼|[什啥]么?|哪些)|[什啥]么?.{0,3}(?:送|赠)(?:的|么|吗|嘛|不|没|呀|啊|$)|"
            r"(?:东西|礼物|礼品|小样|小礼品?)(?:送|赠)|赠品(?:有|是|吗|么|没|呢|[什啥]|$)|(?:有|带|含).{0,2}(?:赠品|礼品)|(?:有|会)(?:送|赠)(?:的)?(?:吗|么|嘛|不|没)"
        ),
    ),
)
"""Words that ask for offers of one kind."""
_KIND_NAMES: Mapping[PromotionKind, str] = MappingProxyType({"gift": "赠品"})
_BIDS = re.compile(r"(?:给|发|送|来|帮)(?:我|一|张)|领")
_EARLIER = 3
_HOW_TO_USE = re.compile(
    r"(?:[咋怎]么?|如何|哪[里儿]?|[什啥]么?时候|几时)(?:个)?(?:能|去|才能|可以)?(?:用|使)|用法|有效期|[用使]到(?:几号|哪天|什么时候)|过期|满多少"
)
"""Words that ask how and until when a coupon is used."""
_UNTIL_WHEN = re.compile(
    r"结束|截止|截至|过期|到期|有效期|(?:到|至)(?:几号|几时|哪天|[什啥]么?时候|何时|多会儿)|(?:[什啥]么?时候|几号|哪天|何时).{0,3}(?:完|停|止|没)|"
    r"(?:还有|还剩|持续|搞|办|做)(?:多久|几天|多少天)|最后一天|还(?:在|有|能用|搞|做)(?:不|没|吗|么|嘛)"
)
"""Words that ask until when an offer that is on goes on."""
_RULE = re.compile(r"差价|价保|保价|降价|补差|退差|叠加|同时用|一起用|冲突|怎么用|用不了|能用吗")
"""Words that ask for the rule of an offer."""
_TOGETHER = re.compile(r"叠加|同时|一起|一块|冲突|同享|再减|并用")
"""Words that ask whether offers go together."""
_WANTS_ONE = re.compile(r"有.{0,6}券|券.{0,3}(?:有|没|吗)|领|(?:发|给|送|来)(?:我|一|张|点).{0,4}券|要.{0,3}券")


async def say_promotions(turn: Turn, ask: IntentScore) -> Answer:
    """Say which offers are on for this customer, or what one piece costs with them; a rule is answered by its policy."""
    product = turn.product
    closed = [item for item in named_promotions(turn, ask.clause) if not item.is_on(turn.now)]
    if closed:
        return Answer(ask.intent, "answered", "inform", (_window(turn, closed[0]), *(await _on(turn))[:1]))
    if _UNTIL_WHEN.search(ask.clause) and (named := named_promotions(turn, ask.clause)):
        return Answer(ask.intent, "answered", "inform", (_fact(turn, named[0]),))
    rule = find_hits(turn, ask)
    if product is not None and _is_sum(turn, ask):
        return Answer(ask.intent, "answered", "inform", (*_how_often(turn), *await quote_facts(turn, product)))
    kind = _kind_asked(ask)
    if kind is not None:
        return Answer(ask.intent, "answered", "inform", await _of_kind(turn, kind, rule))
    if rule and (_RULE.search(turn.understood.folded) or not _WHAT_IS_ON.search(ask.clause)):
        return Answer(ask.intent, "answered", "inform", answer_facts(_on_coupon(turn, ask, rule), turn.named_lately))
    said = (await _on(turn))[:_SAID]
    if not said:
        said = [Fact("promotion", "目前没有正在进行的优惠活动。")]
    return Answer(ask.intent, "answered", "inform", tuple(said))


def _is_sum(turn: Turn, ask: IntentScore) -> bool:
    """Whether a price is asked, or the sum of several things."""
    text = turn.understood.folded
    if asks_price(ask.clause) or asks_total(text):
        return True
    return is_basket(turn) and (asks_price(text) or asks_how_often(text))


def _how_often(turn: Turn) -> tuple[Fact, ...]:
    """The rule on how often an offer counts on one order, where the message asks that."""
    hits = turn.lookup("满减每笔订单减几次") if asks_how_often(turn.understood.folded) else ()
    facts = policy_facts(hits[0], turn.named_lately, most=3) if hits else ()
    return tuple(fact for fact in facts if "次" in fact.text)[:1]


def _kind_asked(ask: IntentScore) -> PromotionKind | None:
    """The kind of offer that the words ask for by name, such as a gift; None where any will do."""
    return next((kind for kind, words in _KINDS if words.search(ask.clause)), None)


async def _of_kind(turn: Turn, kind: PromotionKind, rule: Sequence[Hit]) -> tuple[Fact, ...]:
    """The offers of one kind that are on, said before the others; where there is none, the rule on it."""
    offers = [item for item in await _offers(turn) if item.audience != ("hesitating",)]
    wanted = [item for item in offers if item.kind == kind]
    if not wanted and rule and rule[0].score >= _RULE_SURE:
        return policy_facts(rule[0], turn.named_lately)
    others = [item for item in offers if item not in wanted][: max(_SAID - len(wanted), 0)]
    none = () if wanted else (Fact("promotion", f"目前没有正在进行的{_KIND_NAMES[kind]}活动。"),)
    return (*none, *(_fact(turn, item) for item in (*wanted[:_SAID], *others)))


async def say_coupons(turn: Turn, ask: IntentScore) -> Answer:
    """Offer a coupon that this customer may have; a question about using one is answered by the policy."""
    rule = find_hits(turn, ask)
    if _HOW_TO_USE.search(ask.clause) and (told := _coupon_in_talk(turn, ask)) is not None:
        usage = usage_fact(told, turn.now, turn.profile.timezone, turn.currency)
        general = turn.lookup("优惠券怎么使用")
        more = policy_facts(general[0], turn.named_lately, most=1) if general else ()
        return Answer(ask.intent, "answered", "inform", (usage, *(fact for fact in more if "券" in fact.text)))
    wants = turn.understood.is_follow_up or _WANTS_ONE.search(ask.clause) is not None
    if rule and not wants:
        return Answer(ask.intent, "answered", "inform", answer_facts(_on_coupon(turn, ask, rule), turn.named_lately))
    hesitates = turn.understood.mood.hesitation or "hesitation" in turn.state.last_intents or bool(turn.state.offered)
    coupons = [item for item in await _offers(turn, hesitates, must_know=True) if item.kind == "coupon"]
    named = [item for item in named_promotions(turn, ask.clause) if item in coupons]
    if coupons:
        chosen = (named or coupons)[0]
        outcome: Outcome = "clarify" if ask.is_request or _BIDS.search(ask.clause) else "answered"
        return Answer(ask.intent, outcome, "confirm", (_fact(turn, chosen),), ask=propose_coupon(turn, ask, chosen))
    none = Fact("promotion", "目前没有可以直接领取的优惠券。")
    if rule and rule[0].score >= _RULE_SURE:
        return Answer(ask.intent, "answered", "inform", (none, *policy_facts(rule[0], turn.named_lately, most=1)))
    return Answer(ask.intent, "answered", "inform", (none, *(await _on(turn))[:1]))


def _on_coupon(turn: Turn, ask: IntentScore, rule: Sequence[Hit]) -> Sequence[Hit]:
    """The rule on using offers together, for the coupon in talk where the words name none: what may go with it differs."""
    told = _coupon_in_talk(turn, ask) if _TOGETHER.search(ask.clause) and "券" not in ask.clause else None
    return rule if told is None else turn.lookup(f"{told.name} {ask.clause}") or rule


def _coupon_in_talk(turn: Turn, ask: IntentScore) -> Promotion | None:
    """The coupon that the message names, or that one of the last replies offered or gave."""
    coupons = [item for item in turn.catalogue.promotions if item.kind == "coupon" and item.is_on(turn.now)]
    named = [item for item in named_promotions(turn, ask.clause) if item in coupons]
    said = [item for reply in reversed(turn.state.replies[-_EARLIER:]) for item in coupons if quote(item.name) in reply]
    return next(iter((*named, *said)), None)


async def persuade(turn: Turn, ask: IntentScore) -> Answer:
    """Offer a wavering customer one thing of use, once; never press."""
    fresh = [item for item in await _offers(turn, hesitating=True) if item.promotion_id not in turn.state.offered]
    fresh.sort(key=lambda item: ("hesitating" not in item.audience, item.kind != "coupon"))
    if not fresh or turn.state.offered:
        lead = "没关系，您可以慢慢考虑，有任何问题随时问我。"
        return Answer(ask.intent, "answered", "inform", lead=lead)
    best = fresh[0]
    turn.notes.offered.append(best.promotion_id)
    lead = "理解您的考虑，买东西是要多比较一下。"
    proposal = propose_coupon(turn, ask, best) if best.kind == "coupon" else ""
    return Answer(ask.intent, "answered", "incentive", (_fact(turn, best),), lead=lead, ask=proposal)


async def _on(turn: Turn) -> list[Fact]:
    """The offers that are on for this customer, those kept for wavering customers left out."""
    return [_fact(turn, item) for item in await _offers(turn) if item.audience != ("hesitating",)]


async def _offers(turn: Turn, hesitating: bool = False, must_know: bool = False) -> list[Promotion]:
    product = turn.product
    return await turn.desk.promotions(
        (product.product_id,) if product else (), is_hesitating=hesitating, must_know=must_know
    )


def _fact(turn: Turn, promotion: Promotion) -> Fact:
    return promotion_fact(promotion, turn.now, turn.profile.timezone, turn.currency)


def _window(turn: Turn, promotion: Promotion) -> Fact:
    return window_fact(promotion, turn.now, turn.profile.timezone)
