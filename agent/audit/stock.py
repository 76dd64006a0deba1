"""Stock claims: available, sold out, presale, as the stock facts of the turn say, variant by variant."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal

from agent.audit.conditions import is_conditional
from agent.audit.finding import Finding
from agent.audit.fold import fold
from agent.audit.sayings import find_sayings
from agent.audit.trace import Draft, Evidence
from agent.evidence import Fact

StockState = Literal["available", "sold out", "presale", "scarce", "off shelf"]
Entry = tuple[frozenset[str], frozenset[StockState]]
"""The words of one variant, and its states."""

_SAYINGS: tuple[tuple[StockState, re.Pattern[str]], ...] = (
    ("available", re.compile(r"(?:没有?|未|不|尚未)(?:缺货|断货|断码|售罄|卖完)")),
    (
        "sold out",
        re.compile(
            r"缺货|缺码|断货|断码|售罄|售完|卖完|卖光|卖断|抢光|抢完|补货中|买不到|"
            r"(?:没有?|无|不是|非|暂无)(?:任何)?(?:现货|货(?!到|款|架|品|源)|库存)|库存(?:数量?)?[是为:]?0(?!\d)|(?<!没)库存不足"
        ),
    ),
    ("presale", re.compile(r"(?<!不是)(?<!非)(?:预售|预定款|预订款)")),
    ("off shelf", re.compile(r"(?<!未)下架|停产|停售")),
    ("scarce", re.compile(r"仅剩|只剩|库存紧张|库存不多|所剩不多|余量不多|最后[0-9一两二三四五几]+[件个双条瓶盒台]")),
    ("available", re.compile(r"有现货|现货|有货|有库存|还有[0-9]+[件个双条瓶盒台]|库存(?:充足|还有|有)|货源充足")),
)
_IMPLIES: dict[StockState, tuple[StockState, ...]] = {"scarce": ("available",)}
_VARIANT = re.compile(
    r"(?<![a-z0-9])(?:x{0,5}[sl]|m|[2-9]x[sl]|均码|\d{2,3}(?:\.5)?(?=码))(?![a-z0-9])|[\u4e00-\u9fff]色"
)
_COLOR = re.compile(r"[^\W颜特角花各成出原双彩景本润肤国货有的单多]色")
_ITEM_END = re.compile(r"[、和与及跟]|以及|还有")
_CLAUSE = re.compile(r"[^。!?;，,\n]+")
_WORDS: dict[StockState, str] = {
    "available": "有货",
    "sold out": "缺货",
    "presale": "预售",
    "scarce": "所剩不多",
    "off shelf": "已下架",
}


def check_stock(draft: Draft, evidence: Evidence) -> Iterator[Finding]:
    """Report each stock claim that no stock fact of the same goods makes."""
    facts = tuple(fact for fact in evidence.proven if fact.kind == "stock")
    for clause in _CLAUSE.finditer(draft.text):
        for state, start, end in find_sayings(clause[0], _SAYINGS):
            first, last = clause.start() + start, clause.start() + end
            if is_conditional(draft.text, first, last) or evidence.is_quoted(draft.text, first, last):
                continue
            if not _is_said(state, clause[0], facts):
                span = draft.text[first:last]
                yield Finding(
                    "stock",
                    span,
                    f"“{span}”与库存资料不符或没有库存资料：只按库存资料逐款说，没有就不说{_WORDS[state]}。",
                )


def _is_said(state: StockState, clause: str, facts: tuple[Fact, ...]) -> bool:
    said = [entry for fact in facts for entry in _entries(fold(fact.text))]
    titles = {fold(fact.source.title) for fact in facts if fact.source is not None}
    for title in (title for title in titles if title in clause):
        said = [
            entry
            for fact in facts
            if fact.source is not None and fold(fact.source.title) == title
            for entry in _entries(fold(fact.text))
        ]
    items = [frozenset(_VARIANT.findall(item)) for item in _ITEM_END.split(clause)]
    fits = all(_fits(state, variants, said) for variants in items if variants)
    known = "".join(fold(fact.text) for fact in facts)
    fits = fits and all(color[0] in known for color in _COLOR.findall(clause))
    return fits and any(state in states for _, states in said)


def _fits(state: StockState, variants: frozenset[str], said: Sequence[Entry]) -> bool:
    """Whether nothing that is said of these variants speaks against the state."""
    exact = [states for named, states in said if variants <= named]
    if exact:
        return any(state in states for states in exact)
    for variant in variants:
        known = [states for named, states in said if variant in named]
        if known and not any(state in states for states in known):
            return False
    return True


@lru_cache(maxsize=2048)
def _entries(folded: str) -> tuple[Entry, ...]:
    """What a stock fact says: for each item that it lists, the variant's words and its states."""
    entries = []
    for clause in _CLAUSE.findall(folded):
        states = frozenset(
            each for state, _, _ in find_sayings(clause, _SAYINGS) for each in (state, *_IMPLIES.get(state, ()))
        )
        if states:
            entries += [(frozenset(_VARIANT.findall(item)), states) for item in _ITEM_END.split(clause)]
    return tuple(entries)
