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
    read_days,
    read_rate,
    read_size,
    read_size_number,
    read_small_change,
    read_time,
    read_unit,
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
    """As a statement of a reply: any one of these in the evidence proves it."""
    gives: tuple[Key, ...]
    """As a part of the evidence: what it proves."""


class Rule(NamedTuple):
    """How one form of claim looks, and how it is read."""

    pattern: re.Pattern[str]
    read: Reader


_ARABIC = r"\d+(?:,\d{3})*(?:\.\d+)?[万亿]?"
_HAN = rf"(?<![{CHINESE}第\d])[{CHINESE}]+(?:点[零一二三四五六七八九]+)?"
_N = rf"(?:(?<![\d.])(?:{_ARABIC})|{_HAN})"
_TO = r"\s*(?:-|~|—|–|至|到)+\s*"
_SHORT_N = rf"(?:\d{{1,2}}|[{CHINESE}]{{1,3}})"
_DAYPART = r"(?:上午|早上|早晨|清晨|下午|晚上|中午|凌晨|傍晚|晚间)"


def _counted(units: str) -> str:
    """``3-5天``, ``3天到5天``, ``20多元``: one or two numbers before a unit."""
    return rf"(?:(?P<low>{_N})\s*(?:{units})?{_TO})?(?P<n>{_N}|半)\s*[多余来]?个?\s*(?P<unit>{units})"


_SIGNS = alternatives(sign for sign in CURRENCIES if not ("\u4e00" <= sign[0] <= "\u9fff"))
_MONEY_UNITS = alternatives(CURRENCIES)
_SMALL = r"(?<![这那哪每以])(?:[二两三四五六七八九十百千万]|\d)"
_RULES: tuple[Rule, ...] = tuple(
    Rule(re.compile(pattern), read)
    for pattern, read in (
        (r"(?:https?://|www\.)[^\s，。、\u4e00-\u9fff]+", read_verbatim("id")),
        (r"双(?:11|12|十一|十二)(?!\d)|(?<!\d)618(?=大促|活动|年中)", read_verbatim("id")),
        (r"(?<!\d)\d[\d\-]*\*+\d*", read_verbatim("id")),
        (
            r"(?<![\d\-])(?:[48]00-?\d{3}-?\d{4}|0\d{2,3}-\d{7,8}|1[3-9]\d[ \-]?\d{4}[ \-]?\d{4})(?!\d)",
            read_verbatim("id"),
        ),
        (r"(?<!\d)\d{3}/\d{2,3}[a-c]?(?!\d)", read_verbatim("size")),
        (
            r"(?<![\d.])(?P<year>\d{4}|[〇零一二三四五六七八九]{4})\s*[-/.年]\s*(?P<month>"
            + _SHORT_N
            + r")\s*[-/.月]\s*"
            r"(?P<day>" + _SHORT_N + r")(?!\d)\s*[日号]?(?:" + _TO + r"(?P<last>" + _SHORT_N + r")[日号])?",
            read_day,
        ),
        (
            r"(?:(?P<year>(?<!\d)\d{4})年)?(?<![\d"
            + CHINESE
            + r"])(?P<month>"
            + _SHORT_N
            + r")月(?P<day>"
            + _SHORT_N
            + r")(?![\d天])[日号]?(?:"
            + _TO
            + r"(?P<last>"
            + _SHORT_N
            + r")[日号])?",
            read_day,
        ),
        (r"(?:(?P<year>(?<!\d)\d{4})年)?(?<![\d" + CHINESE + r"])(?P<month>" + _SHORT_N + r")月(?!\d)", read_day),
        (r"(?<![\d.])(?P<n>(?:19|20)\d{2}|二[〇零][一二三]\S)年", read_year),
        (r"(?<![\d\-/.])(?P<month>1[0-2]|0?[1-9])/(?P<day>3[01]|[12]\d|0?[1-9])(?![\d/.])", read_day),
        (
            r"(?<![\d\-/.])(?P<month>1[0-2]|0[1-9])-(?P<day>3[01]|[12]\d|0[1-9])(?![\d\-/.]|\s*[\u4e00-\u9fff%°a-z])",
            read_day,
        ),
        (
            rf"(?<![{CHINESE}\d])(?:周|星期|礼拜)([一二三四五六日天末])(?:{_TO}(?:周|星期|礼拜)?([一二三四五六日天]))?",
            read_word(lambda name: WEEKDAYS[name]),
        ),
        (rf"({alternatives(RELATIVE_DAYS)})", read_word(lambda name: RELATIVE_DAYS[name])),
        (rf"(?P<part>{_DAYPART})?\s*(?<!\d)(?P<hour>[012]?\d)[:](?P<minute>[0-5]\d)(?::[0-5]\d)?(?!\d)", read_time),
        (
            rf"(?<!以下)(?<![这下{CHINESE}\d])(?P<part>{_DAYPART})?(?:(?P<low>\d{{1,2}}){_TO})?(?P<hour>\d{{1,2}})(?:点|时(?![效间段候]))"
            rf"(?:(?P<half>半)|(?P<minute>\d{{1,2}})分|钟|整)?",
            read_time,
        ),
        (
            rf"(?P<part>{_DAYPART})(?P<hour>[{CHINESE}]{{1,3}})点(?:(?P<half>半)|(?P<minute>[{CHINESE}]{{1,3}})分|钟|整)?",
            read_time,
        ),
        (r"(?P<hour>[两三四五六七八九十]{1,3})点(?:(?P<half>半)|钟|整|(?=[前后]))", read_time),
        (rf"(?:(?P<low>{_N})%?{_TO})?(?P<n>{_N})\s*%", read_unit("percent")),
        (rf"百分之(?P<n>[{CHINESE}]+(?:点[{CHINESE}]+)?|\d+(?:\.\d+)?)", read_unit("percent")),
        (rf"(?P<n>{_N})\s*折(?!叠)", read_rate),
        (rf"(?P<n>{_N})块(?P<part>[1-9一二三四五六七八九])(?![\d{CHINESE}])(?!\w?[块元])", read_small_change),
        (rf"(?P<sign>{_SIGNS})\s*(?:(?P<low>{_N}){_TO}(?:{_SIGNS})?)?(?P<n>{_N})\s*(?:元)?", read_amount),
        (rf"(?!一块(?!钱)){_counted(_MONEY_UNITS)}", read_amount),
        (rf"(?!一年四季){_counted(alternatives(DURATIONS))}", read_unit("duration", DURATIONS)),
        (_counted("日|号(?!码|线|楼|院|店|仓|库|门)"), read_days),
        (_counted("码(?![头])"), read_size_number),
        (_counted(alternatives(MEASURES)), read_unit("number", MEASURES)),
        (r"(?<![a-z0-9'])(?P<letters>(?:x{0,5}|[2-9]x)[sl]|m|均码|f(?=码))(?![a-z0-9'])", read_size),
        (
            r"(?<![a-z0-9])(?!(?:x|rmb|cny|usd)\d+(?:\.\d+)?(?![a-z\d]))(?=[a-z\d\-_]*\d)[a-z][a-z\d]*(?:[\-_.][a-z\d]+)*(?![a-z\d])",
            read_verbatim("id"),
        ),
        (r"(?<![\d.])\d{7,}(?![\d.]|[万亿])|(?<![\d.])\d+[a-z][a-z\d]*(?![a-z\d])", read_verbatim("id")),
        (
            rf"(?:(?P<low>(?<![\d.])(?:{_ARABIC})){_TO})?(?P<n>(?<![\d.])(?:{_ARABIC}))\s*[多余来]?(?P<unit>{alternatives(COUNTERS)})",
            read_unit("number", dict.fromkeys(COUNTERS, "count")),
        ),
        (
            rf"(?<![这那哪每以有第])(?!十分|二次|两[便样]|[一二两三四五六七八九十](?:种|类|点|项|步))(?P<n>(?!一[^{CHINESE}]){_HAN})"
            rf"(?P<unit>{alternatives(COUNTERS)})",
            read_unit("number", dict.fromkeys(COUNTERS, "count")),
        ),
        (
            rf"(?:满|减|直降|立省|再省|抵扣?|返现?|售?价[格是为:]*|只要|仅需|到手)\s*(?P<n>(?<![\d.])(?:{_ARABIC})|[{CHINESE}]{{2,}})",
            read_amount,
        ),
        (r"(?<![\d.])(?P<n>\d+(?:,\d{3})*(?:\.\d+)?)", read_bare),
    )
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
    for rule in _RULES:
        taken = []
        for match in rule.pattern.finditer(rest):
            taken.append(match.span())
            for kind, accepts, gives in rule.read(match):
                yield Claim(kind, match[0].strip(), match.start(), match.end(), accepts, gives)
        for start, end in taken:
            rest = rest[:start] + "\0" * (end - start) + rest[end:]
