"""The customer's side of a simulated conversation: the port, a scripted double, and how a replay plays it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from agent.messages import Outcome
from evaluation.play.case import Line
from evaluation.records import PlayedTurn, Stopped

Sight = Literal["all", "text"]
"""``all``: the customer is helped by the reply's outcome and pending action; ``text``: they read the words alone."""


@dataclass(frozen=True)
class Heard:
    """What came back, as far as the customer can see it."""

    text: str
    outcome: Outcome | None = None
    """None: only the words are seen."""
    proposes: str | None = None
    """The write that waits for a yes, where it is seen."""
    args: Mapping[str, object] = field(default_factory=dict)
    """Its arguments."""
    is_person: bool = False
    """A person has taken over."""


@dataclass(frozen=True)
class Exchange:
    """One message and what came back."""

    said: str
    heard: Heard


class Customer(Protocol):
    """Speaks for one customer through one conversation."""

    async def speak(self, talk: Sequence[Exchange]) -> str | Stopped:
        """Say the next thing.

        Args:
            talk: so far, oldest first; empty at the beginning.

        Returns:
            The next message, or why the customer leaves.
        """
        ...


class ScriptedCustomer:
    """A double that says given lines, whatever it hears, and stops when a person takes over.

    Args:
        lines: in order.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines

    async def speak(self, talk: Sequence[Exchange]) -> str | Stopped:
        """Say the next line; see `Customer.speak`."""
        if talk and talk[-1].heard.is_person:
            return "handed_off"
        return self._lines[len(talk)] if len(talk) < len(self._lines) else "finished"


class CustomerScript:
    """Lets a replay play a customer.

    Args:
        customer: speaks.
        sight: what of a reply the customer sees.
    """

    def __init__(self, customer: Customer, sight: Sight = "all") -> None:
        self._customer = customer
        self._sight = sight

    async def next(self, turns: Sequence[PlayedTurn]) -> Line | Stopped:
        """Say the next line; see `evaluation.play.case.Script`."""
        said = await self._customer.speak([Exchange(turn.customer, self._hear(turn)) for turn in turns])
        return said if said in ("finished", "handed_off", "gave_up", "too_long", "crashed") else Line(said)

    def _hear(self, turn: PlayedTurn) -> Heard:
        reply = turn.reply
        if reply is None:
            return Heard("")
        is_person = reply.owner == "human"
        if self._sight == "text":
            return Heard(reply.reply, is_person=is_person)
        pending = reply.pending_action
        if pending is None:
            return Heard(reply.reply, reply.outcome, is_person=is_person)
        return Heard(reply.reply, reply.outcome, pending.tool, pending.args, is_person)
