"""Training: rows to an adapter, with the Trainer of transformers and the LoRA of PEFT."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.generator.digest import hash_base, hash_file
from agent.prompt import IGNORED, PROMPT_VERSION
from finetune.config import TARGET_MODULES, Config, Precision
from finetune.data.encode import EncodedRow
from finetune.errors import CannotWork, ModelError
from finetune.preparation import Prepared, hash_rows, prepare
from finetune.problems import errors_of
from finetune.training.adapter import BaseEntry, Card, DataEntry, Losses, package_versions, read_card, save_adapter
from finetune.training.base import choose_precision, load_base
from finetune.training.plan import Plan, make_plan
from finetune.training.run import Origin, RunFolder

if TYPE_CHECKING:
    from finetune.training.watching import Progress


@dataclass(frozen=True)
class Trained:
    """What a run leaves."""

    run: RunFolder
    plan: Plan
    best: Card | None
    """None: there were no evaluation rows."""
    last: Card


@dataclass(frozen=True)
class _Job:
    """A run that may begin."""

    config: Config
    prepared: Prepared
    plan: Plan
    origin: Origin
    run: RunFolder
    precision: Precision
    train: Sequence[EncodedRow]
    evaluation: Sequence[EncodedRow]
    checkpoint: Path | None = None


def train(config: Config, *, resume: bool = False, tell: "Callable[[Progress], None] | None" = None) -> Trained:
    """Train an adapter.

    Args:
        config: the run.
        resume: go on from the newest checkpoint in the output folder.
        tell: called after each step.

    Returns:
        The cards of the best and the last adapter; both lie in the output folder and can be served.

    Raises:
        DataError: rows cannot be read, or must not be learned.
        CannotWork: the plan says so.
        ModelError: the base model cannot be used, or does not fit into memory.
        MaskError: a row's labels are not its answer and its end token.
        RunError: the output folder is taken, or there is nothing to resume.
        Diverged: the loss became no number.
    """
    job = _open(prepare(config, fetch=True))
    if resume:
        job = replace(job, checkpoint=job.run.resume(config, job.origin))
    else:
        job.run.begin(config, job.origin)
    last = _fit(job, tell)
    return Trained(job.run, job.plan, read_card(job.run.best) if job.evaluation else None, last)


def _open(prepared: Prepared) -> _Job:
    plan = make_plan(prepared)
    wrong = errors_of(plan.problems)
    if wrong:
        raise CannotWork(wrong)
    if prepared.folder is None or prepared.train is None or prepared.evaluation is None:
        raise ModelError(f"model {prepared.config.model!r} is not on this machine; give a local folder")
    return _Job(
        config=prepared.config,
        prepared=prepared,
        plan=plan,
        origin=Origin(
            hash_base(prepared.folder), hash_rows(prepared.train), hash_rows(prepared.evaluation), PROMPT_VERSION
        ),
        run=RunFolder(prepared.config.output),
        precision=choose_precision(prepared.config.precision),
        train=prepared.train.rows,
        evaluation=prepared.evaluation.rows,
    )


def _fit(job: _Job, tell: "Callable[[Progress], None] | None") -> Card:
    import torch
    from transformers import PrinterCallback, Trainer, set_seed

    from finetune.training.watching import Watcher, losses_of

    weights = load_base(_folder(job), job.precision)
    set_seed(job.config.seed)
    model = add_lora(weights.model, job.config)
    facts = _facts(job)

    def keep(step: int, losses: Losses) -> Card:
        return save_adapter(model, job.run.best, {**facts, "step": step, "losses": losses})

    trainer = Trainer(
        model=model,
        args=_arguments(job),
        train_dataset=list(job.train),
        eval_dataset=list(job.evaluation) or None,
        data_collator=Collator(_padding(weights.tokenizer)),
        callbacks=[Watcher(job.plan.steps.every, job.run.log, keep, tell)],
    )
    trainer.remove_callback(PrinterCallback)
    try:
        trainer.train(resume_from_checkpoint=str(job.checkpoint) if job.checkpoint else None)
    except torch.OutOfMemoryError as error:
        raise ModelError(f"the run does not fit into memory: {error}; lower batch_size, raise accumulation") from error
    state = trainer.state
    return save_adapter(
        model, job.run.last, {**facts, "step": state.global_step, "losses": losses_of(state.log_history)}
    )


def add_lora(model: Any, config: Config) -> Any:
    """Put an adapter on a base model; the base's own weights are frozen.

    Args:
        model: the base model.
        config: the run.
    """
    from peft import LoraConfig, get_peft_model

    lora = LoraConfig(
        r=config.lora.rank,
        lora_alpha=config.lora.alpha,
        lora_dropout=config.lora.dropout,
        target_modules=list(TARGET_MODULES[config.lora.targets]),
        bias="none",
        task_type="CAUSAL_LM",
    )
    with warnings.catch_warnings():
        # peft 0.21 asks transformers for an attribute under its former name; nothing here depends on it.
        warnings.filterwarnings("ignore", message=".*is_gradient_checkpointing.*", category=FutureWarning)
        return get_peft_model(model, lora)


@dataclass(frozen=True)
class Collator:
    """Joins rows to a batch, padded on the right to the longest."""

    padding: int
    """Any token's id: what is padded is neither attended to nor learned."""

    def __call__(self, rows: Sequence[EncodedRow]) -> Mapping[str, Any]:
        """Join rows.

        Returns:
            ``input_ids``, ``attention_mask`` and ``labels``, each (rows, longest).
        """
        import torch

        longest = max(row.tokens for row in rows)

        def pad(values: Sequence[int], filler: int) -> list[int]:
            return [*values, *[filler] * (longest - len(values))]

        encoded = [row.encoded for row in rows]
        return {
            "input_ids": torch.tensor([pad(row.input_ids, self.padding) for row in encoded]),  # (rows, longest)
            "attention_mask": torch.tensor([pad([1] * len(row.input_ids), 0) for row in encoded]),  # (rows, longest)
            "labels": torch.tensor([pad(row.labels, IGNORED) for row in encoded]),  # (rows, longest)
        }


def _arguments(job: _Job) -> Any:
    import torch
    from transformers import TrainingArguments

    config, steps = job.config, job.plan.steps
    arguments = TrainingArguments(
        output_dir=str(job.run.checkpoints),
        num_train_epochs=config.epochs,
        per_device_train_batch_size=config.batch_size,
        per_device_eval_batch_size=config.batch_size,
        gradient_accumulation_steps=config.accumulation,
        learning_rate=config.learning_rate,
        warmup_steps=steps.warmup,
        lr_scheduler_type="cosine",
        optim="adamw_torch",
        seed=config.seed,
        data_seed=config.seed,
        bf16=job.precision == "bf16",
        use_cpu=not torch.cuda.is_available(),
        logging_steps=config.log_every,
        logging_nan_inf_filter=False,
        eval_strategy="steps" if job.evaluation else "no",
        eval_steps=steps.every,
        eval_on_start=bool(job.evaluation) and job.checkpoint is None,
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


def _facts(job: _Job) -> dict[str, Any]:
    """What a card says beside step, losses and the hash of the weights."""
    from datetime import UTC, datetime

    model = job.config.model
    name = Path(model).resolve().name if Path(model).is_dir() else model
    return {
        "base": BaseEntry(name=name, sha256=job.origin.base_hash, parameters=job.plan.base_parameters or 0),
        "prompt_version": PROMPT_VERSION,
        "data": tuple(
            DataEntry(name=file.path.name, format=file.form, sha256=hash_file(file.path), rows=len(file.rows))
            for file in job.prepared.checked.files
        ),
        "train_sha256": job.origin.train_hash,
        "eval_sha256": job.origin.eval_hash,
        "train_rows": len(job.train),
        "eval_rows": len(job.evaluation),
        "lora": job.config.lora,
        "seed": job.config.seed,
        "precision": job.precision,
        "steps": job.plan.steps.total,
        "packages": package_versions(),
        "created_at": datetime.now(UTC),
    }


def _padding(tokenizer: Any) -> int:
    return next((id_ for id_ in (tokenizer.pad_token_id, tokenizer.eos_token_id) if id_ is not None), 0)


def _folder(job: _Job) -> Path:
    if job.prepared.folder is None:
        raise ModelError(f"model {job.config.model!r} is not on this machine; give a local folder")
    return job.prepared.folder
