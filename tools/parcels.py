"""Parcels on their way."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

ShipmentStatus = Literal["collected", "in_transit", "delivering", "signed", "exception"]


@dataclass(frozen=True)
class ShipmentEvent:
    """One scan of a parcel."""

    at: datetime
    place: str
    text: str
    """The carrier's own words."""


@dataclass(frozen=True)
class Shipment:
    """One parcel."""

    tracking_no: str
    carrier: str
    status: ShipmentStatus
    eta: date | None
    """The day the carrier expects to deliver: an estimate, never a promise."""
    events: tuple[ShipmentEvent, ...]
    """Oldest first."""
    as_of: datetime | None = None
    """When it was so, where the back-end reads from a copy and tells; None: it does not tell."""
