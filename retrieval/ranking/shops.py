"""What the encoder is tuned on: invented shops with their policies, and what customers ask of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "shops"


@dataclass(frozen=True)
class Ask:
    """One question of a customer, with what answers it."""

    text: str
    before: str
    """The customer's message before; empty: none."""
    best: tuple[int, ...]
    """Places of the sentences that answer, in the shop."""
    also: tuple[int, ...]
    """Places of sentences that may be quoted too."""
    policy: int
    """Place of the policy that answers."""


@dataclass(frozen=True)
class InventedShop:
    """The policies of a shop, sentence by sentence, and the questions."""

    name: str
    titles: tuple[str, ...]
    """By policy."""
    sentences: tuple[str, ...]
    policy_of: tuple[int, ...]
    """The policy each sentence stands in."""
    asks: tuple[Ask, ...]
    unanswerable: tuple[str, ...]
    """Questions that no policy of the shop answers."""

    @property
    def placed(self) -> tuple[str, ...]:
        """Each sentence behind its policy's title, as an index holds it."""
        pairs = zip(self.policy_of, self.sentences, strict=True)
        return tuple(f"{self.titles[policy]}：{text}" for policy, text in pairs)


def read_shop(path: Path) -> InventedShop:
    """Read one shop.

    Args:
        path: JSON lines: one policy a line (``title``, ``sentences``, ``asks``), and a line with ``unanswerable``.
    """
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    policies = [line for line in lines if "unanswerable" not in line]
    starts = [sum(len(one["sentences"]) for one in policies[:number]) for number in range(len(policies))]
    return InventedShop(
        name=path.stem,
        titles=tuple(one["title"] for one in policies),
        sentences=tuple(text for one in policies for text in one["sentences"]),
        policy_of=tuple(number for number, one in enumerate(policies) for _ in one["sentences"]),
        asks=tuple(
            _ask(raw, start, number)
            for number, (one, start) in enumerate(zip(policies, starts, strict=True))
            for raw in one["asks"]
        ),
        unanswerable=tuple(text for line in lines for text in line.get("unanswerable", ())),
    )


def read_shops(folder: Path = FOLDER) -> tuple[InventedShop, ...]:
    """Read all shops of a folder, by name."""
    return tuple(read_shop(path) for path in sorted(folder.glob("*.jsonl")))


def _ask(raw: Mapping[str, Any], start: int, policy: int) -> Ask:
    def places(key: str) -> tuple[int, ...]:
        chosen: Sequence[int] = raw.get(key, ())
        return tuple(start + number for number in chosen)

    return Ask(raw["q"], raw.get("before", ""), places("best"), places("also"), policy)
