"""What the customer's own order decides where a rule alone is no answer: until which day goods may go back."""

import re

from agent.evidence import Answer, Fact
from agent.facts.form import say_day
from agent.facts.orders import order_source
from agent.skills.clues import named_goods
from agent.skills.policy import answer_policy
from agent.skills.return_rules import judge_return
from agent.skills.selection import order_in_question, state_fact
from agent.turn.context import Turn
from agent.understanding.understand import IntentScore
from tools.orders import Order

_UNTIL_WHEN = re.compile(
    r"最[晚迟]|截止|(?:哪天|几号|几时|[什啥]么?时候|何时).{0,3}(?:之前|以前|前|为止)|(?:到|截至)(?:几号|哪天|[什啥]么?时候)|"
    r"(?:[什啥]么?时候|哪天|几天|多少天|多久).{0,4}[能可].{0,3}[退换]|还(?:能|可以?|让|给|来得及).{0,4}[退换]|(?:还)?(?:来得及|赶得上|剩几天|有几天)|"
    r"(?:过|超)(?:了|没|期|时).{0,6}(?:退|换|期|吗|么|没)|[退换].{0,5}(?:来得及|过期|超时|超期|期限|还有几天|剩几天)"
)
"""Words that ask whether there is still time."""
_RULE_ONLY = re.compile(r"如果|要是|假如|今天(?:付|买|拍|下)|现在(?:付|买|拍|下)|一般")


async def say_return_rule(turn: Turn, ask: IntentScore) -> Answer:
    """Answer a question about returns: for an own order that is meant, with its last day, else by the rule."""
    ruled = await answer_policy(turn, ask)
    if not asks_until_when(turn.understood.folded):
        return ruled
    order = await order_in_question(turn, lambda order: order.status == "signed")
    if order is None or order.status != "signed":
        return ruled
    turn.notes.order_id = order.order_id
    said = last_day_facts(turn, order)
    return Answer(ask.intent, "answered", "inform", (*said, *(ruled.facts if len(said) < 2 else ())))


def asks_until_when(text: str) -> bool:
    """Whether folded words ask until when something that was bought may go back."""
    return _UNTIL_WHEN.search(text) is not None and not _RULE_ONLY.search(text)


def last_day_facts(turn: Turn, order: Order) -> tuple[Fact, ...]:
    """Say until when a signed order may go back, or that it may not, with the rule that decides."""
    verdict = judge_return(turn, order, named_goods(turn, order))
    rule = (verdict.fact,) if verdict.fact else ()
    if verdict.until is None or order.signed_at is None:
        return (state_fact(turn, order), *rule)
    signed = say_day(order.signed_at.astimezone(turn.profile.timezone).date(), turn.today)
    until = say_day(verdict.until, turn.today)
    head = f"订单{order.order_id}已于{signed}签收，"
    if not verdict.allowed:
        return (Fact("order", f"{head}退货期限到{until}为止，现在已经过了。", order_source(order)), *rule)
    return (Fact("order", f"{head}最晚可以在{until}申请退货。", order_source(order)), *rule)
