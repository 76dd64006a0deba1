"""Adapters and training runs on disk, as far as they can be shown: nothing is loaded, nothing is run."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from agent.generator.card import CARD, WEIGHTS, Card
from agent.generator.digest import hash_file
from agent.prompt import PROMPT_VERSION

LOG = "log.jsonl"
MOST_RUNS = 50
"""The newest so many runs are shown."""

Problem = Literal["absent", "no_card", "other_weights", "other_prompt"]
"""``other_weights``: not those that the card was written for; ``other_prompt``: trained on another prompt than this server writes."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Adapter(_Part):
    """One adapter."""

    name: str
    """Its folder."""
    card: Card | None
    problems: list[Problem]
    """Empty: the weights are those of the card, and it was trained on the prompt that this server writes."""


class Logged(_Part):
    """One line of a run's log."""

    step: int
    loss: float | None = None
    eval_loss: float | None = None
    learning_rate: float | None = None


class TrainingRun(_Part):
    """One training run."""

    name: str
    at: AwareDatetime
    """When its log was last written."""
    log: list[Logged]
    adapters: list[Adapter] = Field(description="`best` and `last`, as far as they are there.")


def read_adapter(folder: Path) -> Adapter:
    """Look at an adapter's card, and whether its weights are those that the card was written for.

    Args:
        folder: of the adapter.
    """
    name = f"{folder.parent.name}/{folder.name}" if folder.name in ("best", "last") else folder.name
    weights = folder / WEIGHTS
    if not weights.is_file():
        return Adapter(name=name, card=None, problems=["absent"])
    try:
        card = Card.model_validate_json((folder / CARD).read_bytes())
    except (OSError, ValidationError):
        return Adapter(name=name, card=None, problems=["no_card"])
    return Adapter(name=name, card=card, problems=list(_problems(card, weights)))


def read_runs(folder: Path) -> list[TrainingRun]:
    """The training runs of a folder, the newest first; what is none is left out.

    Args:
        folder: holds one folder for each run.
    """
    logs = {log: log.stat().st_mtime for log in folder.glob(f"*/{LOG}")}
    newest = sorted(logs, key=lambda log: -logs[log])[:MOST_RUNS]
    return [
        TrainingRun(
            name=log.parent.name,
            at=datetime.fromtimestamp(logs[log], UTC),
            log=list(_lines(log)),
            adapters=[read_adapter(log.parent / name) for name in ("best", "last") if (log.parent / name).is_dir()],
        )
        for log in newest
    ]


def _problems(card: Card, weights: Path) -> Iterator[Problem]:
    found = weights.stat()
    if _sha256(weights, found.st_mtime_ns, found.st_size) != card.adapter_sha256:
        yield "other_weights"
    if card.prompt_version != PROMPT_VERSION:
        yield "other_prompt"


@lru_cache(maxsize=64)
def _sha256(file: Path, changed_ns: int, size: int) -> str:
    """The hash of a file as it was then; large ones are read once."""
    return hash_file(file)


def _lines(log: Path) -> Iterator[Logged]:
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            told: Any = json.loads(line)
            yield Logged.model_validate(told)
        except ValueError:
            continue  # the last line of a run that is being written
