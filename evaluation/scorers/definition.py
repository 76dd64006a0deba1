"""What a score is: its definition, what it measures in a case, and how measurements become one figure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Literal, Protocol

from evaluation.records import PlayedCase

Unit = Literal["share", "count", "points", "turns", "sentences", "ms", "stars"]
"""``share``: 0 to 1; ``points``: 0 to 100; ``stars``: 1 to 5."""
Direction = Literal["higher", "lower"]


@dataclass(frozen=True)
class Measurement:
    """One thing measured: on a turn, or on a whole case."""

    case_id: str
    trial: int
    value: float
    """In the unit of the score; of a yes or no 1 or 0."""
    turn: int | None = None
    """The turn's number, from 1; None: the whole case."""
    expected: str = ""
    """What was expected, in words; for scores over classes the class."""
    got: str = ""
    """What was found, in words; for scores over classes the class."""


Combine = Callable[[Sequence[Measurement]], float | None]
"""Makes one figure of measurements; None: it cannot be told from these, such as a precision where nothing was found."""


def mean(measurements: Sequence[Measurement]) -> float | None:
    """The mean of the values; None of none."""
    return fmean(one.value for one in measurements) if measurements else None


def total(measurements: Sequence[Measurement]) -> float | None:
    """The sum of the values; None of none."""
    return sum(one.value for one in measurements) if measurements else None


@dataclass(frozen=True)
class Definition:
    """What a score is, in words that a shop's owner can check."""

    name: str
    """As it stands in floors, such as ``tools_write``."""
    meaning: str
    """One sentence."""
    formula: str
    unit: Unit
    direction: Direction
    """Which way is better."""
    source: str
    """The paper, specification or decision that the definition follows."""
    gate: bool = True
    """Whether a floor may be set on it."""
    combine: Combine = field(default=mean, repr=False, compare=False)


class Scorer(Protocol):
    """Measures one score."""

    @property
    def definition(self) -> Definition:
        """What is measured."""
        ...

    def measure(self, case: PlayedCase) -> Sequence[Measurement]:
        """Measure one case.

        Args:
            case: played to its end; crashed cases are never handed in.

        Returns:
            What could be measured, in the order of the turns; empty where nothing could: that is absent, never 0.
        """
        ...


@dataclass(frozen=True)
class Score:
    """A scorer made of a definition and a function."""

    definition: Definition
    measured: Callable[[PlayedCase], Sequence[Measurement]]

    def measure(self, case: PlayedCase) -> Sequence[Measurement]:
        """Measure one case; see `Scorer.measure`."""
        return self.measured(case)
