"""Answers before and after: what the untuned base said to held-out rows, beside what the adapter says."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.generator.errors import GeneratorError
from agent.generator.local_qwen import LocalLimits, LocalQwenGenerator
from agent.generator.weights import Weights
from agent.prompt import fill
from finetune.data.encode import EncodedRow
from finetune.data.rows import Row
from finetune.errors import RunError


class Answered(BaseModel):
    """One held-out question."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: str
    wanted: str
    """The held-out answer, as a customer would read it."""
    base: str
    """What the base said before training; ending in ``…``: it came to no end."""
    tuned: str | None = None
    """What the adapter says after training; None: it is not trained yet."""


def pick_rows(rows: Sequence[EncodedRow], count: int) -> tuple[Row, ...]:
    """Take rows from all over the held-out ones.

    Args:
        rows: held out.
        count: so many, or all where there are fewer.
    """
    count = min(count, len(rows))
    return tuple(rows[index * len(rows) // count].row for index in range(count))


def answer_rows(weights: Weights, rows: Sequence[Row], max_tokens: int) -> tuple[str, ...]:
    """Let a model answer rows as serving would ask them, always taking the most probable token.

    Args:
        weights: the model.
        rows: what it is asked.
        max_tokens: a longer answer is cut there, and ends in ``…``.
    """
    if not rows:
        return ()
    limits = LocalLimits(first_token_s=600.0, total_s=600.0, max_tokens=max_tokens)
    generator = LocalQwenGenerator(replace(weights, model=weights.model.eval()), limits=limits)
    try:
        return tuple(fill(asyncio.run(_draft(generator, row)), row.facts, row.ask).text for row in rows)
    finally:
        generator.close()


async def _draft(generator: LocalQwenGenerator, row: Row) -> str:
    said: list[str] = []
    try:
        async for piece in generator.stream([dict(message) for message in row.messages]):
            said.append(piece)
    except GeneratorError:
        said.append("…")
    return "".join(said)


def write_answers(file: Path, answers: Sequence[Answered]) -> None:
    """Write answers, one JSON object a line; the file is there whole or not at all.

    Raises:
        RunError: it cannot be written.
    """
    new = file.with_name(f".{file.name}.new")
    try:
        new.write_text("".join(f"{answer.model_dump_json()}\n" for answer in answers), encoding="utf-8")
        new.replace(file)
    except OSError as error:
        raise RunError(f"{str(file)!r} cannot be written ({error.strerror}); make room and --resume") from error


def read_answers(file: Path) -> tuple[Answered, ...] | None:
    """Read answers; None: there are none yet.

    Raises:
        RunError: the file was changed.
    """
    try:
        return tuple(Answered.model_validate_json(line) for line in file.read_bytes().splitlines())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        raise RunError(f"{str(file)!r} cannot be read: {error}; delete it and --resume") from error
