"""Whether goods of an order may still go back: the policy in force decides, quoted with its days."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from agent.evidence import Fact
from agent.facts.policies import policy_source
from agent.turn.context import Turn
from agent.understanding.entities.reasons import ReturnReason, find_return_reason
from agent.understanding.folding import fold
from retrieval.retriever import Hit
from tools.orders import Order

_DAYS = re.compile(r"(?<!\d)(\d{1,3})\s*个?(?:自然)?[天日](?!\d)")
_NO_RETURN = re.compile(r"(?:不支持|不可|不能|不予|不享受|不适用|无法)[^。，,]{0,12}(?:退|换)")
_HOURS = re.compile(r"(?<!\d)(\d{1,3})\s*个?小时")
_CONDITION = re.compile(r"(拆|撕|开封|启封|穿|洗|剪|安装|激活)(?=[^。]{0,8}(?:后|的|过|了|，))")
"""What must have been done to goods before a refusal counts."""
_EARLIER = 3
_FAULTS = frozenset({"发错货", "少件漏发", "商品破损", "质量问题", "与描述不符"})
"""Reasons that lie with the goods or the shop."""


@dataclass(frozen=True)
class Verdict:
    """What the policies say of a return."""

    allowed: bool
    fact: Fact | None = None
    """The sentence that decides; None: no policy speaks of it."""
    until: date | None = None
    """The last day on which the goods may be sent back; None: no window is known, or another rule decides."""


def judge_return(turn: Turn, order: Order, skus: Sequence[str]) -> Verdict:
    """Decide whether the goods may go back.

    Args:
        turn: the turn; its day decides which policy is in force, or the order's where the policy says so.
        order: a signed order of the customer.
        skus: the goods that are to go back.

    Returns:
        Not allowed with the deciding sentence, when the goods are excluded or the window has closed.
    """
    quality = reason_of(turn) in _FAULTS
    special = None
    if not quality:
        special = special_rule(turn, order, skus, _NO_RETURN, "这个商品支持无理由退货吗，可以退换吗")
        if special is not None and _is_met(turn, order, special.text):
            return Verdict(False, special)
    question = "商品有质量问题，签收后几天内可以退货" if quality else "签收后几天内可以无理由退货"
    days, fact = _window(turn.lookup(question, order=order))
    if days is None or order.signed_at is None:
        return Verdict(True, special or fact)
    signed = order.signed_at.astimezone(turn.profile.timezone).date()
    until = signed + timedelta(days=days)
    in_time = turn.today <= until
    return Verdict(in_time, special or fact if in_time else fact, until)


def reason_of(turn: Turn) -> ReturnReason | None:
    """Why the goods go back: as said in this message, else in one of the last ones."""
    earlier = (find_return_reason(fold(text).text) for text in reversed(turn.state.customer_texts[-_EARLIER:]))
    return turn.understood.entities.return_reason or next((reason for reason in earlier if reason), None)


def refusal(turn: Turn, order: Order, skus: Sequence[str], pattern: re.Pattern[str], question: str) -> Fact | None:
    """The rule for certain goods that refuses what the customer wants; None where no such rule holds for them.

    A rule that names a condition (拆封后, 超过2小时) holds only when the customer says so, or when so much time has passed since
    the payment.

    Args:
        turn: the turn.
        order: the order the goods are in.
        skus: the goods.
        pattern: how a refusal reads.
        question: what is looked up in the policies for these goods.
    """
    told = special_rule(turn, order, skus, pattern, question)
    return told if told is not None and _is_met(turn, order, told.text) else None


def special_rule(turn: Turn, order: Order, skus: Sequence[str], pattern: re.Pattern[str], question: str) -> Fact | None:
    """The refusing sentence of a rule for certain goods, whether or not its condition is met; arguments as of `refusal`."""
    for sku in skus:
        found = turn.catalogue.by_sku.get(sku)
        if found is None:
            continue
        for hit in turn.lookup(question, product_id=found[0].product_id, order=order):
            told = _first(hit, pattern) if hit.passage.scope.products else None
            if told is not None:
                return told
    return None


def _is_met(turn: Turn, order: Order, sentence: str) -> bool:
    conditions = _CONDITION.findall(sentence)
    if conditions and not any(_is_said(word, turn.said_lately) for word in conditions):
        return False
    hours = _HOURS.search(sentence)
    if hours is None or order.paid_at is None:
        return True
    return turn.now - order.paid_at > timedelta(hours=int(hours.group(1)))


def _is_said(word: str, text: str) -> bool:
    return re.search(rf"(?<![没未不无]){word}", text) is not None


def _window(hits: Sequence[Hit]) -> tuple[int | None, Fact | None]:
    for hit in hits:
        for sentence, _ in hit.sentences:
            days = _DAYS.search(sentence)
            if days is not None and "退" in sentence:
                return int(days.group(1)), Fact("policy", sentence, policy_source(hit))
    return None, None


def _first(hit: Hit, pattern: re.Pattern[str]) -> Fact | None:
    for sentence in (*(text for text, _ in hit.sentences), *hit.passage.sentences):
        if pattern.search(sentence):
            return Fact("policy", sentence, policy_source(hit))
    return None
