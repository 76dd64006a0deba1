"""Claims: every number, date, time, size and id that a text states, in one spelling each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from agent.audit.finding import FindingKind
from agent.audit.numerals import CHINESE
from agent.audit.readings import (
    Key,
    Reader,
    read_amount,
    read_bare,
    read_day,
    read_each,
    read_half,
    read_metres,
    read_percent,
    read_quantity,
    read_size,
    read_small_change,
    read_time,
    read_verbatim,
    read_word,
    read_year,
)
from agent.audit.units import COUNTERS, CURRENCIES, DURATIONS, MEASURES, RELATIVE_DAYS, WEEKDAYS, alternatives


@dataclass(frozen=True)
class Claim:
    """One claim of a text."""

    kind: FindingKind
    span: str
    """The words, as folded."""
    start: int
    """Where it begins in the folded text."""
    end: int
    accepts: tuple[Key, ...]
    """As a statement of a reply: any one of these in the evidence proves it; empty: manner, nothing to prove."""
    gives: tuple[Key, ...]
    """As a part of the evidence: what it proves."""


class Rule(NamedTuple):
    """How one form of claim looks, and how it is read."""

    cue: str
    """Characters of which the text must hold at least one; empty: any text."""
    pattern: str
    read: Reader


_ARABIC = r"(?<![\d.])\d++(?:,\d{3})*+(?:\.\d++)?+[万亿]?+"
_HAN = rf"(?<![{CHINESE}第\d])[{CHINESE}]++(?:点[零一二三四五六七八九]++)?+"
_N = rf"(?:{_ARABIC}|{_HAN})"
_TO = r"\s*[-~—–至到]+\s*"
_ONE_OR_TWO = rf"(?:\d{{1,2}}|[{CHINESE}]{{1,3}})"
_MONTH = rf"(?<![\d{CHINESE}])(?P<month>{_ONE_OR_TWO})"
_TILL = rf"(?:{_TO}(?P<last>{_ONE_OR_TWO})[日号])?"
_DAYPART = r"(?:上午|早上|早晨|清晨|下午|晚上|中午|凌晨|傍晚|晚间)"
_HALF = r"(?P<half>半)"
_SIGNS = alternatives(sign for sign in CURRENCIES if not ("\u4e00" <= sign[0] <= "\u9fff"))
_UNITS = "|".join(
    (
        alternatives((*CURRENCIES, *DURATIONS, *MEASURES, *COUNTERS)),
        r"%|折(?![叠射痕线页返旧合纸])|日|号(?!码|线|楼|院|店|仓|库|门)|码(?!头)",
    )
)
_MONEY_WORD = r"(?:满|减|直降|立省|再省|抵扣?|返现?|售?价[格是为:]*|只要|仅需|到手)"

_CODES = (
    Rule("/.", r"(?:https?://|www\.)[^\s，。、\u4e00-\u9fff]+", read_verbatim("id")),
    Rule("双8", r"双(?:11|12|十一|十二)(?!\d)|(?<!\d)618(?=大促|活动|年中)", read_verbatim("id")),
    Rule("*", r"(?<!\d)\d[\d\-]*\*+\d*", read_verbatim("id")),
    Rule(
        "01348",
        r"(?<![\d\-])(?:[48]00-?\d{3}-?\d{4}|0\d{2,3}-\d{7,8}|1[3-9]\d[ \-]?\d{4}[ \-]?\d{4})(?!\d)",
        read_verbatim("id"),
    ),
    Rule("/", r"(?<!\d)\d{3}/\d{2,3}[a-c]?(?!\d)", read_verbatim("size")),
)
_DAYS = (
    Rule(
        "-/.年",
        rf"(?<![\d.])(?P<year>\d{{4}}|[〇零一二三四五六七八九]{{4}})\s*[-/.年]\s*(?P<month>{_ONE_OR_TWO})\s*[-/.月]\s*"
        rf"(?P<day>{_ONE_OR_TWO})(?!\d)\s*[日号]?{_TILL}",
        read_day,
    ),
    Rule("月", rf"(?:(?P<year>(?<!\d)\d{{4}})年)?{_MONTH}月(?P<day>{_ONE_OR_TWO})(?![\d天])[日号]?{_TILL}", read_day),
    Rule("月", rf"(?:(?P<year>(?<!\d)\d{{4}})年)?{_MONTH}月(?!\d)", read_day),
    Rule("年", r"(?<![\d.])(?P<n>(?:19|20)\d{2}|二[〇零][一二三]\S)年", read_year),
    Rule("/", r"(?<![\d\-/.])(?P<month>1[0-2]|0?[1-9])/(?P<day>3[01]|[12]\d|0?[1-9])(?![\d/.])", read_day),
    Rule(
        "-",
        r"(?<![\d\-/.])(?P<month>1[0-2]|0[1-9])-(?P<day>3[01]|[12]\d|0[1-9])(?![\d\-/.]|\s*[\u4e00-\u9fff%°a-z])",
        read_day,
    ),
    Rule(
        "周期拜",
        rf"(?<![{CHINESE}\d])(?:周|星期|礼拜)([一二三四五六日天末])(?:{_TO}(?:周|星期|礼拜)?([一二三四五六日天]))?",
        read_word(lambda name: WEEKDAYS[name]),
    ),
    Rule("", rf"({alternatives(RELATIVE_DAYS)})", read_word(lambda name: RELATIVE_DAYS[name])),
)
_TIMES = (
    Rule(":", rf"(?P<part>{_DAYPART})?\s*(?<!\d)(?P<hour>[012]?\d):(?P<minute>[0-5]\d)(?::[0-5]\d)?(?!\d)", read_time),
    Rule(
        "点时",
        rf"(?<!以下)(?<![这下{CHINESE}\d])(?P<part>{_DAYPART})?(?:(?P<low>\d{{1,2}}){_TO})?(?P<hour>\d{{1,2}})"
        rf"(?:点|时(?![效间段候]))(?:{_HALF}|(?P<minute>\d{{1,2}})分|钟|整)?",
        read_time,
    ),
    Rule(
        "点",
        rf"(?P<part>{_DAYPART})(?P<hour>[{CHINESE}]{{1,3}})点(?:{_HALF}|(?P<minute>[{CHINESE}]{{1,3}})分|钟|整)?",
        read_time,
    ),
    Rule("点", rf"(?P<hour>[两三四五六七八九十]{{1,3}})点(?:{_HALF}|钟|整|(?=[前后]))", read_time),
)
_QUANTITIES = (
    Rule("分", rf"百分之(?P<n>[{CHINESE}]+(?:点[{CHINESE}]+)?|\d+(?:\.\d+)?)", read_percent),
    Rule("半对", r"半价|对半|一半", read_half),
    Rule("每", rf"每(?:个|一)?(?P<unit>{alternatives(DURATIONS)})", read_each),
    Rule("米", rf"(?P<n>{_N})米(?P<part>[1-9一二三四五六七八九]{{1,2}})(?![\d{CHINESE}米厘])", read_metres),
    Rule("块", rf"(?P<n>{_N})块(?P<part>[1-9一二三四五六七八九])(?![\d{CHINESE}])(?!\w?[块元])", read_small_change),
    Rule(
        "¥$€£₩฿₽kbdyrpmn", rf"(?P<sign>{_SIGNS})\s*(?:(?P<low>{_N}){_TO}(?:{_SIGNS})?)?(?P<n>{_N})\s*元?", read_amount
    ),
    Rule(
        "",
        rf"(?!一块(?!钱)|一年四季)(?:(?P<low>{_N})\s*(?:{_UNITS})?{_TO})?(?P<n>{_N}|半)\s*[多余来]?个?\s*(?P<unit>{_UNITS})",
        read_quantity,
    ),
    Rule("slmf均", r"(?<![a-z0-9'])(?P<letters>(?:x{0,5}|[2-9]x)[sl]|m|均码|f(?=码))(?![a-z0-9'])", read_size),
    Rule(
        "",
        r"(?<![a-z0-9])(?!(?:x|rmb|cny|usd)\d+(?:\.\d+)?(?![a-z\d]))(?=[a-z\d\-_]*\d)[a-z][a-z\d]*(?:[\-_.][a-z\d]+)*(?![a-z\d])",
        read_verbatim("id"),
    ),
    Rule("", r"(?<![\d.])\d{7,}(?![\d.]|[万亿])|(?<![\d.])\d+[a-z][a-z\d]*(?![a-z\d])", read_verbatim("id")),
    Rule("", rf"{_MONEY_WORD}\s*(?P<n>{_ARABIC}|[{CHINESE}]{{2,}})", read_amount),
    Rule("", r"(?<![\d.])(?P<n>\d+(?:,\d{3})*(?:\.\d+)?)", read_bare),
)
_RULES = tuple(
    (frozenset(rule.cue), re.compile(rule.pattern), rule.read) for rule in (*_CODES, *_DAYS, *_TIMES, *_QUANTITIES)
)
_ENUMERATOR = re.compile(r"(?:^|(?<=[。!?;:，\n\s]))[(]?[1-9](?:[.](?!\d)|[、)])")
_GREETING_TODAY = re.compile(
    r"今[天日](?=[^。，]{0,4}(?:愉快|开心|顺利|心情|天气|过得|有什么|想))|(?<=祝您)[^。]{0,6}(?:周末|今天)"
)


def find_claims(folded: str) -> tuple[Claim, ...]:
    """Find every claim of a folded text.

    Args:
        folded: a text as :func:`agent.audit.fold.fold` returns it.

    Returns:
        Claims in the order in which the rules meet them; no two overlap.
    """
    return _find(folded)


@lru_cache(maxsize=4096)
def _find(folded: str) -> tuple[Claim, ...]:
    return tuple(_scan(folded))


def _scan(folded: str) -> Iterator[Claim]:
    rest = folded
    for pattern in (_ENUMERATOR, _GREETING_TODAY):
        rest = pattern.sub(lambda match: "\0" * len(match[0]), rest)
    letters = frozenset(rest)
    for cue, pattern, read in _RULES:
        if cue and cue.isdisjoint(letters):
            continue
        taken = []
        for match in pattern.finditer(rest):
            found = read(match)
            taken += [match.span()] if found else []
            for kind, accepts, gives in found:
                yield Claim(kind, match[0].strip(), match.start(), match.end(), accepts, gives)
        for start, end in taken:
            rest = rest[:start] + "\0" * (end - start) + rest[end:]
