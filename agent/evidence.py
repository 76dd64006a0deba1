"""The evidence of a turn: the only things a reply may state."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agent.messages import Outcome, Source, Strategy
from agent.understanding.intents import Intent

FactKind = Literal[
    "policy", "product", "stock", "promotion", "order", "shipment", "receipt", "shop", "proposal", "echo"
]


@dataclass(frozen=True)
class Fact:
    """One thing the turn knows, said as a sentence that may be sent as it stands."""

    kind: FactKind
    """``shop``: the profile; ``proposal``: what an action would do; ``echo``: what the customer said themselves."""
    text: str
    """Natural Chinese, complete in itself, ending in a full stop."""
    source: Source | None = None
    """What a reply that uses this fact cites; None: nothing to cite."""
    action: str | None = None
    """For a receipt: the tool that was carried out, which alone allows "已为您取消"."""


@dataclass(frozen=True)
class Answer:
    """What the turn has to say about one intent."""

    intent: Intent
    outcome: Outcome
    strategy: Strategy
    facts: tuple[Fact, ...] = ()
    """Evidence, most important first."""
    lead: str = ""
    """A sentence of manner said before the facts (sympathy, a greeting); claims nothing."""
    ask: str = ""
    """A question to the customer, said last; claims nothing that the facts do not hold."""


@dataclass(frozen=True)
class Brief:
    """Everything a wording may use: the turn's answers with their evidence, in the order of asking."""

    answers: tuple[Answer, ...]

    @property
    def facts(self) -> tuple[Fact, ...]:
        """All facts, in order, each once."""
        return tuple(dict.fromkeys(fact for answer in self.answers for fact in answer.facts))

    @property
    def ask(self) -> str:
        """The question that the reply ends with: the first answer's that has one; empty: none."""
        return next((answer.ask for answer in self.answers if answer.ask), "")

    @property
    def strategy(self) -> Strategy:
        """The strategy that sets the tone: soothing first, then what waits for the customer, then the first answer's."""
        strategies = [answer.strategy for answer in self.answers]
        for leading in ("soothe", "handoff", "confirm", "done", "clarify"):
            if leading in strategies:
                return leading
        return strategies[0] if strategies else "abstain"

    @property
    def outcome(self) -> Outcome:
        """The outcome of the whole turn: what the customer still has to do or did not get decides."""
        return _joint_outcome([answer.outcome for answer in self.answers])

    @property
    def sources(self) -> tuple[Source, ...]:
        """Cited sources, each once."""
        found = {(fact.source.kind, fact.source.id): fact.source for fact in self.facts if fact.source is not None}
        return tuple(found.values())


def _joint_outcome(outcomes: Sequence[Outcome]) -> Outcome:
    for outcome in ("handoff", "clarify", "answered"):
        if outcome in outcomes:
            return outcome
    return "declined"
