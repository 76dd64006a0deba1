"""A dialogue: what every format is read into."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from agent.messages import Strategy
from finetune.data.formats.records import Record
from finetune.errors import DataError
from finetune.nearest import nearest
from finetune.problems import Place, Problem

RowKind = Literal["knowledge", "dialogue", "exception"]
Speaker = Literal["customer", "assistant"]
Family = Literal["who", "can", "promises", "risk"]
"""What a row about the assistant itself is about: who it is, what it can and cannot do, what the shop promises, what it must refuse."""

Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True)
class Turn:
    """One message."""

    speaker: Speaker
    text: str
    strategy: Strategy | None = None
    """How this answer was to be given; None: not said."""
    is_learned: bool = True
    """Whether an answer is learned, or only stands in the history."""
    found: tuple[str, ...] = ()
    """What tools returned before this answer, as facts."""


@dataclass(frozen=True)
class Dialogue:
    """One conversation as a data file gives it: begins with the customer, ends with an answer."""

    place: Place
    turns: tuple[Turn, ...]
    system: str | None = None
    """The file's own system message; None: the shop's prompt is written."""
    context: tuple[str, ...] = ()
    """Facts that the answers rest on, each a sentence."""
    kind: RowKind | None = None
    strategy: Strategy | None = None
    """Of the last answer."""
    ask: str = ""
    """The question that the last answer ends with; empty: none."""
    also: tuple[Strategy, ...] = ()
    """Of the last answer, where the customer asked several things."""
    family: Family | None = None
    """None: it is not about the assistant itself."""
    group: str | None = None
    """Rows of one group stand on one side of the split; None: the row is its own group."""

    def facts_at(self, index: int) -> tuple[str, ...]:
        """What an answer may rest on: the context, and what tools returned up to it.

        Args:
            index: place of the answer in `turns`.
        """
        return self.context + tuple(fact for turn in self.turns[: index + 1] for fact in turn.found)


def _facts(value: Any) -> Any:
    """A text is one fact a line."""
    return [line.strip() for line in value.splitlines() if line.strip()] if isinstance(value, str) else value


class Extras(BaseModel):
    """What every format may say beside the conversation."""

    model_config = ConfigDict(extra="forbid", strict=True)

    context: Annotated[list[str], BeforeValidator(_facts)] = Field(default_factory=list)
    """Facts, a list or one a line."""
    kind: RowKind | None = None
    strategy: Strategy | None = None
    ask: str = ""
    """A question that the last answer is to end with."""
    also: list[Strategy] = Field(default_factory=list)
    """Strategies of what else the last message asked."""
    family: Family | None = None
    group: str | None = None


def fail(place: Place, message: str) -> DataError:
    """A row that does not fit its format."""
    return DataError([Problem("format", "error", place, message)])


def fit(shape: type[Shape], record: Record) -> Shape:
    """Read a record by its format.

    Raises:
        DataError: a key is unknown (the nearest known one is named), missing, or of the wrong type.
    """
    for key in record.values:
        if key not in shape.model_fields:
            near = nearest(str(key), shape.model_fields)
            raise fail(record.place, f"{key!r} is no key of this format; the nearest known one is {near!r}")
    try:
        return shape.model_validate(record.values)
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        where = ".".join(map(str, wrong["loc"]))
        raise fail(record.place, f"{where}: {wrong['msg']}, got {wrong['input']!r:.60}; mend the row") from error


def make_dialogue(place: Place, turns: list[Turn], system: str | None, extras: Extras) -> Dialogue:
    """Join a row's parts, and see that somebody asks before somebody answers.

    Raises:
        DataError: the turns are in no order that can be learned, or one is empty, or the prompt is given twice.
    """
    joined: list[Turn] = []
    for turn in turns:
        if not turn.text.strip():
            raise fail(place, f"an empty {turn.speaker} message; write it, or delete the row")
        if joined and joined[-1].speaker == turn.speaker:
            if turn.speaker == "assistant":
                raise fail(place, f"two answers in a row, the second {turn.text[:30]!r}; join them")
            turn = Turn("customer", f"{joined.pop().text}\n{turn.text}")
        joined.append(turn)
    if not joined or joined[0].speaker != "customer":
        raise fail(
            place, "the conversation does not begin with the customer; delete what stands before their first words"
        )
    if joined[-1].speaker != "assistant":
        raise fail(place, f"nobody answers {joined[-1].text[:30]!r}; add the answer, or delete the message")
    if not any(turn.is_learned for turn in joined if turn.speaker == "assistant"):
        raise fail(place, "every answer has weight 0, so nothing is learned; delete the row")
    if system and (extras.context or any(turn.found for turn in joined)):
        what = "a context" if extras.context else "results of tools"
        raise fail(
            place, f"both a system message and {what}; delete the system message: the shop's prompt holds the facts"
        )
    return Dialogue(
        place=place,
        turns=tuple(joined),
        system=system or None,
        context=tuple(extras.context),
        kind=extras.kind,
        strategy=extras.strategy,
        ask=extras.ask.strip(),
        also=tuple(extras.also),
        family=extras.family,
        group=extras.group,
    )
