"""Placeholders: ``{{NAME}}`` and its like, filled from the shop's profile."""

import re
from collections.abc import Mapping
from dataclasses import replace

from agent.facts.shop import say_hours
from agent.profile import ShopProfile
from finetune.data.formats.dialogue import Dialogue, fail
from finetune.nearest import nearest

_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z_]+)\s*\}\}")
_ADDRESS = "ADDRESS"


def values_of(profile: ShopProfile) -> Mapping[str, str]:
    """What each placeholder stands for; empty: the shop does not say."""
    return {
        "NAME": profile.assistant,
        "AUTHOR": profile.maker,
        "SHOP": profile.name,
        "CAN": "、".join(profile.can),
        "CANNOT": "、".join(profile.cannot),
        "HOURS": say_hours(profile),
        "HOTLINE": profile.hotline or "",
        _ADDRESS: profile.style.addressed(""),
    }


def is_template(dialogue: Dialogue) -> bool:
    """Whether a dialogue holds placeholders."""
    return any(_PLACEHOLDER.search(text) for text in _texts(dialogue))


def fill_placeholders(dialogue: Dialogue, profile: ShopProfile) -> Dialogue | None:
    """Fill a dialogue's placeholders.

    Args:
        dialogue: with or without any.
        profile: the shop.

    Returns:
        The dialogue, which counts as one about the assistant itself where it had placeholders; None: it says something that the
        shop's profile does not tell.

    Raises:
        DataError: a placeholder is unknown; the nearest known one is named.
    """
    if not is_template(dialogue):
        return dialogue
    values = values_of(profile)
    for name in {match.upper() for text in _texts(dialogue) for match in _PLACEHOLDER.findall(text)}:
        if name not in values:
            near = nearest(name, [known.lower() for known in values]).upper()
            raise fail(dialogue.place, f"{{{{{name}}}}} is no placeholder; the nearest known one is {{{{{near}}}}}")
        if not values[name] and name != _ADDRESS:
            return None

    def filled(text: str) -> str:
        return _PLACEHOLDER.sub(lambda match: values[match[1].upper()], text)

    return replace(
        dialogue,
        turns=tuple(replace(turn, text=filled(turn.text)) for turn in dialogue.turns),
        system=filled(dialogue.system) if dialogue.system else None,
        context=tuple(map(filled, dialogue.context)),
        ask=filled(dialogue.ask),
        family=dialogue.family or "who",
    )


def _texts(dialogue: Dialogue) -> tuple[str, ...]:
    said = (turn.text for turn in dialogue.turns)
    return (*said, *dialogue.context, dialogue.system or "", dialogue.ask)
