"""Where a policy that plainly answers comes before what a skill says to everybody: an offer, the state of some order, a question back."""

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from agent.evidence import Answer
from agent.facts.policies import answer_facts
from agent.skills.policy import find_hits
from agent.turn import Turn
from agent.understanding.clauses import asks_something
from agent.understanding.intents import Intent
from agent.understanding.understand import IntentScore
from retrieval.answer_types import asked_types

_FIRST: Mapping[Intent, float] = MappingProxyType(
    {"hesitation": 0.6, "out_of_scope": 0.8, "recommend": 0.8, "urge_shipping": 0.8, "logistics": 0.9}
)
"""From this score of the best policy on, a question that was taken for such an ask is answered by the policy.
Source: on invented shops the wrongly taken ones lie above, on the transcripts that are tuned on the rightly taken ones below."""
_OF_TERMS = frozenset({"amount", "party", "permission", "carrier", "count"})
"""What no state of an order tells."""
_PLAIN = 0.6
"""From this score on, a policy answers rather than a question back which goods or which order are meant."""
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
    goes_on = ask.intent in turn.state.last_intents
    if goes_on or names_own(turn) or not asks_something(ask.clause):
        return False
    hits = find_hits(turn, ask)
    if ask.intent in ("urge_shipping", "logistics") and not asked_types(ask.clause) & _OF_TERMS:
        return False
    if ask.intent == "change_address":
        return bool(hits) and hits[0].score >= _PLAIN and not _RECEIVER.search(turn.said_lately)
    return bool(hits) and hits[0].score >= _FIRST.get(ask.intent, 2.0)


def rather_than_asking_back(turn: Turn, ask: IntentScore, answer: Answer) -> Answer:
    """The answer; where it would only ask back, and a policy plainly answers, that policy.

    Measures are still asked for, and which of several orders is meant.

    Args:
        turn: the turn as this ask sees it.
        ask: the ask.
        answer: what its skill says.
    """
    asks_back = answer.outcome == "clarify" and turn.notes.pending is None and not names_own(turn)
    hits = find_hits(turn, ask) if asks_back and ask.intent in _ASKS_BACK | {"return_request"} else ()
    if not hits or hits[0].score < _PLAIN:
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


def names_own(turn: Turn) -> bool:
    """Whether the message names one of the customer's orders or parcels, or goods of the shop."""
    entities = turn.understood.entities
    mention = turn.understood.products
    named = mention.is_explicit and mention.source != "pronoun"
    return bool(entities.order_ids or entities.order_suffixes or entities.tracking_nos or named)
