"""The draft of a turn: what it would send, who worded it, and what the audit says of it."""

from dataclasses import dataclass

from agent.audit.finding import Finding
from agent.evidence import Fact


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
    spent_s: float = 0.0
    """What the model took for its tries, in seconds."""
    system_prompt: str = ""
    """What the model was told; empty for a composed draft."""
    rejected: tuple[Rejected, ...] = ()
    """Drafts that were not sent, for the trace."""
