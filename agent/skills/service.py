"""Complaints, and the wish for a person."""

import re
from dataclasses import replace

from agent.evidence import Answer
from agent.facts.policies import policy_facts
from agent.skills.orders import say_logistics, say_order_status
from agent.skills.policy import answer_policy, find_hits
from agent.skills.rule_questions import supposes
from agent.state import PendingSlot
from agent.turn.context import Turn
from agent.understanding.understand import IntentScore

_RULE_SURE = 0.5
_PARCEL = re.compile(r"快递|物流|包裹|配送|派送|派件|送货|丢件")


async def soothe(turn: Turn, ask: IntentScore) -> Answer:
    """Take a complaint seriously: sympathy first, the rule that helps, a way to a person. What is only supposed gets the rule."""
    lead = "非常抱歉给您带来了不好的体验，您的心情我完全理解。"
    told = await _of_the_order(turn, ask)
    if told is not None:
        return replace(told, lead=lead)
    hits = find_hits(turn, ask)
    sure = bool(hits) and hits[0].score >= _RULE_SURE
    if sure and supposes(turn.understood.folded):
        return await answer_policy(turn, ask)
    if sure:
        question = "需要我帮您转接人工同事处理吗？"
        return Answer(
            ask.intent, "answered", "soothe", policy_facts(hits[0], turn.named_lately, most=1), lead=lead, ask=question
        )
    turn.notes.slot = PendingSlot(ask.intent, "words")
    question = "方便说说是哪笔订单、遇到了什么问题吗？也可以回复“人工”转接同事。"
    return Answer(ask.intent, "clarify", "soothe", lead=lead, ask=question)


async def _of_the_order(turn: Turn, ask: IntentScore) -> Answer | None:
    """What is known of the order or the parcel that a complaint names; None: it names none, or it cannot be told which."""
    named = bool(turn.understood.entities.order_ids or turn.understood.entities.tracking_nos)
    if not named and not _PARCEL.search(turn.understood.folded):
        return None
    told = await (say_order_status(turn, ask) if named else say_logistics(turn, ask))
    if told.outcome != "answered" or not told.facts:
        return None
    return Answer(ask.intent, "answered", "soothe", told.facts, ask="需要我帮您转接人工同事处理吗？")


async def call_person(turn: Turn, ask: IntentScore) -> Answer:
    """Pass the conversation to a person at the customer's word."""
    turn.notes.handoff = "requested"
    return Answer(ask.intent, "handoff", "handoff")
