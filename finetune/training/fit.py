"""One stage of a run: the Trainer of transformers over its rows, with checkpoints to go on from."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transformers import PrinterCallback, Trainer, TrainingArguments

from finetune.config import Config, Precision
from finetune.data.encode import EncodedRow
from finetune.errors import ModelError
from finetune.training.adapter import Card, Losses, read_card, save_adapter
from finetune.training.batch import Collator
from finetune.training.lora import load_adapter
from finetune.training.plan import StagePlan
from finetune.training.run import RunFolder
from finetune.training.watching import Progress, Watcher, is_out_of_patience, losses_of


@dataclass(frozen=True)
class Stage:
    """What one stage learns, and where it leaves it."""

    plan: StagePlan
    folder: RunFolder
    config: Config
    precision: Precision
    train: Sequence[EncodedRow]
    evaluation: Sequence[EncodedRow]
    facts: Mapping[str, Any]
    """What its cards say beside step, losses and the hash of the weights."""


def fit(
    stage: Stage, model: Any, padding: int, *, resume: bool, tell: Callable[[Progress], None] | None = None
) -> Card:
    """Train the adapter on a model for one stage.

    Args:
        stage: the stage.
        model: the PEFT model; the adapter has the numbers that the stage begins with.
        padding: any token's id.
        resume: go on where a broken run stopped: a stage that is done is not trained again.
        tell: called after each step.

    Returns:
        The card of the last adapter.

    Raises:
        ModelError: it does not fit into memory.
        Diverged: the loss became no number.
        RunError: an adapter cannot be written, or a former one cannot be read.
    """
    if resume and stage.folder.last.is_dir():
        return read_card(stage.folder.last)
    checkpoint = stage.folder.newest_checkpoint() if resume else None
    done = _history(checkpoint) if checkpoint else []
    if checkpoint and is_out_of_patience(done, stage.config.patience):
        load_adapter(model, checkpoint)
        step = max(entry["step"] for entry in done)
    else:
        step, done = _train(stage, model, padding, checkpoint, tell)
    return _save(stage, model, "last", step, losses_of(done))


def _train(
    stage: Stage, model: Any, padding: int, checkpoint: Path | None, tell: Callable[[Progress], None] | None
) -> tuple[int, list[dict[str, Any]]]:
    import torch

    stage.folder.path.mkdir(parents=True, exist_ok=True)
    steps, log, patience = stage.plan.steps, stage.folder.log, stage.config.patience

    def keep(name: str, step: int, losses: Losses) -> Card:
        return _save(stage, model, name, step, losses)

    trainer = Trainer(
        model=model,
        args=_arguments(stage, is_resumed=checkpoint is not None),
        train_dataset=list(stage.train),
        eval_dataset=list(stage.evaluation) or None,
        data_collator=Collator(padding),
        callbacks=[Watcher(steps, log, keep, patience, tell)],
    )
    trainer.remove_callback(PrinterCallback)
    try:
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    except torch.OutOfMemoryError as error:
        raise ModelError(
            f"the run does not fit into memory: {error}; lower batch_size and raise accumulation, or set gradient_checkpointing"
        ) from error
    return trainer.state.global_step, trainer.state.log_history


def _save(stage: Stage, model: Any, name: str, step: int, losses: Losses) -> Card:
    return save_adapter(model, stage.folder.path / name, {**stage.facts, "step": step, "losses": losses})


def _history(checkpoint: Path) -> list[dict[str, Any]]:
    state = json.loads((checkpoint / "trainer_state.json").read_text(encoding="utf-8"))
    return list(state["log_history"])


def _arguments(stage: Stage, *, is_resumed: bool) -> TrainingArguments:
    import torch

    config, steps = stage.config, stage.plan.steps
    arguments = TrainingArguments(
        output_dir=str(stage.folder.checkpoints),
        num_train_epochs=stage.plan.epochs,
        per_device_train_batch_size=config.batch_size,
        per_device_eval_batch_size=config.batch_size,
        gradient_accumulation_steps=config.accumulation,
        activation_checkpointing=config.gradient_checkpointing,
        activation_checkpointing_kwargs={"use_reentrant": False},
        learning_rate=stage.plan.learning_rate,
        warmup_steps=steps.warmup,
        lr_scheduler_type="cosine",
        optim="adamw_torch",
        seed=config.seed,
        data_seed=config.seed,
        bf16=stage.precision == "bf16",
        use_cpu=not torch.cuda.is_available(),
        logging_steps=config.log_every,
        logging_nan_inf_filter=False,
        eval_strategy="steps" if stage.evaluation else "no",
        eval_steps=steps.every,
        eval_on_start=bool(stage.evaluation) and not is_resumed,
        prediction_loss_only=True,
        save_strategy="steps",
        save_steps=steps.every,
        save_total_limit=config.keep_checkpoints,
        remove_unused_columns=False,
        dataloader_pin_memory=torch.cuda.is_available(),
        report_to="none",
        disable_tqdm=True,
    )
    # One device: the trainer would otherwise split each batch over every GPU it sees, and the plan's steps would be wrong.
    arguments._n_gpu = min(arguments.n_gpu, 1)
    return arguments
