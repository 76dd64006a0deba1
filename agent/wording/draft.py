"""The draft of a turn: what it would send, who worded it, and what the audit says of it."""

from dataclasses import dataclass
from typing import Literal

from agent.audit.finding import Finding
from agent.evidence import Fact

Hardness = Literal["refused", "several", "angry"]
"""Why a larger model words a turn: the audit refused the first draft, more than one thing was asked, the customer is angry."""
Recall = Literal["hit", "miss", "refused"]
"""What became of looking for a kept answer: it is the draft, there is none, or the audit refused it for this turn."""


@dataclass(frozen=True)
class Rejected:
    """A draft that was not sent."""

    text: str
    """Empty: the model did not come to an end."""
    worded_by: str
    findings: tuple[Finding, ...] = ()
    error: str = ""
    """Why there is no draft; empty: the audit refused it."""


@dataclass
class Draft:
    """What the turn would send, and what the audit says of it."""

    text: str = ""
    worded_by: str = ""
    facts: tuple[Fact, ...] = ()
    findings: tuple[Finding, ...] = ()
    tries: int = 0
    system_prompt: str = ""
    """What the model was told; empty for a composed draft."""
    rejected: tuple[Rejected, ...] = ()
    """Drafts that were not sent, for the trace."""
    hard: Hardness | None = None
    """None: the turn is not hard, or there is no larger model."""
    recall: Recall | None = None
    """None: no kept answer was looked for."""


def draft_s_within(turn_s: float) -> float:
    """How long a model may be waited for in a turn, so that wording the facts without it and the commit still fit in.

    Args:
        turn_s: how long a channel waits for the turn, in seconds.

    Returns:
        Seconds from the turn's begin: a fifth is left, and a second where that is not more than half.
    """
    return turn_s - max(turn_s / 5, min(1.0, turn_s / 2))
