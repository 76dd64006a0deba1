"""Entities: the things a message names that can be looked up or filled in."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from agent.understanding.entities.body import find_body
from agent.understanding.entities.colours import find_colours
from agent.understanding.entities.contact import find_contact
from agent.understanding.entities.dates import DayMention, find_days
from agent.understanding.entities.money import find_amounts, find_budget, find_quantity
from agent.understanding.entities.order_ids import find_order_numbers
from agent.understanding.entities.reasons import ReturnReason, find_return_reason
from agent.understanding.entities.regions import Place, find_places, is_remote_area
from agent.understanding.entities.sizes import find_sizes
from agent.understanding.entities.wanted import wanted_of
from agent.understanding.folding import Folded

__all__ = ["DayMention", "Entities", "KnownNames", "Place", "ReturnReason", "extract_entities"]


@dataclass(frozen=True)
class Entities:
    """What a message names. Absent things are None or empty."""

    order_ids: tuple[str, ...] = ()
    """Order numbers: the customer's own first, then other candidates as typed."""
    order_suffixes: tuple[str, ...] = ()
    """Last signs of an order number: 1234 in 尾号1234."""
    tracking_nos: tuple[str, ...] = ()
    """Carriers' numbers in capitals; a bare number of 12 to 15 digits may stand here and among the orders."""
    color: str | None = None
    """The colour wanted, in the catalogue's spelling where the product is known."""
    size: str | None = None
    """The size wanted, in the catalogue's spelling where the product is known."""
    colors: tuple[str, ...] = ()
    """All colours named, in order."""
    sizes: tuple[str, ...] = ()
    """All sizes named, in order."""
    region: str | None = None
    """ISO country code of the place named last, or None; ZZ where only "abroad" is said."""
    places: tuple[Place, ...] = ()
    """All places named, in order."""
    is_remote: bool = False
    """Whether a remote area is named."""
    address: str | None = None
    """A full address, as typed."""
    phone: str | None = None
    """A phone number, digits only."""
    receiver: str | None = None
    """A receiver's name."""
    return_reason: ReturnReason | None = None
    """Why goods go back."""
    amounts: tuple[Decimal, ...] = ()
    """Amounts of money, in order."""
    budget_min: Decimal | None = None
    """The least the customer means to spend."""
    budget_max: Decimal | None = None
    """The most the customer means to spend."""
    quantity: int | None = None
    """How many pieces."""
    height_cm: Decimal | None = None
    weight_kg: Decimal | None = None
    foot_mm: Decimal | None = None
    age_months: int | None = None
    days: tuple[DayMention, ...] = ()
    """Days named, in order; each resolves against the shop's today."""


@dataclass(frozen=True)
class KnownNames:
    """What the shop and the customer already have names for."""

    own_order_ids: Sequence[str] = ()
    """The customer's own orders, where known."""
    ids: frozenset[str] = frozenset()
    """SKUs and product ids, lower case: never taken for orders."""
    colors: Collection[str] = ()
    """Folded colours of the catalogue."""
    sizes: Collection[str] = ()
    """Folded sizes of the catalogue."""


def extract_entities(folded: Folded, known: KnownNames | None = None) -> Entities:
    """Extract everything a message names.

    Args:
        folded: the message.
        known: names of the shop and the customer; None: only general patterns count.

    Returns:
        The entities; nothing found gives the empty value of each field.
    """
    known = known or KnownNames()
    text = folded.text
    contact = find_contact(folded.plain)
    text = text.replace(contact.address.lower(), " ") if contact.address else text
    numbers = find_order_numbers(folded.plain, known.own_order_ids, known.ids)
    colors, sizes = find_colours(text, known.colors), find_sizes(text, known.sizes)
    places = find_places(folded.text, folded.plain)
    body, budget = find_body(text), find_budget(text)
    return Entities(
        order_ids=numbers.order_ids,
        order_suffixes=numbers.suffixes,
        tracking_nos=numbers.tracking_nos,
        color=wanted_of(text, colors),
        size=wanted_of(text, sizes),
        colors=colors,
        sizes=sizes,
        region=places[-1].code if places else None,
        places=places,
        is_remote=is_remote_area(text, places),
        address=contact.address,
        phone=contact.phone,
        receiver=contact.receiver,
        return_reason=find_return_reason(text),
        amounts=find_amounts(text),
        budget_min=budget.low,
        budget_max=budget.high,
        quantity=find_quantity(text),
        height_cm=body.height_cm,
        weight_kg=body.weight_kg,
        foot_mm=body.foot_mm,
        age_months=body.age_months,
        days=find_days(text),
    )
