"""The seed of the mocked back-ends: a pack's ``backend.json``."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from tools.mock_apis.errors import SeedError, SeedFinding
from tools.mock_apis.json_lines import line_of
from tools.orders import OrderStatus
from tools.parcels import ShipmentStatus

Id = Annotated[str, Field(min_length=1, max_length=128)]
Money = Annotated[Decimal, Field(ge=0, max_digits=14)]
Loc = tuple[str | int, ...]


class _Seed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SeedCustomer(_Seed):
    """A customer of the shop."""

    customer_id: Id
    name: str = ""
    phone: str = ""
    level: str = ""
    """The shop's own word for the membership level."""


class SeedItem(_Seed):
    """One line of an order."""

    sku: Id
    quantity: Annotated[int, Field(ge=1)] = 1
    price: Money
    """Of one piece, in the shop's currency."""


class SeedOrder(_Seed):
    """An order. Its customer need not be listed among the customers."""

    order_id: Id
    customer_id: Id
    status: OrderStatus
    created_at: AwareDatetime
    paid_at: AwareDatetime | None = None
    shipped_at: AwareDatetime | None = None
    signed_at: AwareDatetime | None = None
    amount: Money
    """The whole order, in the shop's currency."""
    address: str = ""
    items: Annotated[tuple[SeedItem, ...], Field(min_length=1)]
    tracking_no: Id | None = None
    """The parcel; several orders of one customer may share it."""


class SeedEvent(_Seed):
    """One scan of a parcel."""

    at: AwareDatetime
    place: str = ""
    text: str = ""


class SeedShipment(_Seed):
    """A parcel. It belongs to the customer of the order that names it."""

    tracking_no: Id
    carrier: str
    status: ShipmentStatus
    eta: date | None = None
    events: tuple[SeedEvent, ...] = ()


class Seed(_Seed):
    """All that the mocked back-ends know at the start."""

    now: AwareDatetime | None = None
    """The fixed time of a replay; None: the real clock."""
    customers: tuple[SeedCustomer, ...] = ()
    orders: tuple[SeedOrder, ...] = ()
    shipments: tuple[SeedShipment, ...] = ()


_MODELS: Mapping[str, type[_Seed]] = {
    "customers": SeedCustomer,
    "orders": SeedOrder,
    "shipments": SeedShipment,
    "items": SeedItem,
    "events": SeedEvent,
}


def parse_seed(text: str, source: str = "backend.json") -> Seed:
    """Read seed data.

    Args:
        text: JSON; a byte-order mark and CRLF are accepted.
        source: the file's name, for errors.

    Returns:
        The seed.

    Raises:
        SeedError: with every finding and its line.
    """
    text = text.removeprefix("\ufeff")
    try:
        json.loads(text)  # its errors name the line
        seed = Seed.model_validate_json(text)
    except json.JSONDecodeError as error:
        raise SeedError(source, [SeedFinding(error.lineno, "", f"not JSON: {error.msg}")]) from error
    except RecursionError as error:
        raise SeedError(source, [SeedFinding(1, "", "nested too deeply")]) from error
    except ValidationError as error:
        raise SeedError(source, [_finding(text, item["loc"], item) for item in error.errors()]) from error
    except ValueError as error:
        raise SeedError(source, [SeedFinding(1, "", f"not JSON: {error}")]) from error
    clashes = [SeedFinding(line_of(text, loc), _spell(loc), message) for loc, message in _clashes(seed)]
    if clashes:
        raise SeedError(source, clashes)
    return seed


def load_seed(path: Path) -> Seed:
    """Read seed data from a UTF-8 file.

    Raises:
        SeedError: the file is missing, not UTF-8, or wrong.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SeedError(str(path), [SeedFinding(1, "", f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SeedError(str(path), [SeedFinding(line, "", "not UTF-8; save the file as UTF-8")]) from error
    return parse_seed(text, str(path))


def _finding(text: str, loc: Loc, error: Mapping[str, Any]) -> SeedFinding:
    message = str(error["msg"])
    if error["type"] == "extra_forbidden":
        message = f"unknown key {loc[-1]!r}" + _nearest(loc)
    elif error["type"] == "missing":
        message = f"key {loc[-1]!r} is missing"
    elif not isinstance(error["input"], dict | list):
        message += f" (found {error['input']!r})"
    return SeedFinding(line_of(text, loc), _spell(loc), message)


def _nearest(loc: Loc) -> str:
    parents = [part for part in loc[:-1] if isinstance(part, str)]
    model = _MODELS[parents[-1]] if parents else Seed
    close = get_close_matches(str(loc[-1]), model.model_fields, n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else f"; known keys: {', '.join(model.model_fields)}"


def _spell(loc: Loc) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).removeprefix(".")


def _clashes(seed: Seed) -> Iterator[tuple[Loc, str]]:
    yield from _repeats("customers", "customer_id", (customer.customer_id for customer in seed.customers))
    yield from _repeats("orders", "order_id", (order.order_id for order in seed.orders))
    yield from _repeats("shipments", "tracking_no", (shipment.tracking_no for shipment in seed.shipments))
    owners: dict[str, str] = {}
    for index, order in enumerate(seed.orders):
        if order.tracking_no is not None:
            owner = owners.setdefault(order.tracking_no, order.customer_id)
            if owner != order.customer_id:
                message = f"parcel {order.tracking_no!r} already belongs to customer {owner!r}; a parcel has one owner"
                yield ("orders", index, "tracking_no"), message


def _repeats(table: str, key: str, ids: Iterable[str]) -> Iterator[tuple[Loc, str]]:
    seen: set[str] = set()
    for index, item in enumerate(ids):
        if item in seen:
            yield (table, index, key), f"{key} {item!r} stands here a second time; ids are unique"
        seen.add(item)
