"""How dates, amounts and quoted outside text are written in a reply."""

import re
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from agent.prompt.neutral import neutralise

_UNSAFE = re.compile(r"<\|?[^<>]{0,40}\|?>|[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\ufeff]|https?://\S+")
QUOTED_CHARS = 60


def say_day(day: date, today: date) -> str:
    """Write a day as ``11月16日``; the year stands before it where it is not this year's."""
    year = f"{day.year}年" if day.year != today.year else ""
    return f"{year}{day.month}月{day.day}日"


def say_moment(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Write a moment as ``11月16日15:00`` in the shop's time zone."""
    local = moment.astimezone(zone)
    return f"{say_day(local.date(), now.astimezone(zone).date())}{local:%H:%M}"


def say_amount(amount: Decimal, currency: str = "CNY") -> str:
    """Write an amount with its unit and without idle zeros: ``259元``, ``12.5元``, ``30 USD``."""
    plain = f"{amount.quantize(Decimal('0.01')):f}".rstrip("0").rstrip(".")
    return f"{plain}元" if currency == "CNY" else f"{plain} {currency}"


def quote(text: str) -> str:
    """Take outside text (a carrier's event, a product title) into a sentence.

    Control tokens of any chat format, markup, links, control characters and invisible characters go; what is left is one line of
    at most `QUOTED_CHARS`.
    """
    line = " ".join(neutralise(_UNSAFE.sub(" ", text)).split()).strip(" 。；;,，.!！")
    return line if len(line) <= QUOTED_CHARS else line[: QUOTED_CHARS - 1] + "…"
