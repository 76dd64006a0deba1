"""Masking: a text, or a whole record, without the personal data in it."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from agent.privacy.flat import flatten
from agent.privacy.found import LABELS, Found
from agent.privacy.names import find_names
from agent.privacy.numbers import find_numbers
from agent.privacy.places import find_places

_SHORTEST = 2
"""No text that is shorter holds personal data, and no rest of an address that is shorter is one."""


def find_personal(text: str) -> tuple[Found, ...]:
    """Find phones, identity and bank cards, addresses, mail addresses, plates, and names in context.

    Args:
        text: any text, in any width and spacing.

    Returns:
        What was found, in the order of the text; no two pieces overlap.
    """
    if len(text) < _SHORTEST:
        return ()
    flat = flatten(text)
    numbers_and_places = _settled([*find_numbers(flat.text), *find_places(flat.text)])
    found = _settled([*numbers_and_places, *find_names(flat.text, numbers_and_places)])
    return tuple(Found(one.kind, *flat.original(one.start, one.end)) for one in found)


def _settled(found: Iterable[Found]) -> list[Found]:
    """One piece a place: what was found first stands, as the surest kinds come first; of an address the rest is kept."""
    kept: list[Found] = []
    for one in found:
        whole = [other for other in kept if other.kind == one.kind and other.overlaps(one)]
        start, end = min(each.start for each in (one, *whole)), max(each.end for each in (one, *whole))
        kept = [other for other in kept if other not in whole]
        for other in kept:
            if other.overlaps(Found(one.kind, start, end)):
                start, end = _beside(other, start, end) if one.kind == "address" else (start, start)
        if end - start >= _SHORTEST or (end > start and one.kind == "name"):
            kept.append(Found(one.kind, start, end))
    return sorted(kept, key=lambda one: one.start)


def _beside(other: Found, start: int, end: int) -> tuple[int, int]:
    """The longer part of a stretch on either side of a found piece."""
    return (other.end, end) if end - other.end >= other.start - start else (start, other.start)


def mask(text: str) -> str:
    """Put a label such as ``[电话]`` in the place of each piece of personal data.

    Order, parcel and article numbers stay as they are. Masking what is masked changes nothing.

    Args:
        text: any text.
    """
    parts: list[str] = []
    at = 0
    for one in find_personal(text):
        parts += [text[at : one.start], LABELS[one.kind]]
        at = one.end
    return "".join((*parts, text[at:]))


def mask_tree(value: Any, leave: Collection[str] = ()) -> Any:
    """Mask every text of a JSON-like record.

    Args:
        value: texts, numbers, lists and mappings, however deep.
        leave: keys whose values stay as they are: identifiers that the record is found by.
    """
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return {key: held if key in leave else mask_tree(held, leave) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [mask_tree(held, leave) for held in value]
    return value
