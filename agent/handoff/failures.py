"""The failure ledger: which turns stayed unresolved, by what, and whether a person is due."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

FailureKind = Literal["understanding", "retrieval", "tool", "audit", "repeat", "mood"]
"""``repeat``: the customer asked again and got the same reply again; ``mood``: the customer was angry."""

ANGRY_TURNS = 2
"""So many angry turns bring a person; one furious turn does at once."""
ANGRY = 2
FURIOUS = 3


@dataclass(frozen=True)
class FailureLedger:
    """What went wrong in a conversation since the bot took it."""

    in_a_row: int = 0
    """Unresolved turns in a row, whatever they failed by."""
    kinds: tuple[FailureKind, ...] = ()
    """What those turns failed by, oldest first."""
    angry_turns: int = 0
    """Angry turns, in a row or not."""
    anger: int = 0
    """Anger of the last turn, 0 to 3."""

    def after(self, failures: Iterable[str], anger: int) -> "FailureLedger":
        """The ledger after one more turn.

        Args:
            failures: what the turn failed by; none: it was answered, or asked for what it needs.
            anger: of its message, 0 to 3.
        """
        kinds = tuple(dict.fromkeys((*failures, *(("mood",) if anger >= ANGRY else ()))))
        angry_turns = self.angry_turns + (anger >= ANGRY)
        if not kinds:
            return FailureLedger(angry_turns=angry_turns, anger=anger)
        return FailureLedger(self.in_a_row + 1, (*self.kinds, *kinds), angry_turns, anger)

    def due(self, most: int) -> Literal["anger", "tool_outage", "unresolved"] | None:
        """Why a person is due after this turn; None: none is.

        Args:
            most: unresolved turns in a row that bring a person, at least 1.
        """
        if self.anger >= FURIOUS or (self.anger >= ANGRY and self.angry_turns >= ANGRY_TURNS):
            return "anger"
        if self.in_a_row >= most:
            return "tool_outage" if "tool" in self.kinds else "unresolved"
        return None
