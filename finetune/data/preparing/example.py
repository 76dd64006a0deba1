"""An example: one question with one answer on its way to become a row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from agent.evidence import Answer, Brief, Fact
from agent.messages import Strategy
from agent.prompt import fill
from finetune.data.formats.dialogue import Dialogue, Family, RowKind, Turn
from finetune.problems import Place

Origin = Literal["given", "template", "variant", "unanswerable"]
"""Where an example comes from: the data, a question of the shop's own, another wording of one, one whose evidence was taken away."""


@dataclass(frozen=True)
class Example:
    """One question with its answer."""

    place: Place
    """Of the row that it was made of."""
    question: str
    answer: str
    """With slots or without."""
    history: tuple[tuple[str, str], ...] = ()
    """(speaker, text), oldest first; speaker is ``customer`` or ``assistant``."""
    facts: tuple[Fact, ...] = ()
    own_facts: int = 0
    """So many of the facts, the first ones, the data gave itself."""
    strategy: Strategy | None = None
    """None: not known yet."""
    also: tuple[Strategy, ...] = ()
    ask: str = ""
    kind: RowKind | None = None
    family: Family | None = None
    group: str = ""
    """What was made of one row stands on one side of the split: the name of its file, and its line."""
    origin: Origin = "given"

    @property
    def texts(self) -> tuple[str, ...]:
        """The facts in words, as the prompt numbers them."""
        return tuple(fact.text for fact in self.facts)

    @property
    def said(self) -> str:
        """The answer as a customer would read it."""
        return fill(self.answer, self.texts, self.ask).text

    @property
    def brief(self) -> Brief:
        """What the answer may state, by the audit's rules."""
        echoes = tuple(Fact("echo", text) for speaker, text in self.history if speaker == "customer")
        facts = (*self.facts, *echoes, Fact("echo", self.question))
        return Brief((Answer("out_of_scope", "answered", self.strategy or "inform", facts, ask=self.ask),))

    def as_dialogue(self) -> Dialogue:
        """The example as a data file would give it."""
        before = tuple(
            Turn("customer" if who == "customer" else "assistant", text, None, False) for who, text in self.history
        )
        said = (Turn("customer", self.question), Turn("assistant", self.answer))
        return Dialogue(
            place=self.place,
            turns=(*before, *said),
            context=self.texts,
            kind=self.kind,
            strategy=self.strategy,
            ask=self.ask,
            also=self.also,
            family=self.family,
            group=self.group,
        )

    def as_row(self) -> dict[str, Any]:
        """The example as a line of a messages file."""
        roles = {"customer": "user", "assistant": "assistant"}
        before = [{"role": roles[who], "content": text} for who, text in self.history]
        for message in before:
            if message["role"] == "assistant":
                message["weight"] = 0  # type: ignore[assignment]
        told = {
            "context": list(self.texts),
            "kind": self.kind,
            "strategy": self.strategy,
            "also": list(self.also),
            "ask": self.ask,
            "family": self.family,
            "group": self.group,
        }
        said = [{"role": "user", "content": self.question}, {"role": "assistant", "content": self.answer}]
        return {"messages": [*before, *said], **{key: value for key, value in told.items() if value}}


def examples_of(dialogue: Dialogue) -> Iterator[Example]:
    """Make an example of each answer that is to be learned.

    A system message of the dialogue's own is left out: the shop's prompt takes its place.

    Args:
        dialogue: as a data file gives it.
    """
    last = len(dialogue.turns) - 1
    for index, turn in enumerate(dialogue.turns):
        if turn.speaker != "assistant" or not turn.is_learned:
            continue
        facts = tuple(Fact("policy", text) for text in dialogue.facts_at(index))
        yield Example(
            place=dialogue.place,
            question=dialogue.turns[index - 1].text,
            answer=turn.text.strip(),
            history=_history(dialogue, dialogue.turns[: index - 1]),
            facts=facts,
            own_facts=len(facts),
            strategy=turn.strategy or (dialogue.strategy if index == last else None),
            also=dialogue.also if index == last else (),
            ask=dialogue.ask if index == last else "",
            kind=dialogue.kind,
            family=dialogue.family,
            group=dialogue.group or f"{Path(dialogue.place.file).name}:{dialogue.place.line}",
        )


def _history(dialogue: Dialogue, before: Sequence[Turn]) -> tuple[tuple[str, str], ...]:
    return tuple((turn.speaker, fill(turn.text, dialogue.facts_at(index)).text) for index, turn in enumerate(before))
