"""Swapped roles: every figure stands in the evidence, but for something else, or the other side is to pay."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, NamedTuple

from agent.audit.claims import find_claims
from agent.audit.conditions import is_conditional
from agent.audit.finding import Finding
from agent.audit.readings import Key
from agent.audit.trace import Draft, Evidence

_CLAUSE = re.compile(r"[^。!?;，,\n]+")
_N = r"(\d+(?:,\d{3})*(?:\.\d+)?)"
_OFFER = re.compile(
    rf"满\s*{_N}\s*(?:元|块钱?|件|单)?(?:以上)?[，,]?\s*(?:就|可以?|即可?|再|立|直|享|能|还)*\s*(?:减免?|优惠|立省|抵扣?|打|享受?)\s*{_N}\s*(折?)"
)
_COST = re.compile(r"[运邮]费|[\u4e00-\u9fff]{2}费|税|差价")
_FREIGHT = ("运费", "邮费", "快递费", "邮寄费")
_SHOP = r"(?:小店|本店|店家|店铺|店里|商家|卖家|我们|我方|我司|平台)"
_BUYER = r"(?:您|你|买家|顾客|客户|客人|消费者|自己|个人)"
_BEARS = r"[^，,。]{0,4}?(?:承担|负担|出|付|支付|负责|报销|掏)"
_NOT = r"不用|无需|不需要?|不必|不要|不由|不(?=承担|负担|负责|出|付|支付|报销)|免"
_PAYERS = (
    ("shop", re.compile(rf"{_SHOP}{_BEARS}")),
    ("buyer", re.compile(rf"(?<!帮)(?<!为)(?<!给){_BUYER}{_BEARS}|自理|自付|自费")),
)

Moment = Literal["paid", "signed", "sent", "returned", "arrived", "refunded", "told", "answered"]
_AFTER: Mapping[Moment, re.Pattern[str]] = MappingProxyType(
    {
        "returned": re.compile(
            r"(?:收到|签收)[^，,。]{0,4}?(?:退货|退回|寄回|包裹)[^，,。]{0,4}?(?:之|以)?后|退货[^，,。]{0,4}?(?:签收|入库)(?:之|以)?后"
        ),
        "paid": re.compile(r"(?:付款|支付|付清|下单|拍下|成交)[^，,。]{0,3}?(?:之|以)?后"),
        "signed": re.compile(r"(?:签收|收到?货|收到(?:商品|宝贝|包裹)?|到手)[^，,。]{0,2}?(?:之|以)?后"),
        "sent": re.compile(r"(?:发货|发出|寄出|出库|揽收)[^，,。]{0,2}?(?:之|以)?后"),
    }
)
"""From when a span of time runs, as the words before it say."""
_UNTIL: Mapping[Moment, re.Pattern[str]] = MappingProxyType(
    {
        "sent": re.compile(r"发货|发出|寄出|出库|揽收|安排发"),
        "arrived": re.compile(r"送达|到货|送到|到达|抵达|收到货|能收到|签收"),
        "refunded": re.compile(r"到账|退款|退回|返还|退还|原路"),
        "told": re.compile(r"反馈|拍照|拍视频|提出|申请|报备|联系|登记"),
        "answered": re.compile(r"核实|答复|回复|审核|处理"),
    }
)
"""What happens within it, as the words after it say."""
_NEAR, _REACH = 12, 4
_MOST_OFF = 10
"""折 count tenths of the price; 75折 is 7.5折."""


class _Span(NamedTuple):
    """A span of time with what it runs from and what happens in it."""

    accepts: frozenset[Key]
    gives: frozenset[Key]
    after: Moment | None
    """None: the clause does not say."""
    until: frozenset[Moment]
    """Empty: the clause does not say."""
    start: int
    end: int


def check_roles(draft: Draft, evidence: Evidence) -> Iterator[Finding]:
    """Report an offer whose sums are mixed up, a cost laid on the other side, and a span of time that is one of something else."""
    for check in (_check_offers, _check_payers, _check_spans):
        for start, end in check(draft.text, evidence):
            if not evidence.is_quoted(draft.text, start, end) and not is_conditional(draft.text, start, end):
                span = draft.text[start:end]
                yield Finding("contradiction", span, f"“{span}”与资料说的不是一回事：按资料原意改写。")


def _check_offers(text: str, evidence: Evidence) -> Iterator[tuple[int, int]]:
    known = {_sums(match) for match in _OFFER.finditer(evidence.text)}
    figures = {figure for pair in known for figure in pair}
    for match in _OFFER.finditer(text):
        pair = _sums(match)
        if pair not in known and figures.issuperset(pair):
            yield match.span()


def _sums(match: re.Match[str]) -> tuple[float, float]:
    threshold, off = (float(figure.replace(",", "")) for figure in match.groups()[:2])
    return threshold, off / 10 if match[3] and off > _MOST_OFF else off


def _check_payers(text: str, evidence: Evidence) -> Iterator[tuple[int, int]]:
    known = set(_payers(evidence.text))
    for cost, payer, start, end in _payers_at(text):
        others = {who for what, who in known if what == cost}
        if others and payer not in others:
            yield start, end


@lru_cache(maxsize=512)
def _payers(folded: str) -> tuple[tuple[str, str], ...]:
    return tuple((cost, payer) for cost, payer, _, _ in _payers_at(folded))


def _payers_at(folded: str) -> Iterator[tuple[str, str, int, int]]:
    """Costs with who bears them; a clause that names no cost goes on with the one before it in its sentence."""
    cost = ""
    for clause in re.finditer(r"[^，,;。!?\n]+[，,;。!?\n]?", folded):
        named = _COST.findall(clause[0])
        cost = named[-1] if named else cost
        for payer, pattern in _PAYERS:
            found = pattern.search(clause[0])
            if found and cost:
                is_freed = re.search(_NOT, clause[0][max(0, found.start() - _REACH) : found.end()])
                bears = {"shop": "buyer", "buyer": "shop"}[payer] if is_freed else payer
                yield _one_name(cost), bears, clause.start() + found.start(), clause.start() + found.end()
        if clause[0][-1] in "。!?\n":
            cost = ""


def _one_name(cost: str) -> str:
    return "运费" if cost.endswith(_FREIGHT) else "税" if "税" in cost else cost


def _check_spans(text: str, evidence: Evidence) -> Iterator[tuple[int, int]]:
    known = _spans(evidence.text)
    for span in _spans(text):
        same = [other for other in known if span.accepts & other.gives]
        if same and not any(_agree(span, other) for other in same):
            yield span.start, span.end


def _agree(said: _Span, known: _Span) -> bool:
    is_from_the_same = said.after is None or known.after is None or said.after == known.after
    return is_from_the_same and (not said.until or not known.until or not said.until.isdisjoint(known.until))


@lru_cache(maxsize=2048)
def _spans(folded: str) -> tuple[_Span, ...]:
    return tuple(_find_spans(folded))


def _find_spans(folded: str) -> Iterator[_Span]:
    for claim in find_claims(folded):
        if claim.kind != "duration":
            continue
        before = _CLAUSE.findall(folded[: claim.start] + "\0")[-1]
        rest = _CLAUSE.match(folded[claim.end : claim.end + _NEAR])
        after = next((moment for moment, words in _AFTER.items() if words.search(before)), None)
        until = frozenset(moment for moment, words in _UNTIL.items() if rest and words.search(rest[0]))
        end = claim.end + (len(rest[0]) if rest else 0)
        yield _Span(frozenset(claim.accepts), frozenset(claim.gives), after, until, claim.start - len(before) + 1, end)
