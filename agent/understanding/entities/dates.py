"""Days that a message speaks of."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from agent.understanding.entities.numerals import NUMERAL, read_numeral

_RELATIVE = {
    "大前天": -3,
    "前天": -2,
    "前日": -2,
    "昨天": -1,
    "昨晚": -1,
    "昨日": -1,
    "今天": 0,
    "今晚": 0,
    "今日": 0,
    "今早": 0,
    "刚刚": 0,
    "刚才": 0,
    "明天": 1,
    "明晚": 1,
    "明日": 1,
    "明早": 1,
    "后天": 2,
    "大后天": 3,
}
_FEASTS = {
    "元旦": (1, 1),
    "情人节": (2, 14),
    "妇女节": (3, 8),
    "三八节": (3, 8),
    "劳动节": (5, 1),
    "五一": (5, 1),
    "儿童节": (6, 1),
    "六一": (6, 1),
    "618": (6, 18),
    "教师节": (9, 10),
    "国庆": (10, 1),
    "十一假期": (10, 1),
    "双十一": (11, 11),
    "双11": (11, 11),
    "双十二": (12, 12),
    "双12": (12, 12),
    "平安夜": (12, 24),
    "圣诞": (12, 25),
}
_WORDS = re.compile("|".join(sorted((*_RELATIVE, *_FEASTS), key=lambda word: -len(word))))
_FULL = re.compile(r"(?<!\d)(20\d\d)\s*[-/年.]\s*(1[0-2]|0?[1-9])\s*[-/月.]\s*(3[01]|[12]\d|0?[1-9])(?!\d)\s*[日号]?")
_MONTH_DAY = re.compile(
    rf"(?<![\d.])(1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(?:份)?\s*({NUMERAL})(?![\d.])\s*[日号]?(?!个|天|件)"
)
_DAY = re.compile(r"(?<![\d.月])(3[01]|[12]\d|[1-9])\s*(?:号|日)(?!码|店|线|楼|仓|链|色)")
_WEEKDAY = re.compile(r"(上上|上|这|本|下下|下)?(?:个)?(?:周|星期|礼拜)([一二三四五六日天])")
_AGO = re.compile(rf"(?<![\d.第])({NUMERAL})\s*(天|周|个星期|星期|个月|个礼拜|礼拜)(?:以|之)?(前|后|内)")
_DAYS = "一二三四五六日"


@dataclass(frozen=True)
class DayMention:
    """One day of a message."""

    text: str
    """As folded."""
    resolve: Callable[[date], date | None]
    """Gives the day meant, from the shop's today; None for a day that does not exist."""


def find_days(text: str) -> tuple[DayMention, ...]:
    """Find days: 昨天, 11月15号, 上周三, 三天前, 双十一.

    Args:
        text: folded text.

    Returns:
        Days in order of appearance. A month and day without a year mean the nearest such day to today.
    """
    found: dict[int, DayMention] = {}
    taken: list[tuple[int, int]] = []
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            resolve = read(match)
            if resolve is not None:
                taken.append(match.span())
                found[match.start()] = DayMention(match.group().strip(), resolve)
    return tuple(found[place] for place in sorted(found))


Resolver = Callable[[date], date | None]


def _read_full(match: re.Match[str]) -> Resolver | None:
    day = _make(int(match[1]), int(match[2]), int(match[3]))
    return None if day is None else lambda today: day


def _read_month_day(match: re.Match[str]) -> Resolver | None:
    month, day = read_numeral(match[1]), read_numeral(match[2])
    if month is None or day is None or not 1 <= day <= 31 or not 1 <= month <= 12:
        return None
    return lambda today: _nearest(today, int(month), int(day))


def _read_word(match: re.Match[str]) -> Resolver:
    word = match.group()
    if word in _RELATIVE:
        return lambda today: today + timedelta(days=_RELATIVE[word])
    return lambda today: _nearest(today, *_FEASTS[word])


def _read_weekday(match: re.Match[str]) -> Resolver:
    weeks = {"上上": -2, "上": -1, "下": 1, "下下": 2}.get(match[1] or "", 0)
    weekday = _DAYS.index(match[2].replace("天", "日"))
    return lambda today: today - timedelta(days=today.weekday()) + timedelta(days=weekday, weeks=weeks)


def _read_ago(match: re.Match[str]) -> Resolver | None:
    count = read_numeral(match[1])
    if count is None or count > 1000:
        return None
    days = int(count * (1 if match[2] == "天" else 30 if "月" in match[2] else 7))
    return lambda today: today + timedelta(days=-days if match[3] == "前" else days)


def _read_day(match: re.Match[str]) -> Resolver:
    return lambda today: _nearest_day(today, int(match[1]))


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Resolver | None]], ...] = (
    (_FULL, _read_full),
    (_MONTH_DAY, _read_month_day),
    (_WEEKDAY, _read_weekday),
    (_AGO, _read_ago),
    (_WORDS, _read_word),
    (_DAY, _read_day),
)


def _make(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _nearest(today: date, month: int, day: int) -> date | None:
    candidates = [_make(today.year + shift, month, day) for shift in (-1, 0, 1)]
    return min((day for day in candidates if day is not None), key=lambda day: abs(day - today), default=None)


def _nearest_day(today: date, day: int) -> date | None:
    months = [
        (today.year + (today.month - 1 + shift) // 12, (today.month - 1 + shift) % 12 + 1) for shift in (-1, 0, 1)
    ]
    candidates = [_make(year, month, day) for year, month in months]
    return min((found for found in candidates if found is not None), key=lambda found: abs(found - today), default=None)
