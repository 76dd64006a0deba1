"""The record of a run: what its folder says, read for a report."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.generator.registry.gate import Gate, read_gate
from finetune.config import Config, load_config
from finetune.errors import RunError
from finetune.training.adapter import Card, read_card
from finetune.training.answers import Answered, read_answers
from finetune.training.run import RunFolder

Points = tuple[tuple[int, float], ...]
"""Step and loss, in the order of steps."""


@dataclass(frozen=True)
class StageLog:
    """The losses of one stage, by its own steps."""

    name: str
    train: Points
    evaluation: Points
    """Step 0: before the stage."""

    @property
    def steps(self) -> int:
        """The last step that is logged."""
        return max((step for step, _ in (*self.train, *self.evaluation)), default=0)


@dataclass(frozen=True)
class Record:
    """A run, finished or not."""

    folder: RunFolder
    config: Config
    plan: Mapping[str, Any]
    """As the run wrote it when it began."""
    stages: tuple[StageLog, ...]
    cards: Mapping[str, Card]
    """Of the adapters that it left so far, by name."""
    answers: tuple[Answered, ...]
    gate: Gate | None
    """Of its best adapter; None: not evaluated yet."""


def read_record(path: Path) -> Record:
    """Read a run.

    Args:
        path: its folder.

    Raises:
        RunError: it holds no run, or one that was changed.
        ConfigError: its configuration cannot be read.
    """
    folder = RunFolder(path)
    try:
        plan = json.loads(folder.plan.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(
            f"{str(path)!r} holds no run with a {folder.plan.name}; name the output folder of a run"
        ) from error
    config = load_config(path / "config.yaml")
    earlier = [(stage.name, folder.stage(stage.name)) for stage in config.stages[:-1]]
    last = config.stages[-1].name if config.stages else ""
    cards = {
        card.parent.name: read_card(card.parent)
        for card in sorted(path.glob("*/card.json"))
        if card.parent != folder.start
    }
    best = cards.get(folder.best.name)
    return Record(
        folder=folder,
        config=config,
        plan=plan,
        stages=tuple(_read_log(name, run.log) for name, run in (*earlier, (last, folder))),
        cards=cards,
        answers=read_answers(folder.answers) or read_answers(folder.baseline) or (),
        gate=read_gate(folder.best, best.adapter_sha256) if best else None,
    )


def _read_log(name: str, file: Path) -> StageLog:
    try:
        entries = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []
    except (OSError, ValueError) as error:
        raise RunError(
            f"the log {str(file)!r} cannot be read: {error}; --resume the run, which writes it anew"
        ) from error

    def points(key: str) -> Points:
        return tuple((int(entry["step"]), float(entry[key])) for entry in entries if key in entry)

    return StageLog(name, points("loss"), points("eval_loss"))
