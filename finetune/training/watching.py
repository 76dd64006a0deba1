"""Watching a run: when it evaluates, saves and logs, and when it has gone wrong."""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from finetune.errors import Diverged
from finetune.training.adapter import Losses
from finetune.training.plan import Steps

_LOGGED = ("step", "epoch", "loss", "eval_loss", "learning_rate", "grad_norm")


@dataclass(frozen=True)
class Progress:
    """How far a run is."""

    step: int
    steps: int
    losses: Losses
    stage: str = ""
    """Which stage it is in."""


def is_out_of_patience(history: list[dict[str, Any]], patience: int | None) -> bool:
    """Whether so many evaluations were no better than the best before them that the run ends.

    Args:
        history: the trainer's.
        patience: so many; None: it never ends early.
    """
    losses = [entry["eval_loss"] for entry in history if "eval_loss" in entry and entry["step"] > 0]
    return patience is not None and bool(losses) and len(losses) - 1 - losses.index(min(losses)) >= patience


def losses_of(history: list[dict[str, Any]]) -> Losses:
    """Read the losses out of a trainer's history."""
    train = [entry["loss"] for entry in history if "loss" in entry]
    evals = [(entry["step"], entry["eval_loss"]) for entry in history if "eval_loss" in entry]
    after = [loss for step, loss in evals if step > 0]
    return Losses(
        train_first=train[0] if train else None,
        train=train[-1] if train else None,
        eval_before=next((loss for step, loss in evals if step == 0), None),
        eval=after[-1] if after else None,
    )


class Watcher(TrainerCallback):  # type: ignore[misc]  # transformers brings no types
    """Keeps the log, the best adapter and the caller informed.

    Args:
        steps: when it evaluates, leaves a checkpoint and keeps an adapter.
        log: the file of the log; written anew from the history when a run is resumed, so that no step stands twice.
        keep: called with a name, step and losses when an adapter is to be kept: ``best`` so far on the evaluation rows, or
            a step or epoch that the settings name.
        patience: evaluations without a better one after which the run ends; None: it never ends early.
        tell: called after each step.
    """

    def __init__(
        self,
        steps: Steps,
        log: Path,
        keep: Callable[[str, int, Losses], object],
        patience: int | None,
        tell: Callable[[Progress], None] | None,
    ) -> None:
        self._steps = steps
        self._log = log
        self._keep = keep
        self._patience = patience
        self._tell = tell

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Write the log as far as the history goes."""
        self._log.write_text("".join(map(_line, state.log_history)), encoding="utf-8")

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Set what is due; a line of the log stands at each checkpoint, so that a resumed run logs the same."""
        if self._steps.is_due(state.global_step):
            control.should_log = control.should_save = True
            control.should_evaluate = control.should_evaluate or args.eval_strategy != "no"
        self._report(state)

    def on_log(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Add a line to the log; stop a run whose loss is no number."""
        entry = state.log_history[-1]
        for name in ("loss", "eval_loss"):
            if name in entry and not math.isfinite(entry[name]):
                raise Diverged(state.global_step, entry[name])
        with self._log.open("a", encoding="utf-8") as stream:
            stream.write(_line(entry))
        if args.eval_strategy == "no" and "loss" in entry:
            self._keep_named(state)

    def on_evaluate(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Keep the adapter if none before was as good, or if the settings name this step; end a run that gets no better."""
        evals = [entry["eval_loss"] for entry in state.log_history if "eval_loss" in entry and entry["step"] > 0]
        if evals and all(evals[-1] < loss for loss in evals[:-1]):
            self._keep("best", state.global_step, losses_of(state.log_history))
        self._keep_named(state)
        if is_out_of_patience(state.log_history, self._patience):
            control.should_training_stop = True
        self._report(state)

    def _keep_named(self, state: Any) -> None:
        for name in self._steps.kept.get(state.global_step, ()):
            self._keep(name, state.global_step, losses_of(state.log_history))

    def _report(self, state: Any) -> None:
        if self._tell:
            self._tell(Progress(state.global_step, state.max_steps, losses_of(state.log_history)))


def _line(entry: dict[str, Any]) -> str:
    kept = {name: entry[name] for name in _LOGGED if name in entry}
    return f"{json.dumps(kept)}\n" if "loss" in kept or "eval_loss" in kept else ""
