"""Which day decides: a rule may hold for an order by the day it was placed or signed for, not by the day of the question."""

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from retrieval.passages import DecidedBy
from tools.orders import Order


def deciding_days(order: Order, zone: ZoneInfo) -> Mapping[DecidedBy, date]:
    """The days of an order by which rules are chosen; one that is not signed for yet has no such day.

    Args:
        order: of the customer.
        zone: of the shop: its days begin there.
    """
    days: dict[DecidedBy, date] = {"order": order.created_at.astimezone(zone).date()}
    if order.signed_at is not None:
        days["signed"] = order.signed_at.astimezone(zone).date()
    return days
