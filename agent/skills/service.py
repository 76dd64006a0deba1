"""Complaints, and the wish for a person."""

from agent.evidence import Answer
from agent.facts.policies import policy_facts
from agent.skills.policy import find_hits
from agent.state import PendingSlot
from agent.turn import Turn
from agent.understanding.understand import IntentScore

_RULE_SURE = 0.5


async def soothe(turn: Turn, ask: IntentScore) -> Answer:
    """Take a complaint seriously: sympathy first, the rule that helps, a way to a person."""
    lead = "非常抱歉给您带来了不好的体验，您的心情我完全理解。"
    hits = find_hits(turn, ask)
    if hits and hits[0].score >= _RULE_SURE:
        question = "需要我帮您转接人工同事处理吗？"
        return Answer(
            ask.intent, "answered", "soothe", policy_facts(hits[0], turn.named_lately, most=1), lead=lead, ask=question
        )
    turn.notes.slot = PendingSlot(ask.intent, "words")
    question = "方便说说是哪笔订单、遇到了什么问题吗？也可以回复“人工”转接同事。"
    return Answer(ask.intent, "clarify", "soothe", lead=lead, ask=question)


async def call_person(turn: Turn, ask: IntentScore) -> Answer:
    """Pass the conversation to a person at the customer's word."""
    turn.notes.handoff = "requested"
    return Answer(ask.intent, "handoff", "handoff")
