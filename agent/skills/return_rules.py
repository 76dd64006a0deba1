"""Whether goods of an order may still go back: the policy in force decides, quoted with its days."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from agent.evidence import Fact
from agent.facts.policies import policy_source
from agent.turn import Turn
from retrieval.retriever import Hit
from tools.orders import Order

_DAYS = re.compile(r"(?<!\d)(\d{1,3})\s*个?(?:自然)?[天日](?!\d)")
_NO_RETURN = re.compile(r"(?:不支持|不可|不能|不予|不享受|不适用|无法)[^。，,]{0,12}(?:退|换)")
_CONDITION = re.compile(r"(拆|撕|开封|启封|穿|洗|剪|安装|激活)(?=[^。]{0,8}(?:后|的|过|了|，))")
"""What must have been done to goods before a refusal counts."""
_FAULTS = frozenset({"发错货", "少件漏发", "商品破损", "质量问题", "与描述不符"})
"""Reasons that lie with the goods or the shop."""


@dataclass(frozen=True)
class Verdict:
    """What the policies say of a return."""

    allowed: bool
    fact: Fact | None = None
    """The sentence that decides; None: no policy speaks of it."""


def judge_return(turn: Turn, order: Order, skus: Sequence[str]) -> Verdict:
    """Decide whether the goods may go back.

    Args:
        turn: the turn; its day decides which policy is in force, or the order's where the policy says so.
        order: a signed order of the customer.
        skus: the goods that are to go back.

    Returns:
        Not allowed with the deciding sentence, when the goods are excluded or the window has closed.
    """
    quality = turn.understood.entities.return_reason in _FAULTS
    if not quality:
        excluded = _exclusion(turn, order, skus)
        if excluded is not None and excluded[0]:
            return Verdict(False, excluded[1])
    question = "商品有质量问题，签收后几天内可以退货" if quality else "签收后几天内可以无理由退货"
    days, fact = _window(turn.lookup(question, order=order))
    if days is None or order.signed_at is None:
        return Verdict(True, fact)
    signed = order.signed_at.astimezone(turn.profile.timezone).date()
    return Verdict(turn.today <= signed + timedelta(days=days), fact)


def _exclusion(turn: Turn, order: Order, skus: Sequence[str]) -> tuple[bool, Fact] | None:
    """The rule that keeps goods from going back, and whether it holds: one that names a condition (拆封后) needs the customer to say so."""
    for sku in skus:
        found = turn.catalogue.by_sku.get(sku)
        if found is None:
            continue
        hits = turn.lookup("这个商品支持无理由退货吗，可以退换吗", product_id=found[0].product_id, order=order)
        for hit in hits:
            if hit.passage.scope.products:
                refusal = _first(hit, _NO_RETURN)
                if refusal is not None:
                    conditions = _CONDITION.findall(refusal.text)
                    said = turn.understood.folded
                    return not conditions or any(_is_said(word, said) for word in conditions), refusal
    return None


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
