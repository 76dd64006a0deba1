"""The written scenario that a simulated customer follows."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from knowledge.schema import Record
from knowledge.shop import Word

Slot = Literal["order", "address", "phone", "size", "color", "reason", "measure", "product"]
"""What an agent may ask for and a customer may know."""
Temper = Literal["calm", "hurried", "cross"]
"""How the customer complains."""
Confirmable = Literal["cancel_order", "change_address", "create_return", "issue_coupon", "subscribe_restock", "human"]
"""What the agent may put to a yes: a write, or passing the customer to a person (``human``)."""


class Confirming(Record):
    """How the customer answers when something is put to a yes."""

    answer: Literal["yes", "no", "change"]
    """``change``: says something else the first time, and yes from then on."""
    say: str | None = None
    """The words of the change."""

    @model_validator(mode="after")
    def _words_of_a_change(self) -> "Confirming":
        if (self.answer == "change") != (self.say is not None):
            raise ValueError("'say' holds the words of a change: state it with 'answer': 'change' and nowhere else")
        return self


class Ask(Record):
    """One thing that the customer comes with."""

    say: Word
    """Said word for word."""
    wants: tuple[tuple[Word, ...], ...] = ()
    """Words the customer waits for, any one of each group; missing ones make them complain. Empty: any answer will do."""


class Scenario(Record):
    """What the customer wants, knows and how they are."""

    goal: str = ""
    """In one sentence, for people and for a model that speaks for the customer."""
    asks: Annotated[Sequence[Ask], Field(min_length=1)]
    """Put one after another; the first opens the conversation."""
    facts: Mapping[Slot, Word] = Field(default_factory=dict)
    """What the customer knows and tells when asked."""
    confirms: Mapping[Confirmable, Confirming] = Field(default_factory=dict)
    """Answers by what is put to a yes; what is absent is declined."""
    mood: Temper = "calm"
    patience: Annotated[int, Field(ge=1, le=10)] = 3
    """So many useless replies are borne; then the customer leaves."""
    again: tuple[Word, ...] = ()
    """Other words for what was not understood, in order."""
