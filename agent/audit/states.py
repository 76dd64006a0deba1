"""State claims: sent, signed, refunded, cancelled, as the order and shipment facts of the turn say."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from agent.audit.actions import receipt_families
from agent.audit.claims import find_claims
from agent.audit.conditions import is_conditional
from agent.audit.finding import Finding
from agent.audit.fold import fold
from agent.audit.sayings import find_sayings
from agent.audit.trace import Draft, Evidence
from agent.evidence import Fact

State = Literal[
    "unpaid",
    "paid",
    "not sent",
    "sent",
    "moving",
    "delivering",
    "signed",
    "failed",
    "cancelled",
    "refunding",
    "refunded",
]

_NOT_YET = r"(?:还没有?|尚未|暂未|仍未|并未|没有?|未)"
_DONE = r"已经?(?:成功)?(?:被|全部|由|于|在|从|按|为您|为你|帮您|给您)?[^，。!?;未没不待]{0,22}?"
_SEND = r"(?:发货|发出|寄出|出库|揽收|揽件|发走)"
_SAYINGS: tuple[tuple[State, re.Pattern[str]], ...] = (
    ("unpaid", re.compile(rf"{_NOT_YET}(?:完成)?(?:付款|支付|付钱)|[待等](?:待您)?(?:付款|支付)")),
    (
        "not sent",
        re.compile(
            rf"{_NOT_YET}(?:安排)?{_SEND}|(?:等?待|准备){_SEND}|正在(?:打包|备货|配货)|(?:打包|备货|配货|拣货)中"
        ),
    ),
    (
        "refunding",
        re.compile(
            r"正在(?:为您)?(?:办理|处理)?退款|退款(?:正在)?(?:申请)?(?:处理|审核|进行)?中|退款处理中|等待(?:商家|卖家)?退款"
        ),
    ),
    ("signed", re.compile(rf"{_DONE}(?:签收|妥投|收货)|(?:签收|妥投)了|签收成功|显示签收|(?:由|被)\S{{1,6}}签收")),
    ("delivering", re.compile(r"(?:派送|派件|配送)中|正在(?:为您)?(?:派送|派件|配送|送货)")),
    ("moving", re.compile(rf"(?:运输|转运|中转)(?:途)?中|正在运(?:输|送)|在途|在路上|{_DONE}(?:到达|抵达|离开)")),
    ("failed", re.compile(r"(?:运输|物流|快递|包裹|派送)(?:出现|有|状态)?异常|派送失败|丢件|滞留")),
    (
        "refunded",
        re.compile(
            rf"{_DONE}(?:退款(?!申请|处理|中|流程)|退回|到账|退还|原路返回)|退款(?:已经?)?(?:成功|完成|到账)|(?:退款|钱)[^，。]{{0,6}}到账了"
        ),
    ),
    ("cancelled", re.compile(rf"{_DONE}(?:取消|关闭|作废)|(?:取消|撤销)(?:成功|了)")),
    ("sent", re.compile(rf"{_DONE}{_SEND}|{_SEND}了")),
    ("paid", re.compile(rf"{_DONE}(?:付款|支付|付清)|(?:付款|支付)成功")),
)
_IMPLIES: dict[State, tuple[State, ...]] = {
    "signed": ("sent", "paid"),
    "delivering": ("moving", "sent", "paid"),
    "moving": ("sent", "paid"),
    "failed": ("sent", "paid"),
    "sent": ("paid",),
    "refunded": ("paid",),
    "refunding": ("paid",),
}
_SENTENCE = re.compile(r"[^。!?;\n]+")
_CUE = re.compile(r"[已未没待在中了途]|异常|失败|丢件|成功|签收|滞留")


def check_states(draft: Draft, evidence: Evidence) -> Iterator[Finding]:
    """Report each state of an order, parcel or refund that no fact of this order gives."""
    facts = tuple(fact for fact in evidence.proven if fact.kind in ("order", "shipment", "receipt"))
    for sentence in _SENTENCE.finditer(draft.text):
        if not _CUE.search(sentence[0]):
            continue
        for state, start, end in _say_in(sentence[0]):
            first, last = sentence.start() + start, sentence.start() + end
            if is_conditional(draft.text, first, last) or evidence.is_quoted(draft.text, first, last):
                continue
            if not _is_said(state, _nearest_ids(sentence[0], start), facts):
                span = draft.text[first:last]
                yield Finding("state", span, f"“{span}”与订单、物流资料不符或没有资料：只说资料里写明的状态。")


def _is_said(state: State, ids: frozenset[str], facts: tuple[Fact, ...]) -> bool:
    known = [(fact.kind, _ids_of(fold(fact.text)), _states_of(fact)) for fact in facts]
    if not any(state in states for _, _, states in known):
        return False
    for named in ids:
        own = [states for kind, owners, states in known if kind == "order" and named in owners and states]
        others = [kind for kind, owners, states in known if state in states and named not in owners]
        if own and not any(state in states for states in own) and set(others) == {"order"}:
            return False
    return True


def _states_of(fact: Fact) -> frozenset[State]:
    said = {state for state, _, _ in _say_in(fold(fact.text))}
    said |= {implied for state in said for implied in _IMPLIES.get(state, ())}
    if fact.kind == "receipt":
        families = receipt_families(fact)
        said |= {"cancelled"} if "cancel" in families else set()
        said |= {"refunded"} if "refund" in families else set()
    return frozenset(said)


def _nearest_ids(sentence: str, before: int) -> frozenset[str]:
    """The ids of the last part of the sentence, up to ``before``, that names any."""
    claims = [claim for claim in find_claims(sentence) if claim.kind == "id" and claim.start < before]
    return frozenset(str(claim.accepts[0][-1]) for claim in claims[-1:])


@lru_cache(maxsize=2048)
def _ids_of(folded: str) -> frozenset[str]:
    return frozenset(str(claim.accepts[0][-1]) for claim in find_claims(folded) if claim.kind == "id")


@lru_cache(maxsize=2048)
def _say_in(text: str) -> tuple[tuple[State, int, int], ...]:
    return find_sayings(text, _SAYINGS)
