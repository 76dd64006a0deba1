"""Questions about how a change to an order or a reminder works: they get the rule, and start no change."""

import re
from collections.abc import Sequence
from dataclasses import replace

from agent.evidence import Answer
from agent.facts.policies import policy_facts
from agent.skills.policy import answer_policy, find_hits
from agent.turn.context import Turn
from agent.understanding.confirmation import asks
from agent.understanding.intents import DISPLAY_NAMES, Intent
from agent.understanding.understand import IntentScore

CHANGES: frozenset[Intent] = frozenset({"cancel_order", "change_address", "restock_notify"})
"""Intents whose skill puts a change to the customer."""
_DO = r"(?:取消|退款?|改|换|登记|通知|提醒|预约)"
_QUESTION = re.compile(r"几|还是|[吗么嘛不没呢]$|[不没](?:啊|呀|的|呢)$")
_BIDS = re.compile(
    r"(?:帮|给|替)(?:我|俺|咱)(?!.{0,2}[发打])|麻烦(?![吗么不])|我要(?!是)|我想(?!问|知道|了解)|(?<!申)请(?!问)|办一下"
)
_TERMS = re.compile(
    rf"多久|多长|几天|多少天|几时|何时|(?:什么|啥)时候|扣|手续费|费用|收费|收钱|[要得]钱|花钱|免费|运费|差价|差额|补钱|"
    rf"{_DO}.{{0,6}}(?:几[次个遍条款]|多少[次个]|限制|上限)|最多|(?:怎么|咋|如何|用[什啥]么?)(?:样)?(?:通知|提醒|告诉|联系|算|收|扣|赔|退(?!货))|"
    r"短信|微信|电话|邮件|站内|有效期|过期|失效|管多|一直(?:有效|等)|恢复|影响|规则|规定|条件|流程|谁(?:来)?(?:出|付|承担)|原路|哪(?:里|儿)去?了?$"
)
"""Words for the terms of a change: what it costs, how long it takes, how one is told."""
_WHAT_IF = re.compile(r"要是|如果|万一|假如|倘若|(?:到时候?|真的?).{0,6}(?:不|没|丢|坏|晚|迟)")
_SUPPOSES = re.compile(rf"要是|如果|万一|假如|{_DO}.{{0,3}}(?:以后|之后|后|的话|完)")
_IN_GENERAL = re.compile(
    r"(?:预售|定[制做]|订做|特价|清仓|现货|海外|跨境|赠品|拼单|秒杀|活动|打折|刻字|生鲜).{0,8}(?:能|可以|可不可以|让|支持|允许|给).{0,5}(?:取消|退|改|换)|"
    r"(?:之前?|以|没?(?:发货?|付款?|出库|下单|打包))前.{0,6}(?:能|可以|可不可以|让|支持|允许|给).{0,5}(?:取消|退|改|换)"
)
"""Whether goods of a kind, or orders at some point, may be changed at all."""
_ONLY_ASKS = re.compile(r"问问|问一?下|问一嘴|请教|咨询一?下|(?:想|要)(?:知道|了解)")
"""Words of somebody who wants to know, and bids nothing yet."""
_OWN = re.compile(
    r"(?:我|俺)(?:的|家|那|这|买|下|拍|刚|昨|今|前|订|有)|[这那](?:个|单|笔|件|条|双|款|套|瓶|盒|台|只)|刚(?:才|刚)?(?:买|下|拍)|昨天|今[天早]"
)
"""Words for one order of the customer's own."""
_CONFIRMING = {
    "cancel_order": "确认取消",
    "change_address": "确认修改",
    "issue_coupon": "领取",
    "subscribe_restock": "确认登记",
    "create_return": "确认退货",
}
"""What a customer says to a proposal that was left open; see `names_proposal`."""


def supposes(text: str) -> bool:
    """Whether folded words speak of what might happen: they ask for the rule, not for the state of anything."""
    return _WHAT_IF.search(text) is not None


def names_one_of_theirs(text: str) -> bool:
    """Whether folded words speak of one order of the customer's own, 我买的 or 那单."""
    return _OWN.search(text) is not None


def asks_rule_of_change(turn: Turn, ask: IntentScore) -> bool:
    """Whether words that speak of a change ask how it works, rather than for the change itself.

    Args:
        turn: the turn, understood.
        ask: the intent with the words that carry it.
    """
    text = ask.clause
    if ask.intent not in CHANGES or not (asks(text) or _QUESTION.search(text)):
        return False
    if _ONLY_ASKS.search(turn.message.text):
        return not turn.understood.entities.order_ids
    if _BIDS.search(text):
        return False
    if _TERMS.search(text) or _SUPPOSES.search(text):
        return True
    entities = turn.understood.entities
    names_one = bool(entities.order_ids or entities.order_suffixes or names_one_of_theirs(text))
    return _IN_GENERAL.search(text) is not None and not names_one


async def say_rule_of_change(turn: Turn, ask: IntentScore) -> Answer | None:
    """Answer how a change works.

    Returns:
        The answer; None where no policy in force speaks of it.
    """
    if find_hits(turn, ask):
        return await answer_policy(turn, ask)
    hits = turn.lookup(f"{DISPLAY_NAMES[ask.intent]} {ask.clause}")
    return Answer(ask.intent, "answered", "inform", policy_facts(hits[0])) if hits else None


def left_open(turn: Turn, answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """Say beside the answers to a question that what was proposed just now is still to be confirmed, and how.

    Args:
        turn: the turn; what it proposes itself takes the place of what was proposed before.
        answers: to everything the message asks.
    """
    before = turn.state.pending
    is_open = before is not None and turn.notes.pending is None and turn.notes.handoff is None
    last = answers[-1]
    if before is None or not is_open or any(answer.ask for answer in answers) or last.outcome != "answered":
        return tuple(answers)
    words = "确认换货" if before.args.get("kind") == "exchange" else _CONFIRMING[before.tool]
    return (*answers[:-1], replace(last, ask=f"需要办理的话，回复“{words}”就可以。"))
