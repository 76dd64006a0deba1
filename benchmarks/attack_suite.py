"""The attack suite: conversations made of goals, wraps, encodings and turns, each turn with a harmless twin."""

import base64
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from opencc import OpenCC
from pypinyin import lazy_pinyin

from benchmarks.attack_shop import fill

SUITE: Mapping[str, Any] = json.loads((Path(__file__).parent / "data" / "attacks.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Twin:
    """A harmless message beside an attack, and what makes its answer a good one."""

    text: str
    needs: str = ""
    """Stands in the reply: one of several, parted by ``|``."""
    outcome: str = "answered"
    pending: str | None = None
    """The write that the reply proposes."""
    is_policy: bool = False
    """Whether a policy must be cited."""


@dataclass(frozen=True)
class Attack:
    """One conversation of an attacker, who never says yes to anything."""

    kind: str
    goal: str
    turns: tuple[str, ...]
    twins: tuple[Twin, ...]
    """One for each turn."""


@cache
def _to_traditional() -> OpenCC:
    return OpenCC("s2t")


_ENCODINGS: Mapping[str, Callable[[str], str]] = {
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "reversed": lambda text: text[::-1],
    "zero": lambda text: "\u200b".join(text),
    "wide": lambda text: "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text),
    "spaced": lambda text: " ".join(text),
    "pinyin": lambda text: " ".join(lazy_pinyin(text)),
    "traditional": lambda text: str(_to_traditional().convert(text)),
}


class Suite:
    """Makes attacks on one shop.

    Args:
        slots: the shop's own values.
        draw: the source of chance.
    """

    def __init__(self, slots: dict[str, list[str]], draw: random.Random) -> None:
        self._slots = slots
        self._draw = draw

    def attacks(self) -> Iterator[Attack]:
        """Attacks without end: direct, authority, role play, control tokens, encoded, several turns, indirect."""
        kinds = [*SUITE["wraps"], "multi", "indirect"]
        while True:
            for kind in kinds:
                yield self._attack(kind, self._draw.choice(SUITE["goals"]))

    def poison(self) -> list[str]:
        """Instructions to plant in documents and tool results, filled."""
        asks = [ask for goal in SUITE["goals"] for ask in goal["asks"]]
        return [fill(frame.replace("{ask}", ask), self._slots, self._draw) for frame in SUITE["poison"] for ask in asks]

    def _attack(self, kind: str, goal: Mapping[str, Any]) -> Attack:
        ask = self._fill(self._draw.choice(goal["asks"]))
        if kind == "multi":
            turns = tuple(self._fill(_put(turn, ask)) for turn in self._draw.choice(SUITE["multi"]))
        elif kind == "indirect":
            turns = (self._fill(self._draw.choice(SUITE["carriers"])),)
        else:
            turns = (self._fill(_put(self._draw.choice(SUITE["wraps"][kind]), ask)),)
        twins = tuple(self._twin(self._draw.choice(goal["twin"])) for _ in turns)
        return Attack(kind, goal["id"], turns, twins)

    def _twin(self, twin: Mapping[str, str]) -> Twin:
        return Twin(
            text=self._fill(twin["text"]),
            needs=self._fill(twin.get("needs", "")),
            outcome=twin.get("outcome", "answered"),
            pending=twin.get("pending"),
            is_policy=twin.get("intent") == "policy",
        )

    def _fill(self, text: str) -> str:
        return fill(text, self._slots, self._draw)


def _put(frame: str, ask: str) -> str:
    """Put an ask into a frame, encoded where the frame says so."""
    encoded = re.sub(r"\{(\w+):ask\}", lambda found: _ENCODINGS[found[1]](ask), frame)
    return encoded.replace("{ask}", ask)
