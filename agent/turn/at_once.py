"""Messages that are answered before any skill is asked: danger, a yes to nothing, words the shop refuses, orders of other shops."""

import re

from agent.evidence import Answer
from agent.guard.words import guard_of
from agent.handoff.reasons import offers_person
from agent.turn.context import Turn
from agent.understanding.confirmation import read_confirmation
from agent.understanding.intents import ORDER_INTENTS, PLEASANTRIES, Intent

_WITHDRAWS = re.compile(
    r"(?:不|别|先不|不想|不用)(?:再)?(?:退|取消|换)(?!货款)(?:了|掉了?|吧)?(?:$|[,。!~\s])|撤销|撤回"
)
_CHANGES: frozenset[Intent] = frozenset({"return_request", "cancel_order", "exchange"})
_ELSEWHERE = re.compile(r"别家|别人家|其[他它]店|别的店|其[他它]平台|别的平台")
_DANGER = re.compile(r"不想活|想死|自杀|轻生|自残|中毒|住院|急诊|抢救|(?:烫|烧|割|划|砸|摔)伤|触电|窒息")
"""Words for danger to life or health: a person looks at these, whatever the shop lists."""


def settle_at_once(turn: Turn) -> Answer | None:
    """Answer what needs no skill.

    Args:
        turn: the turn, understood; nothing was pending, or the message was no answer to it.

    Returns:
        The answer; None where skills have to look.
    """
    last = turn.state.replies[-1] if turn.state.replies else ""
    asked = tuple(score.intent for score in turn.understood.intents)
    text = turn.understood.folded
    if _DANGER.search(text):
        turn.notes.handoff = "safety"
        return Answer("human", "handoff", "handoff", lead="您的安全最要紧，情况紧急请先拨打120。")
    if offers_person(last) and read_confirmation(turn.message.text, last) == "yes":
        turn.notes.handoff = "requested"
        return Answer("human", "handoff", "handoff")
    if _WITHDRAWS.search(text) and not _CHANGES.isdisjoint(asked):
        kept = next(intent for intent in asked if intent in _CHANGES)
        question = "如果之前已经提交了申请、现在想撤销，回复“人工”，我帮您转接同事。"
        return Answer(kept, "answered", "smalltalk", lead="好的，那就先不办理。", ask=question)
    if _is_bare_yes(turn, asked):
        question = "您想办理什么，可以直接告诉我。"
        return Answer("thanks", "clarify", "clarify", lead="好的，目前没有等您确认的事项。", ask=question)
    if _is_sensitive(turn):
        lead = "抱歉，这方面的内容我没有办法协助您。"
        return Answer("out_of_scope", "declined", "decline", lead=lead, ask="商品、订单和售后方面的问题可以随时问我。")
    if _ELSEWHERE.search(text) and ORDER_INTENTS.intersection(asked):
        lead = "抱歉，其他店铺的订单我这边查不到，也没有办法代为处理。"
        return Answer(asked[0], "declined", "decline", lead=lead, ask="您在我们店的订单可以随时问我。")
    return None


def _is_bare_yes(turn: Turn, asked: tuple[Intent, ...]) -> bool:
    """Whether the message is a yes to nothing: no proposal is open, and the agent asked for nothing."""
    state = turn.state
    if state.pending is not None or state.slot is not None or not PLEASANTRIES.isdisjoint(asked):
        return False
    return read_confirmation(turn.message.text) == "yes"


def _is_sensitive(turn: Turn) -> bool:
    return any(guard_of(turn.profile.sensitive_words).find(turn.message.text))
