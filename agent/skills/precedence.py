"""Where a policy that plainly answers comes before what a skill says to everybody: an offer, the state of some order, a question back."""

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from agent.evidence import Answer
from agent.facts.policies import answer_facts
from agent.skills.policy import find_hits
from agent.skills.rule_questions import names_one_of_theirs
from agent.skills.selection import NO_ORDERS
from agent.turn.context import Turn
from agent.understanding.clauses import asks_something
from agent.understanding.intents import Intent
from agent.understanding.understand import IntentScore
from retrieval.answer_types import asked_types, held_types
from retrieval.words import fold

_FIRST: Mapping[Intent, float] = MappingProxyType(
    {"hesitation": 0.6, "out_of_scope": 0.8, "recommend": 0.8, "urge_shipping": 0.8, "logistics": 0.9}
)
"""From this score of the best policy on, a question that was taken for such an ask is answered by the policy.
Source: on invented shops the wrongly taken ones lie above, on the transcripts that are tuned on the rightly taken ones below."""
_OF_TERMS = frozenset({"amount", "party", "permission", "carrier", "count"})
"""What no state of an order tells."""
_OF_WAITING: frozenset[Intent] = frozenset({"urge_shipping", "logistics"})
_OF_STATE: frozenset[Intent] = frozenset(
    {"logistics", "order_status", "urge_shipping", "refund_status", "price_promotion", "stock"}
)
_BY_RULE: frozenset[Intent] = frozenset(
    {
        "shipping_policy",
        "return_policy",
        "exchange",
        "warranty",
        "membership",
        "invoice",
        "payment",
        "customs_tax",
        "capability",
    }
)
"""What a rule of the shop answers."""
PLAIN = 0.6
"""From this score on, a policy answers rather than a question back which goods or which order are meant, or the state of a parcel
that came long ago."""
_ASKS_BACK: frozenset[Intent] = frozenset(
    {"stock", "restock_notify", "product_info", "size_advice", "price_promotion", "change_address"}
)
_WITH_RULE = 0.7
"""From this score on, a question back which order is meant comes with the rule for what the customer tells."""
_RECEIVER = re.compile(r"地址|收货|收件|电话|手机|号码|寄|送|省|市|区|路|街|楼|门牌|名字|姓名")
"""Words for what of an order can be changed."""


def policy_comes_first(turn: Turn, ask: IntentScore) -> bool:
    """Whether a question is for a policy, although it was taken for an ask that a skill answers without one.

    Args:
        turn: the turn as this ask sees it.
        ask: the ask.
    """
    if _goes_with_a_rule(turn, ask):
        return True
    goes_on = ask.intent in turn.state.last_intents
    if goes_on or names_own(turn) or not asks_something(ask.clause):
        return False
    hits = find_hits(turn, ask)
    if ask.intent in _OF_WAITING and not asked_types(ask.clause) & _OF_TERMS:
        return False
    if ask.intent == "change_address":
        return bool(hits) and hits[0].score >= PLAIN and not _RECEIVER.search(turn.said_lately)
    return bool(hits) and hits[0].score >= _FIRST.get(ask.intent, 2.0)


def _goes_with_a_rule(turn: Turn, ask: IntentScore) -> bool:
    """Whether a question after one on a rule finds its answer in that same rule: 晒图给多少积分，啥时候到 asks of no parcel."""
    wanted = asked_types(ask.clause)
    if (
        ask.intent not in _OF_STATE
        or _BY_RULE.isdisjoint(turn.understood.asked_before)
        or not wanted
        or names_own(turn)
    ):
        return False
    hits = find_hits(turn, ask)
    before = {
        found[0].passage.source_id
        for clause, found in turn.hits.items()
        if found and clause != ask.clause and clause in turn.understood.said_before
    }
    if not hits or hits[0].score < PLAIN or hits[0].passage.source_id not in before:
        return False
    return not wanted.isdisjoint(held_types(fold(hits[0].sentences[0][0])))


def rather_than_asking_back(turn: Turn, ask: IntentScore, answer: Answer) -> Answer:
    """The answer; where it would only ask back, and a policy plainly answers, that policy.

    Measures are still asked for, and which of several orders is meant.

    Args:
        turn: the turn as this ask sees it.
        ask: the ask.
        answer: what its skill says.
    """
    asks_back = answer.outcome == "clarify" and turn.notes.pending is None and not names_own(turn)
    if asks_back and _has_no_order(turn, ask, answer):
        turn.notes.slot = None
        return Answer(ask.intent, "answered", "inform", answer_facts(find_hits(turn, ask), turn.named_lately))
    hits = find_hits(turn, ask) if asks_back and ask.intent in _ASKS_BACK | {"return_request"} else ()
    if not hits or hits[0].score < PLAIN:
        return answer
    if answer.facts:
        told = hits[0].score >= _WITH_RULE and ask.intent == "return_request"
        rule = answer_facts(hits, turn.named_lately, 1) if told else ()
        return replace(answer, facts=(*rule, *answer.facts))
    facts = answer_facts(hits, turn.named_lately)
    if ask.intent == "size_advice":
        return replace(answer, outcome="answered", strategy="inform", facts=facts[:2])
    turn.notes.slot = None
    return Answer(ask.intent, "answered", "inform", facts)


def _has_no_order(turn: Turn, ask: IntentScore, answer: Answer) -> bool:
    """Whether somebody who has not bought anything yet asks what a policy plainly answers, and speaks of nothing of their own."""
    waits = ask.intent in _OF_WAITING and not asked_types(ask.clause) & _OF_TERMS
    if NO_ORDERS not in {fact.text for fact in answer.facts} or names_one_of_theirs(ask.clause) or waits:
        return False
    hits = find_hits(turn, ask)
    return asks_something(ask.clause) and bool(hits) and hits[0].score >= PLAIN


def names_own(turn: Turn) -> bool:
    """Whether the message names one of the customer's orders or parcels, or goods of the shop."""
    entities = turn.understood.entities
    mention = turn.understood.products
    named = mention.is_explicit and mention.source != "pronoun"
    return bool(entities.order_ids or entities.order_suffixes or entities.tracking_nos or named)
