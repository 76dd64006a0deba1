"""Greetings, thanks, questions about the agent itself, and what a shop does not do."""

from agent.evidence import Answer, Fact
from agent.facts.policies import policy_facts
from agent.facts.shop import can_facts, cannot_facts, hours_facts, identity_facts
from agent.skills.policy import find_hits
from agent.turn.context import Turn
from agent.understanding.understand import IntentScore

_RULE_SURE = 0.5
"""From this retrieval score on, "can you do this" is answered by the rule for it."""
_SURE = 0.9
"""From this retrieval score on, a question that looked foreign is answered from a policy after all."""


async def greet(turn: Turn, ask: IntentScore) -> Answer:
    """Greet by name, and remind of an order that waits for payment."""
    lead = f"您好，我是{turn.profile.name}的智能客服{turn.profile.assistant}。"
    return Answer(ask.intent, "answered", "smalltalk", lead=lead, ask="请问有什么可以帮您？")


async def thank(turn: Turn, ask: IntentScore) -> Answer:
    """Take thanks and goodbyes kindly."""
    return Answer(ask.intent, "answered", "smalltalk", lead="不客气，有需要随时找我。")


async def chat(turn: Turn, ask: IntentScore) -> Answer:
    """Take small talk kindly and come back to the shop."""
    hits = find_hits(turn, ask)
    if hits and hits[0].score >= _SURE:
        return Answer(ask.intent, "answered", "inform", policy_facts(hits[0], turn.named_lately))
    lead = "谢谢您和我聊天，不过购物上的事我更在行。"
    return Answer(ask.intent, "answered", "smalltalk", lead=lead, ask="商品、订单或者售后有问题都可以问我。")


async def say_who(turn: Turn, ask: IntentScore) -> Answer:
    """Say who answers and who made it."""
    return Answer(ask.intent, "answered", "inform", identity_facts(turn.profile))


async def say_can(turn: Turn, ask: IntentScore) -> Answer:
    """Say what can be done; a thing on the shop's list of what cannot be done is refused in plain words."""
    cannot = [thing for thing in turn.profile.cannot if _speaks_of(ask.clause, thing)]
    if cannot:
        return Answer(
            ask.intent, "declined", "decline", cannot_facts(turn.profile), lead="抱歉，这个我没有办法答应您。"
        )
    hits = find_hits(turn, ask)
    if hits and hits[0].score >= _RULE_SURE:
        return Answer(ask.intent, "answered", "inform", policy_facts(hits[0], turn.named_lately))
    facts = can_facts(turn.profile) or (Fact("shop", "我可以解答商品、订单和售后方面的问题。"),)
    return Answer(ask.intent, "answered", "inform", facts, ask="您想先了解哪一项？")


def _speaks_of(text: str, thing: str) -> bool:
    pairs = {thing[index : index + 2] for index in range(len(thing) - 1)}
    shared = sum(pair in text for pair in pairs)
    return shared >= max(2, len(pairs) * 0.6)


async def say_hours(turn: Turn, ask: IntentScore) -> Answer:
    """Say when people are on duty; cite the policy on it where there is one."""
    facts = hours_facts(turn.profile)
    hits = find_hits(turn, ask)
    if hits and hits[0].score >= _RULE_SURE:
        facts = (
            (*facts, *policy_facts(hits[0], turn.named_lately, most=1))
            if facts
            else policy_facts(hits[0], turn.named_lately)
        )
    if not facts:
        return Answer(ask.intent, "declined", "abstain", lead="抱歉，人工客服的服务时间我这边没有查到。")
    return Answer(ask.intent, "answered", "inform", facts)


async def decline(turn: Turn, ask: IntentScore) -> Answer:
    """Refuse politely what a shop does not do, unless a policy plainly answers it."""
    hits = find_hits(turn, ask)
    if hits and hits[0].score >= _SURE:
        return Answer(ask.intent, "answered", "inform", policy_facts(hits[0], turn.named_lately))
    lead = "抱歉，这个问题超出了我的服务范围。"
    return Answer(ask.intent, "declined", "decline", lead=lead, ask="商品、订单和售后方面的问题，欢迎随时问我。")
