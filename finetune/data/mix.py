"""The mix: how much of each kind of row is trained on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from finetune.data.datasets.sampling import rank_of
from finetune.data.formats.dialogue import RowKind
from finetune.data.rows import Row
from finetune.problems import Problem

KINDS: tuple[RowKind, ...] = ("knowledge", "dialogue", "exception")


@dataclass(frozen=True)
class MixLine:
    """What was taken of one kind."""

    kind: RowKind
    there: int
    taken: int
    short: int
    """So many more would have made the mix."""


@dataclass(frozen=True)
class Mixed:
    """Rows in the mix that was asked for, as nearly as they allow."""

    rows: tuple[Row, ...]
    lines: tuple[MixLine, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was left out and what is short, in words."""
        if not self.rows:
            return (Problem("setting", "error", None, "mix asks for none of the kinds that the rows have; mend mix"),)
        return tuple(
            Problem("setting", "warning", None, _told(line))
            for line in self.lines
            if line.there != line.taken or line.short
        )


def mix_rows(rows: Sequence[Row], target: Mapping[RowKind, float], seed: int) -> Mixed:
    """Draw rows so that their kinds stand in a given proportion; none is taken twice and none is made up.

    Of the kind with the largest share all rows are taken, of the others as many as go with it, or all where there are fewer.

    Args:
        rows: to draw from, those held out for evaluation not among them.
        target: parts of each kind, in any unit; 0 or absent: none.
        seed: another one draws others.

    Returns:
        The rows in their order, and what was taken of each kind.
    """
    by_kind = {kind: [row for row in rows if row.kind == kind] for kind in KINDS}
    present = [kind for kind in KINDS if by_kind[kind] and target.get(kind, 0) > 0]
    if not present:
        return Mixed((), tuple(MixLine(kind, len(by_kind[kind]), 0, 0) for kind in KINDS))
    leading = max(present, key=lambda kind: target[kind])
    unit = len(by_kind[leading]) / target[leading]
    lines: list[MixLine] = []
    kept: set[int] = set()
    for kind in KINDS:
        there, wanted = by_kind[kind], round(unit * target.get(kind, 0))
        drawn = sorted(range(len(there)), key=lambda index: (rank_of(there[index], seed, kind), index))[:wanted]
        kept.update(id(there[index]) for index in drawn)
        lines.append(MixLine(kind, len(there), len(drawn), wanted - len(drawn)))
    return Mixed(tuple(row for row in rows if id(row) in kept), tuple(lines))


def _told(line: MixLine) -> str:
    short = f", {line.short} short of the mix: add rows of this kind" if line.short else ""
    return f"mix: of {line.there} training rows of kind {line.kind!r} {line.taken} are taken{short}"
