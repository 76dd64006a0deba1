"""Which of two configurations a customer gets: decided by their id alone, so that it is the same every time and everywhere."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Arm = Literal["a", "b"]
"""``a``: as the settings say; ``b``: the variation."""
MARK = "experiment"
"""Under this key the trace of a turn holds its experiment and arm."""


@dataclass(frozen=True)
class Experiment:
    """Two configurations of one shop at the same time."""

    name: str
    """Part of the draw: the customers of one experiment fall anew in the next."""
    share: float = 0.5
    """Of customers who get ``b``; between 0 and 1."""

    def arm_of(self, customer_id: str) -> Arm:
        """The arm of a customer, the same at every call, in every process, whatever else changes.

        Source: Kohavi, Tang, Xu, Trustworthy Online Controlled Experiments (2020), chapter 14: a hash of experiment and unit.
        """
        text = f"{self.name}\n{customer_id}".encode("utf-8", "surrogatepass")
        place = int.from_bytes(hashlib.sha256(text).digest()[:8], "big") / 2**64
        return "b" if place < self.share else "a"


@dataclass(frozen=True)
class Assigned:
    """The arm that a turn was worked in."""

    experiment: str
    arm: Arm

    def mark(self) -> dict[str, Any]:
        """What the trace of the turn keeps of it."""
        return {MARK: {"name": self.experiment, "arm": self.arm}}


def assigned_in(trace: Mapping[str, Any]) -> Assigned | None:
    """Read the arm from a turn's trace; None: it was in no experiment."""
    kept = trace.get(MARK)
    if not isinstance(kept, Mapping) or kept.get("arm") not in ("a", "b"):
        return None
    return Assigned(str(kept.get("name", "")), "b" if kept["arm"] == "b" else "a")
