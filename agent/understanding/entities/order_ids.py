"""Order and tracking numbers, in the format of any shop and carrier."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_TOKEN = re.compile(r"(?<![a-zA-Z0-9])[a-zA-Z0-9](?:[a-zA-Z0-9]|[-_](?=[a-zA-Z0-9])){5,39}(?![a-zA-Z0-9])")
_PHONE = re.compile(r"1[3-9]\d{9}")
_DAY = re.compile(r"20\d\d[-_]?(?:0?[1-9]|1[0-2])[-_]?(?:0?[1-9]|[12]\d|3[01])")
_PARCEL = re.compile(
    r"(?:SF|YT|YTO|JD|JDV|JDX|JT|ZTO|STO|YD|YUNDA|DBL|DPK|EMS|HT|TT|UC|LP|ZJS|AN|KY|CNEX|YW)\d{8,20}|[A-Z]{2}\d{9}[A-Z]{2}|1Z[A-Z0-9]{16}"
)
_PARCEL_DIGITS = re.compile(r"\d{12,15}")
_UNIT_AFTER = re.compile(
    r"\s*(?:元|块|人民币|rmb|斤|公斤|kg|g|克|ml|毫升|cm|厘米|mm|米|件|个|套|mah|毫安|w|瓦|分(?!别|开))(?![a-zA-Z])",
    re.IGNORECASE,
)
_MEASURE = re.compile(r"\d+(?:mah|ml|kg|g|mm|cm|m|w|gb|tb|mb|rpm|hz)", re.IGNORECASE)
_SUFFIX = re.compile(
    r"(?:尾号|末尾|尾数|后[三四五六3456]位(?:数字?)?)(?:是|为|:|\s)*([a-zA-Z0-9]{3,8})(?![a-zA-Z0-9])|(?<![a-zA-Z0-9])([a-zA-Z0-9]{3,8})(?:结尾|尾号)"
)
_PHONE_TAIL = re.compile(r"(?:手机|电话|联系方式)号?码?(?:的)?\s*(?:尾号|后四位|末尾)")
_SPEAKS_OF_ORDER = re.compile(r"订单|单号|单子|定单|编号|order|这单|那单|此单|号码", re.IGNORECASE)
_SPEAKS_OF_PARCEL = re.compile(r"快递|物流|运单|包裹|tracking|派送|派件", re.IGNORECASE)


@dataclass(frozen=True)
class OrderNumbers:
    """The numbers of a message that may name an order or a parcel."""

    order_ids: tuple[str, ...] = ()
    """Order numbers: the customer's own first, in the spelling of the list, then other candidates as typed."""
    tracking_nos: tuple[str, ...] = ()
    """Carriers' numbers, in capitals; a bare number of 12 to 15 digits may stand here and among the orders."""
    suffixes: tuple[str, ...] = ()
    """Last signs of an order number, such as 1234 in 尾号1234."""


def find_order_numbers(plain: str, own: Sequence[str] = (), known_ids: frozenset[str] = frozenset()) -> OrderNumbers:
    """Find order and tracking numbers.

    Args:
        plain: the message, half-width, case as typed.
        own: the customer's own order ids, where they are known; any format.
        known_ids: ids that are not orders (SKUs and product ids), lower case.

    Returns:
        The numbers in order of appearance, each once.
    """
    mine = _own_in(plain, own)
    suffixes = tuple(first or second for first, second in _SUFFIX.findall(plain))
    if _PHONE_TAIL.search(plain):
        suffixes = ()
    by_suffix = [order for order in own for suffix in suffixes if order.lower().endswith(suffix.lower())]
    mine = list(dict.fromkeys((*mine, *by_suffix))) if len(set(by_suffix)) == 1 else mine
    taken = {order.lower() for order in mine}
    orders, parcels = [], []
    for match in _TOKEN.finditer(plain):
        token = match.group()
        if token.lower() in taken or token.lower() in known_ids or token in suffixes:
            continue
        as_order, as_parcel = _kinds(token, plain, match.end())
        orders.extend([token] if as_order else [])
        parcels.extend([token.upper()] if as_parcel else [])
    return OrderNumbers(tuple(dict.fromkeys((*mine, *orders))), tuple(dict.fromkeys(parcels)), suffixes)


def _own_in(plain: str, own: Sequence[str]) -> list[str]:
    """Own order ids that stand in the message, whatever their format, in order of appearance."""
    places = []
    for order in own:
        match = re.search(rf"(?<![a-zA-Z0-9]){re.escape(order)}(?![a-zA-Z0-9])", plain, re.IGNORECASE)
        if match is not None:
            places.append((match.start(), order))
    return [order for _, order in sorted(places)]


def _kinds(token: str, plain: str, end: int) -> tuple[bool, bool]:
    """Whether a token may be an order number, and whether it may be a tracking number."""
    if _PARCEL.fullmatch(token.upper()):
        return False, True
    digits = sum(sign.isdigit() for sign in token)
    if (
        digits < 4
        or (digits < 6 and len(token) < 8 and not _SPEAKS_OF_ORDER.search(plain))
        or _is_other_number(token, plain, end)
    ):
        return False, False
    if _PARCEL_DIGITS.fullmatch(token):
        speaks_of_parcel, speaks_of_order = _SPEAKS_OF_PARCEL.search(plain), re.search(r"订单|定单", plain)
        return not speaks_of_parcel or speaks_of_order is not None, speaks_of_order is None
    return True, False


def _is_other_number(token: str, plain: str, end: int) -> bool:
    if _PHONE.fullmatch(token) or _MEASURE.fullmatch(token) or _UNIT_AFTER.match(plain, end):
        return True
    parts = re.split(r"[-_]", token)
    if len(parts) > 1 and all(len(part) <= 4 for part in parts) and len(token) < 10:
        return True  # a range or a size, such as 165-100
    if _DAY.fullmatch(token) and not _SPEAKS_OF_ORDER.search(plain):
        return True
    return len(set(token)) <= 2  # keyboard noise, such as 111111
