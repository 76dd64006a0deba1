"""Stages: which rows are learned in which pass, and what of the passes before is repeated."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from finetune.config import Config, StageSection
from finetune.data.rows import DataFile, Row

T = TypeVar("T")
WHOLE = "all"
"""The name of the only stage of a run without stages."""


@dataclass(frozen=True)
class StageRows:
    """The training rows of one stage, as places in the list of all."""

    name: str
    own: tuple[int, ...]
    replayed: tuple[int, ...]
    """Rows of the stages before that are learned again."""
    epochs: int
    learning_rate: float

    @property
    def count(self) -> int:
        """How many rows an epoch has."""
        return len(self.own) + len(self.replayed)

    def pick(self, rows: Sequence[T]) -> tuple[T, ...]:
        """Its rows, in the order of the files.

        Args:
            rows: all training rows.
        """
        return tuple(rows[index] for index in sorted((*self.own, *self.replayed)))


def stages_of(
    config: Config, files: Sequence[DataFile], rows: Sequence[T], row_of: Callable[[T], Row]
) -> tuple[StageRows, ...]:
    """Say which rows each stage learns.

    Args:
        config: the run.
        files: one for each item of its ``data``.
        rows: all training rows.
        row_of: gives the row behind one of them.

    Returns:
        The stages in their order; a run without stages is one stage.
    """
    if not config.stages:
        return (StageRows(WHOLE, tuple(range(len(rows))), (), config.epochs, config.learning_rate),)
    item_of = {id(row): item for item, file in zip(config.data, files, strict=True) for row in file.rows}
    stages: list[StageRows] = []
    for section in config.stages:
        own = tuple(index for index, row in enumerate(rows) if item_of[id(row_of(row))] in section.data)
        stages.append(
            StageRows(
                section.name,
                own,
                _replayed(section, own, stages, config.seed),
                section.epochs or config.epochs,
                section.learning_rate or config.learning_rate,
            )
        )
    return tuple(stages)


def _replayed(section: StageSection, own: Sequence[int], before: Sequence[StageRows], seed: int) -> tuple[int, ...]:
    earlier = sorted({index for stage in before for index in stage.own} - set(own))
    # A seed of text is hashed by Python's own SHA-512, the same in each process.
    drawn = random.Random(f"{seed} {section.name}").sample(earlier, round(section.replay * len(earlier)))
    return tuple(sorted(drawn))
