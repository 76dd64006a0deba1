"""The intents of an ECom-Bench scenario: which of them the agent here can be asked, and which ask for what it has not."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from evaluation.adapters.errors import NoCounterpart
from evaluation.adapters.tasks import first_person

_INTENT = re.compile(r"<意图[^>]*>(.*?)<[\\/]意图[^>]*>", re.DOTALL)
_ASIDE = re.compile(r"[（(]注意[^）)]*[）)]")
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp)\b", re.IGNORECASE)
_FOLLOWS = re.compile(r"^(?:如果|若|确认)")
"""Begins an intent that hangs on the one before."""
_SERVED = re.compile(r"取消|退[货掉款]|换货|换成|更换|修改|改成|地址")
"""An intent with these may be the one behind an action that the agent here can do."""
_UNSERVED: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "schedule_service": re.compile(r"预约|上门|安排|时间"),
        "manage_ecard": re.compile(r"[Ee]卡|礼品卡|价保|赔偿|补偿"),
        "manage_urgent": re.compile(r"加急|催|尽快发"),
        "register_cashback_by_review": re.compile(r"返现|晒单|好评"),
        "manage_order": re.compile(r"下单|[想要定]购?买|购买这|购买\d|加购|订购"),
        "manage_invoice": re.compile(r"发票|开票"),
    }
)
"""Words of the intents behind actions that the agent here has no tool for."""


@dataclass(frozen=True)
class Intents:
    """What of a scenario is played."""

    asks: tuple[str, ...]
    """In the first person, without asides to the actor."""
    goal: str
    """The scenario without the intents that are left out."""
    dropped: tuple[str, ...]
    """Why intents are left out, one line each."""


def read_intents(instruction: str, unserved: Iterable[str], *, has_served: bool) -> Intents:
    """Leave out the intents that the agent here cannot serve, with those that hang on them.

    Args:
        instruction: the whole scenario.
        unserved: actions of the task that the agent here has no tool for.
        has_served: whether it has others, that the agent can do.

    Raises:
        NoCounterpart: an action cannot be told to belong to an intent, an intent holds both kinds of actions, or nothing is left.
    """
    said = [part.strip() for part in _INTENT.findall(instruction) if part.strip()]
    if not said and not list(unserved):
        return Intents((_spoken(instruction),), instruction, ())
    reasons = _reasons(said, list(unserved))
    goal = instruction
    for position in reasons:
        if has_served and _SERVED.search(_ASIDE.sub("", said[position])):
            raise NoCounterpart(f"intent {position + 1} asks for {reasons[position]} and something else at once")
        goal = goal.replace(said[position], "")
    asks = tuple(_spoken(part) for position, part in enumerate(said) if position not in reasons)
    if not asks:
        raise NoCounterpart("every intent asks for something that the agent here has not")
    return Intents(asks, goal, tuple(f"intent {position + 1} asks for {why}" for position, why in reasons.items()))


def _reasons(said: Sequence[str], unserved: Sequence[str]) -> dict[int, str]:
    """Why intents are left out, by their position."""
    reasons = {position: "a look at a picture" for position, part in enumerate(said) if _PICTURE.search(part)}
    for action in unserved:
        words = _UNSERVED.get(action)
        meant = [position for position, part in enumerate(said) if words and words.search(part)]
        if not meant:
            raise NoCounterpart(f"the agent here has nothing like {action!r}, and no intent can be told to ask for it")
        reasons |= dict.fromkeys(meant, action)
    for position, part in enumerate(said):
        if position - 1 in reasons and _FOLLOWS.match(part):
            reasons.setdefault(position, f"what follows from intent {position}")
    return dict(sorted(reasons.items()))


def _spoken(part: str) -> str:
    return first_person(_ASIDE.sub("", part))
