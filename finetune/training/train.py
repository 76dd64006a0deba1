"""Training: rows to an adapter, stage by stage, with the untuned base's answers captured first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.generator.digest import hash_base, hash_file
from agent.generator.weights import Weights
from agent.prompt import PROMPT_VERSION
from finetune.config import Config, Precision
from finetune.data.encode import EncodedRow
from finetune.errors import CannotWork, ModelError
from finetune.preparation import Prepared, hash_rows, prepare
from finetune.problems import errors_of
from finetune.training.adapter import BaseEntry, Card, DataEntry, package_versions, read_card
from finetune.training.answers import Answered, answer_rows, pick_rows, read_answers, write_answers
from finetune.training.base import choose_precision, load_base, load_tokenizer
from finetune.training.batch import padding_of
from finetune.training.lora import add_lora, load_adapter
from finetune.training.plan import Plan, make_plan
from finetune.training.quantized import load_quantized
from finetune.training.run import Origin, RunFolder
from finetune.training.stages import stages_of
from finetune.training.start import Start, copy_start, find_start

if TYPE_CHECKING:
    from finetune.training.fit import Stage
    from finetune.training.watching import Progress

Tell = Callable[["Progress"], None]


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
    start: Start | None
    run: RunFolder
    precision: Precision
    folder: Path
    """Of the base model."""
    train: Sequence[EncodedRow]
    evaluation: Sequence[EncodedRow]


def train(config: Config, *, resume: bool = False, tell: Tell | None = None) -> Trained:
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
        RunError: the output folder is taken, there is nothing to resume, or the adapter to start from does not fit.
        BadAdapter: the adapter to start from is damaged or for another base.
        Diverged: the loss became no number.
    """
    from transformers import set_seed

    from finetune.training.fit import fit

    job = _open(prepare(config, fetch=True), resume=resume)
    weights = _load(job)
    _answer_before(job, weights)
    set_seed(config.seed)
    model = add_lora(weights.model, config)
    if job.start is not None:
        load_adapter(model, job.run.start)
    done, last = 0, None
    for stage in _stages(job):
        last = fit(stage, model, padding_of(weights.tokenizer), resume=resume, tell=_telling(tell, stage, job, done))
        # What follows, be it a stage or the answers, is asked of the adapter that would be served.
        load_adapter(model, stage.folder.best if job.evaluation else stage.folder.last)
        done += stage.plan.steps.total
    _answer_after(job, replace(weights, model=model))
    return Trained(
        job.run, job.plan, read_card(job.run.best) if job.evaluation else None, last or read_card(job.run.last)
    )


def _open(prepared: Prepared, *, resume: bool) -> _Job:
    config, plan = prepared.config, make_plan(prepared)
    wrong = errors_of(plan.problems)
    if wrong:
        raise CannotWork(wrong)
    if prepared.folder is None or prepared.train is None or prepared.evaluation is None:
        raise ModelError(f"model {config.model!r} is not on this machine; give a local folder")
    run, base_hash = RunFolder(config.output), hash_base(prepared.folder)
    start = find_start(config, base_hash, run.start if resume else None)
    origin = Origin(
        base_hash,
        hash_rows(prepared.train),
        hash_rows(prepared.evaluation),
        PROMPT_VERSION,
        start.card.adapter_sha256 if start else None,
    )
    if resume:
        run.check(config, origin)
    else:
        run.begin(config, origin, asdict(plan))
    if start is not None and not run.start.is_dir():
        copy_start(start, run.start)
    return _Job(
        config=config,
        prepared=prepared,
        plan=plan,
        origin=origin,
        start=start,
        run=run,
        precision=choose_precision(config.precision),
        folder=prepared.folder,
        train=prepared.train.rows,
        evaluation=prepared.evaluation.rows,
    )


def _load(job: _Job) -> Weights:
    if job.config.quantization is None:
        return load_base(job.folder, job.precision)
    return load_quantized(job.folder, load_tokenizer(job.folder))


def _stages(job: _Job) -> "Iterator[Stage]":
    from finetune.training.fit import Stage

    rows = stages_of(job.config, job.prepared.checked.files, job.train, lambda encoded: encoded.row)
    facts = _facts(job)
    for number, (stage, plan) in enumerate(zip(rows, job.plan.stages, strict=True), start=1):
        gone_through = tuple(one.name for one in rows[:number]) if job.config.stages else ()
        yield Stage(
            plan=plan,
            folder=job.run if number == len(rows) else job.run.stage(stage.name),
            config=job.config,
            precision=job.precision,
            train=stage.pick(job.train),
            evaluation=job.evaluation,
            facts={
                **facts,
                "stages": gone_through,
                "steps": plan.steps.total,
                "train_rows": stage.count,
            },
        )


def _telling(tell: Tell | None, stage: "Stage", job: _Job, done: int) -> Tell | None:
    """Count the steps of all stages."""
    if tell is None:
        return None
    name = stage.plan.name if job.config.stages else ""
    return lambda one: tell(replace(one, step=one.step + done, steps=job.plan.total_steps, stage=name))


def _answer_before(job: _Job, base: Weights) -> None:
    """Ask the untuned base, once for a run."""
    if read_answers(job.run.baseline) is not None:
        return
    rows = pick_rows(job.evaluation, job.config.baseline)
    said = answer_rows(base, rows, job.config.gate.max_tokens)
    answers = [
        Answered(question=row.question, wanted=row.said, base=text) for row, text in zip(rows, said, strict=True)
    ]
    write_answers(job.run.baseline, answers)


def _answer_after(job: _Job, tuned: Weights) -> None:
    """Ask the adapter the same."""
    before = read_answers(job.run.baseline) or ()
    rows = pick_rows(job.evaluation, len(before))
    said = answer_rows(tuned, rows, job.config.gate.max_tokens)
    after = [one.model_copy(update={"tuned": text}) for one, text in zip(before, said, strict=True)]
    write_answers(job.run.answers, after)


def _facts(job: _Job) -> dict[str, Any]:
    """What every card of the run says."""
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
        "eval_rows": len(job.evaluation),
        "lora": job.config.lora,
        "start": job.start.entry if job.start else None,
        "seed": job.config.seed,
        "precision": job.precision,
        "quantization": job.config.quantization,
        "packages": package_versions(),
        "created_at": datetime.now(UTC),
    }
