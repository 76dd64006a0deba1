"""Comparing adapters: their gates line by line, and what they said to the same questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.generator.registry.gate import Gate, GateLine, Measure

ANSWERS = 5


@dataclass(frozen=True)
class ComparedLine:
    """One measure of several adapters."""

    measure: Measure
    base: float | None
    """The untuned base's; None: not measured, or the gates are about different rows."""
    lines: tuple[GateLine | None, ...]
    """Of each adapter; None: its gate is from before this measure."""


@dataclass(frozen=True)
class ComparedAnswer:
    """One question with what each adapter said."""

    question: str
    wanted: str | None
    """The held-out answer; None: an identity question."""
    base: str
    answers: tuple[str | None, ...]
    """Of each adapter; None: it was not asked this."""


@dataclass(frozen=True)
class Comparison:
    """Several adapters side by side."""

    names: tuple[str, ...]
    same_rows: bool
    """Whether all were measured on the same held-out rows: only then do their figures compare."""
    lines: tuple[ComparedLine, ...]
    answers: tuple[ComparedAnswer, ...]


def compare(gates: Mapping[str, Gate]) -> Comparison:
    """Hold adapters side by side.

    Args:
        gates: by the adapters' names, in the order of showing.
    """
    found = tuple(gates.values())
    same_rows = len({(gate.eval_sha256, gate.base_sha256) for gate in found}) == 1
    told = [{line.measure: line for line in gate.lines} for gate in found]
    measures = dict.fromkeys(measure for lines in told for measure in lines)
    lines = tuple(_line(measure, [one.get(measure) for one in told], same_rows) for measure in measures)
    return Comparison(tuple(gates), same_rows, lines, _answers(found))


def _line(measure: Measure, lines: Sequence[GateLine | None], same_rows: bool) -> ComparedLine:
    base = next((line.base for line in lines if line is not None), None) if same_rows else None
    return ComparedLine(measure, base, tuple(lines))


def _answers(gates: Sequence[Gate]) -> tuple[ComparedAnswer, ...]:
    """What most of them were asked comes first."""
    said = [{(one.question, one.wanted): one for one in gate.answers} for gate in gates]
    asked = list(dict.fromkeys(key for answers in said for key in answers))
    asked.sort(key=lambda key: -sum(key in answers for answers in said))
    return tuple(
        ComparedAnswer(
            question=question,
            wanted=wanted,
            base=next(answers[question, wanted].base for answers in said if (question, wanted) in answers),
            answers=tuple(
                answers[question, wanted].adapter if (question, wanted) in answers else None for answers in said
            ),
        )
        for question, wanted in asked[:ANSWERS]
    )
