"""Readings: what each form of claim says, in canonical form."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from agent.audit.finding import FindingKind
from agent.audit.numerals import CHINESE, read_number
from agent.audit.units import CURRENCIES, DURATIONS, MEASURES

Key = tuple[object, ...]
"""A claim in canonical form, such as ``("amount", "CNY", Decimal(50))``."""

Found = tuple[FindingKind, tuple[Key, ...], tuple[Key, ...]]
"""Kind; the keys of which any one in the evidence proves the claim; the keys that the claim proves as evidence."""

Reader = Callable[[re.Match[str]], Sequence[Found]]


_ALSO = {"g": "gb"}
"""Units that are also written for another one: 256G of storage."""

_IDIOM = re.compile(rf"十分|二次|两[便样]|一[^{CHINESE}]|半|[一二两三四五六七八九十](?:种|类|点|项|步)")
_POINTERS = tuple("这那哪每以有第")


def _numbers(match: re.Match[str]) -> list[Decimal]:
    groups = match.groupdict()
    return [read_number(text) for text in (groups.get("low"), groups.get("n")) if text]


def read_verbatim(kind: FindingKind) -> Reader:
    """Make a reader for what must stand in the evidence as it is, spaces and hyphens apart."""

    def read(match: re.Match[str]) -> Sequence[Found]:
        key = ("id", re.sub(r"[\s\-_]", "", match[0]))
        return [(kind, (key,), (key,))]

    return read


def read_day(match: re.Match[str]) -> Sequence[Found]:
    """A day or a month, with or without its year; a span of days is its first and its last."""
    groups = match.groupdict()
    year = int(read_number(groups["year"])) if groups.get("year") else None
    month = int(read_number(groups["month"]))
    days = [int(read_number(groups[name])) for name in ("day", "last") if groups.get(name)]
    year_keys: tuple[Key, ...] = (("year", year), ("value", year)) if year else ()
    month_keys: tuple[Key, ...] = (("month", month), ("value", month), *year_keys)
    if not days:
        accepts_month: tuple[Key, ...] = (("month", month),) if year is None else (("month of", year, month),)
        return [("date", accepts_month, (*month_keys, ("month of", year, month)))]
    found: list[Found] = []
    for day in days:
        accepts = (("day", year or "any", month, day),)
        gives = (("day", year, month, day), ("day", "any", month, day), ("day of month", day), ("value", day))
        found.append(("date", accepts, (*gives, *month_keys, ("month of", year, month))))
    return found


def read_year(match: re.Match[str]) -> Sequence[Found]:
    """A year."""
    year = int(read_number(match["n"]))
    return [("date", (("year", year),), (("year", year), ("value", year)))]


def read_word(words: Callable[[str], object]) -> Reader:
    """Make a reader for weekdays and relative days; ``words`` gives the canonical name."""

    def read(match: re.Match[str]) -> Sequence[Found]:
        keys = [("word", words(name)) for name in match.groups() if name]
        weekend = (("word", "周末"),) if {("word", "周六"), ("word", "周日")} & set(keys) else ()
        return [("date", (key,), (key, *weekend)) for key in keys]

    return read


def read_time(match: re.Match[str]) -> Sequence[Found]:
    """A time of day on the 24-hour clock; a span of times is its first and its last."""
    groups = match.groupdict()
    part = groups.get("part") or ""
    minute = 30 if groups.get("half") else int(read_number(groups["minute"])) if groups.get("minute") else 0
    found: list[Found] = []
    for text in (groups.get("low"), groups["hour"]):
        if text:
            key = ("time", _on_24_hours(int(read_number(text)), part), minute)
            found.append(("time", (key,), (key, ("value", read_number(text)))))
    return found


def _on_24_hours(hour: int, part: str) -> int:
    if part in ("下午", "晚上", "傍晚", "晚间", "中午") and 1 <= hour < (11 if part == "中午" else 12):
        hour += 12
    if part in ("凌晨", "晚上", "晚间") and hour == 12:
        hour = 0
    return hour % 24


def read_amount(match: re.Match[str]) -> Sequence[Found]:
    """Money with its currency; without a currency it is yuan."""
    unit = match.groupdict().get("unit") or match.groupdict().get("sign") or "元"
    currency = CURRENCIES.get(unit.strip(), "CNY")
    return [
        ("amount", (("amount", currency, value), ("free", value)), (("amount", currency, value), ("value", value)))
        for value in _numbers(match)
    ]


def read_small_change(match: re.Match[str]) -> Sequence[Found]:
    """Spoken money: 9块9 is 9.90 yuan."""
    value = read_number(match["n"]) + read_number(match["part"]) / 10
    return [("amount", (("amount", "CNY", value),), (("amount", "CNY", value), ("value", value)))]


def read_half(match: re.Match[str]) -> Sequence[Found]:
    """Half of a price, however it is said."""
    half = Decimal("0.5")
    keys: tuple[Key, ...] = (("discount", half), ("percent", half * 100))
    return [("discount", keys, keys)]


def read_each(match: re.Match[str]) -> Sequence[Found]:
    """``每年`` is once in one year: nothing to prove, but it proves 一年."""
    return [("duration", (), ((DURATIONS[match["unit"]], Decimal(1)),))]


def read_metres(match: re.Match[str]) -> Sequence[Found]:
    """Spoken metres: 一米六五 is 1.65 m."""
    part = read_number(match["part"])
    value = read_number(match["n"]) + part / (10 if part < 10 else 100)
    keys: tuple[Key, ...] = (("m", value), ("cm", value * 100))
    return [("number", keys, (*keys, ("value", value)))]


def read_percent(match: re.Match[str]) -> Sequence[Found]:
    """A share in hundredths."""
    return [("percent", (("percent", value),), (("percent", value), ("value", value))) for value in _numbers(match)]


def read_quantity(match: re.Match[str]) -> Sequence[Found]:
    """One or two numbers before a unit: money, spans of time, measures, sizes, counted things."""
    unit = match["unit"]
    if unit in CURRENCIES:
        return read_amount(match)
    if unit == "%":
        return read_percent(match)
    if unit == "折":
        return [_rate(value) for value in _numbers(match)]
    if unit in DURATIONS:
        return [_measured("duration", DURATIONS[unit], value) for value in _numbers(match)]
    if unit in ("日", "号"):
        return [_day_or_days(value) for value in _numbers(match)]
    if unit == "码":
        return [_measured("size", "size", value) for value in _numbers(match)]
    if unit in MEASURES:
        return [_measured("number", MEASURES[unit], value) for value in _numbers(match)]
    return _counted(match)


def _rate(value: Decimal) -> Found:
    """The share paid: 88折, 8.8折 and 八八折 are 0.88."""
    share = value / (100 if value >= 10 else 10)
    return ("discount", (("discount", share),), (("discount", share), ("value", value)))


def _day_or_days(value: Decimal) -> Found:
    """``7日`` and ``16号``: a span of days or a day of the month."""
    accepts: tuple[Key, ...] = (("days", value), ("day of month", value))
    return ("duration", accepts, (*accepts, ("value", value)))


def _measured(kind: FindingKind, unit: str, value: Decimal) -> Found:
    also = [(name, value) for name in (_ALSO.get(unit), None if kind == "duration" else "free") if name]
    return (kind, ((unit, value), *also), ((unit, value), ("value", value)))


def _counted(match: re.Match[str]) -> Sequence[Found]:
    """Counted things; whichever classifier counts them. Small numbers in characters are often manner: 一下, 这两款, 三种."""
    before = match.string[: match.start()][-1:]
    if match["n"][0] in CHINESE and (_IDIOM.match(match[0]) or before in _POINTERS):
        return [("number", (), _measured("number", "count", value)[2]) for value in _numbers(match)]
    return [_measured("number", "count", value) for value in _numbers(match)]


def read_size(match: re.Match[str]) -> Sequence[Found]:
    """A letter size; 2XL is XXL."""
    letters = match["letters"].replace(" ", "")
    if letters[0].isdigit() and letters[1:2] == "x":
        letters = "x" * int(letters[0]) + letters[-1]
    return [("size", (("size", letters),), (("size", letters),))]


def read_bare(match: re.Match[str]) -> Sequence[Found]:
    """A number without a unit."""
    value = read_number(match["n"])
    return [("number", (("value", value),), (("value", value), ("free", value)))]
