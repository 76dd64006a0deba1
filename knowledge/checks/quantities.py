"""Amounts, spans of time and shares in a sentence, with what they are about."""

import re
from dataclasses import dataclass
from typing import Literal

QuantityKind = Literal["time", "workdays", "money", "share", "times", "points", "weight", "clock"]

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "半": 0}
_NUMBER = r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[一二两三四五六七八九十百]{1,5})"
_UNITS: tuple[tuple[str, QuantityKind, float], ...] = (
    ("个工作日", "workdays", 1),
    ("工作日", "workdays", 1),
    ("个小时", "time", 1),
    ("小时", "time", 1),
    ("分钟", "time", 1 / 60),
    ("个自然日", "time", 24),
    ("自然日", "time", 24),
    ("天", "time", 24),
    ("日内", "time", 24),
    ("日", "time", 24),
    ("周内", "time", 168),
    ("个星期", "time", 168),
    ("个月", "time", 720),
    ("年", "time", 8760),
    ("元", "money", 1),
    ("块钱", "money", 1),
    ("%", "share", 1),
    ("\uff05", "share", 1),
    ("折", "share", -1),
    ("次", "times", 1),
    ("积分", "points", 1),
    ("千克", "weight", 1000),
    ("公斤", "weight", 1000),
    ("kg", "weight", 1000),
    ("KG", "weight", 1000),
    ("斤", "weight", 500),
    ("克", "weight", 1),
)
_QUANTITY = re.compile(rf"(?<![\d.A-Za-z\-第]){_NUMBER}\s*({'|'.join(re.escape(unit) for unit, _, _ in _UNITS)})")
_RANGE = re.compile(
    rf"{_NUMBER}\s*[-~\uff5e至到]\s*{_NUMBER}\s*(?=({'|'.join(re.escape(unit) for unit, _, _ in _UNITS)}))"
)
_CALENDAR = re.compile(r"\d{2,4}\s*年\s*(?:\d{1,2}\s*月\s*)?(?:\d{1,2}\s*[日号])?|\d{1,2}\s*月\s*\d{1,2}\s*[日号]?")
_HOUR = r"(?:[01]?\d|2[0-4])"
_MOMENT = rf"(?:(上午|早上|中午|下午|晚上|傍晚|凌晨)?({_HOUR})(?:[:\uff1a]([0-5]\d)|点(半)?))"
_CLOCK = re.compile(rf"(?<![\d:.]){_MOMENT}(?:\s*[-~\uff5e至到]\s*{_MOMENT})?(?![\d:])")
_AFTERNOON = ("下午", "晚上", "傍晚")
_SET_WORDS = re.compile(
    "七天无理由|三包|一次性|第一次|首次|二次|一天到晚|一律|统一|之一|唯一|二选一|进一步|一致|一般|一份|一起"
)


@dataclass(frozen=True)
class Quantity:
    """One number with its unit."""

    kind: QuantityKind
    values: tuple[float, ...]
    """One, or both ends of a range, in the kind's unit: hours, work days, the currency, percent, times, points, grams, o'clock."""
    start: int
    """In the sentence."""
    end: int
    text: str


def quantities(sentence: str) -> list[Quantity]:
    """Find the quantities of a sentence.

    Args:
        sentence: plain text; calendar dates and set phrases are no quantities.

    Returns:
        In order.
    """
    text = _blanked(_SET_WORDS, _blanked(_CALENDAR, sentence))
    found: list[Quantity] = []
    lows: dict[int, float] = {}
    for span in _RANGE.finditer(text):
        lows[span.start(2)] = _value(span.group(1))
        text = text[: span.start(1)] + " " * (span.start(2) - span.start(1)) + text[span.start(2) :]
    for match in _QUANTITY.finditer(text):
        kind, factor = next((kind, factor) for unit, kind, factor in _UNITS if unit == match.group(2))
        values = [lows[match.start(1)]] if match.start(1) in lows else []
        values.append(_value(match.group(1)))
        scaled = tuple(_scaled(value, factor) for value in values)
        found.append(Quantity(kind, scaled, match.start(), match.end(), sentence[match.start() : match.end()]))
    return sorted([*found, *_times_of_day(sentence)], key=lambda one: one.start)


def _times_of_day(sentence: str) -> list[Quantity]:
    found = []
    for match in _CLOCK.finditer(sentence):
        ends = [match.groups()[:4], match.groups()[4:]] if match.group(6) else [match.groups()[:4]]
        values = tuple(_oclock(*one) for one in ends)
        found.append(Quantity("clock", values, match.start(), match.end(), match.group()))
    return found


def _oclock(part: str | None, hour: str, minute: str | None, half: str | None) -> float:
    whole = int(hour) + (12 if part in _AFTERNOON and int(hour) < 12 else 0)
    return round(whole + int(minute or 0) / 60 + (0.5 if half else 0), 4)


def _blanked(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda found: " " * len(found.group()), text)


def _scaled(value: float, factor: float) -> float:
    if factor < 0:
        return round(value * 10 if value < 10 else value, 4)
    return round(value * factor, 4)


def _value(text: str) -> float:
    if text[0].isdigit():
        return float(text.replace(",", ""))
    if len(text) > 1 and all(char in _DIGITS for char in text):
        return float("".join(str(_DIGITS[char]) for char in text))
    total = current = 0
    for char in text:
        if char == "十":
            total, current = total + (current or 1) * 10, 0
        elif char == "百":
            total, current = total + (current or 1) * 100, 0
        else:
            current = _DIGITS[char]
    return float(total + current)
