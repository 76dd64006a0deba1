"""All checks of a pack, in one pass."""

from collections.abc import Callable, Iterator
from datetime import datetime

from knowledge.checks.conflicts import conflicts
from knowledge.checks.dates import dates
from knowledge.checks.duplicates import duplicates
from knowledge.checks.layout import layout
from knowledge.checks.occasion import SOON_DAYS, Occasion
from knowledge.checks.offers import offers
from knowledge.checks.personal import personal
from knowledge.checks.prices import prices
from knowledge.checks.references import references
from knowledge.checks.words import words
from knowledge.errors import PackError
from knowledge.findings import Finding, in_reading_order
from knowledge.pack import Pack

Check = Callable[[Pack, Occasion], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    conflicts,
    dates,
    duplicates,
    layout,
    offers,
    personal,
    prices,
    references,
    words,
)


def check_pack(pack: Pack, now: datetime, soon_days: int = SOON_DAYS) -> list[Finding]:
    """Look a readable pack over.

    Args:
        pack: the pack.
        now: the time of the check, aware.
        soon_days: what ends within this many days is told, >= 0.

    Returns:
        Findings, the most urgent first; empty when nothing is to be mended.
    """
    occasion = Occasion(now.astimezone(pack.shop.zone).date(), soon_days)
    found = [finding for check in CHECKS for finding in check(pack, occasion)]
    try:
        _ = pack.transcripts
    except PackError as error:
        found.extend(error.findings)
    return in_reading_order(found)
