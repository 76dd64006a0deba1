"""The plan: what a run would do, and what of it cannot work, before it starts."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from finetune.config import TARGET_MODULES, Config, KeptAt, Precision
from finetune.preparation import Prepared
from finetune.problems import Problem
from finetune.training.base import BaseShape, choose_precision, read_shape
from finetune.training.memory import Memory, adapter_parameters, estimate_memory, machine_memory
from finetune.training.quantized import missing_for
from finetune.training.stages import StageRows, stages_of

_FEW_STEPS = 20


@dataclass(frozen=True)
class Steps:
    """How the rows of a run become optimizer steps."""

    per_epoch: int
    total: int
    warmup: int
    every: int
    """Steps between evaluations, each with a checkpoint."""
    kept: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Steps at which the adapter is kept, with the names it gets."""

    @property
    def evaluations(self) -> int:
        """How many there are after the start: each `every` steps, where an adapter is kept, and at the end."""
        return sum(self.is_due(step) for step in range(1, self.total + 1))

    def is_due(self, step: int) -> bool:
        """Whether the run evaluates and leaves a checkpoint after this step."""
        return step % self.every == 0 or step in self.kept or step == self.total


@dataclass(frozen=True)
class StagePlan:
    """What one stage would do."""

    name: str
    rows: int
    replayed: int
    """Of its rows: those of the stages before."""
    epochs: int
    learning_rate: float
    steps: Steps


@dataclass(frozen=True)
class Tokens:
    """How long the training rows are."""

    longest: int
    mean: float
    learned: int
    """Tokens under the loss in one epoch."""


@dataclass(frozen=True)
class Plan:
    """What a run would do."""

    train_rows: int
    eval_rows: int
    left_out: int
    """Rows that are too long."""
    clusters: int
    kinds: Mapping[str, int]
    """Rows of each kind."""
    stages: tuple[StagePlan, ...]
    """In their order; a run without stages is one."""
    tokens: Tokens | None
    """None: the base model is not on this machine, so nothing is counted."""
    base_parameters: int | None
    adapter_parameters: int | None
    precision: Precision | None
    memory: Memory | None
    problems: tuple[Problem, ...]
    """Errors: the run would not do what is asked."""

    @property
    def steps(self) -> Steps:
        """Those of the last stage, which leaves the adapter."""
        return self.stages[-1].steps

    @property
    def total_steps(self) -> int:
        """Of all stages."""
        return sum(stage.steps.total for stage in self.stages)


def count_steps(rows: int, config: Config, epochs: int | None = None) -> Steps:
    """Count the steps that the trainer takes.

    Args:
        rows: training rows of an epoch.
        config: the run.
        epochs: of the stage; None: as the configuration says.
    """
    per_epoch = math.ceil(math.ceil(rows / config.batch_size) / config.accumulation)
    total = per_epoch * (epochs or config.epochs)
    warmup = int(config.warmup) if config.warmup >= 1 else math.ceil(total * config.warmup)
    kept: dict[int, tuple[str, ...]] = {}
    for step, name in _kept(config.keep, per_epoch):
        if step <= total:
            kept[step] = (*kept.get(step, ()), name)
    return Steps(per_epoch, total, warmup, config.evaluate_every or max(per_epoch, 1), kept)


def _kept(keep: Sequence[KeptAt], per_epoch: int) -> Iterator[tuple[int, str]]:
    """Steps after which an adapter is kept, and its name."""
    for at in keep:
        if isinstance(at, int):
            yield at, f"step-{at}"
        else:
            yield per_epoch * int(at.removeprefix("epoch-")), at


def make_plan(prepared: Prepared) -> Plan:
    """Say what a run would do.

    Raises:
        ModelError: the base model cannot be read, or the machine lacks the precision.
    """
    config = prepared.config
    train, evaluation = prepared.train, prepared.evaluation
    train_rows = len(train.rows) if train else len(prepared.split.train)
    eval_rows = len(evaluation.rows) if evaluation else len(prepared.split.evaluation)
    stages = tuple(_plan_stage(stage, config) for stage in _stage_rows(prepared))
    long = (*(train.too_long if train else ()), *(evaluation.too_long if evaluation else ()))
    problems = [*prepared.notes, *long, *_check_rows(config, train_rows, eval_rows), *_check_stages(config, stages)]
    problems += [_error(missing) for missing in missing_for(config.quantization)]
    shape, tokens, memory, precision = None, _tokens(prepared), None, None
    if prepared.folder is not None and tokens is not None:
        shape, precision = read_shape(prepared.folder), choose_precision(config.precision)
        size, on_gpu = machine_memory()
        memory = estimate_memory(shape, config, precision, tokens.longest, on_gpu=on_gpu)
        problems += [*_check_model(config, shape, tokens), *_check_memory(memory, size)]
    return Plan(
        train_rows=train_rows,
        eval_rows=eval_rows,
        left_out=len(long),
        clusters=prepared.split.clusters,
        kinds=dict(Counter(row.kind for row in (*prepared.split.train, *prepared.split.evaluation))),
        stages=stages,
        tokens=tokens,
        base_parameters=shape.parameters if shape else None,
        adapter_parameters=adapter_parameters(shape, config) if shape else None,
        precision=precision,
        memory=memory,
        problems=tuple(problems),
    )


def _stage_rows(prepared: Prepared) -> tuple[StageRows, ...]:
    files = prepared.checked.files
    if prepared.train is None:
        return stages_of(prepared.config, files, prepared.split.train, lambda row: row)
    return stages_of(prepared.config, files, prepared.train.rows, lambda encoded: encoded.row)


def _plan_stage(stage: StageRows, config: Config) -> StagePlan:
    steps = count_steps(stage.count, config, stage.epochs)
    return StagePlan(stage.name, stage.count, len(stage.replayed), stage.epochs, stage.learning_rate, steps)


def _tokens(prepared: Prepared) -> Tokens | None:
    rows = (
        *(prepared.train.rows if prepared.train else ()),
        *(prepared.evaluation.rows if prepared.evaluation else ()),
    )
    if not prepared.train or not rows:
        return None
    lengths = [row.tokens for row in rows]
    return Tokens(max(lengths), sum(lengths) / len(lengths), sum(row.learned for row in prepared.train.rows))


def _error(message: str) -> Problem:
    return Problem("setting", "error", None, message)


def _warning(message: str) -> Problem:
    return Problem("setting", "warning", None, message)


def _check_rows(config: Config, train_rows: int, eval_rows: int) -> Iterator[Problem]:
    if not train_rows:
        yield _error("no row is left to train on; add rows, or raise max_tokens")
    if config.eval_share > 0 and not eval_rows:
        yield _error(
            f"eval_share is {config.eval_share:g} and no row is left for evaluation, for all ask the same or are too long; "
            "add other questions, or set eval_share to 0"
        )
    if config.batch_size > train_rows > 0:
        yield _warning(f"batch_size is {config.batch_size} and there are {train_rows} training rows; lower it")


def _check_stages(config: Config, stages: Sequence[StagePlan]) -> Iterator[Problem]:
    for stage in stages:
        of = f"stage {stage.name}: " if config.stages else ""
        if config.stages and not stage.rows:
            yield _error(f"{of}no row is left to train on; add rows to its data")
        yield from _check_steps(config, stage.steps, of)
    names = {name for stage in stages for kept in stage.steps.kept.values() for name in kept}
    lost = [name for _, name in _kept(config.keep, 1) if name not in names]
    if lost and stages[-1].steps.total:
        yield _error(
            f"keep asks for {', '.join(lost)} and the run has {stages[-1].steps.total} steps; name earlier ones"
        )
    if config.patience and config.eval_share == 0:
        yield _error(
            f"patience is {config.patience} and eval_share is 0, so nothing is evaluated; set one of them otherwise"
        )


def _check_steps(config: Config, steps: Steps, of: str) -> Iterator[Problem]:
    if config.evaluate_every and config.evaluate_every > steps.total > 0:
        yield _error(
            f"{of}evaluate_every is {config.evaluate_every} and there are {steps.total} steps in all, so that evaluation never "
            f"happens; set it to {max(1, steps.total // 4)} or leave it out"
        )
    if steps.warmup >= steps.total > 0:
        yield _error(
            f"{of}warmup takes {steps.warmup} of {steps.total} steps, so the learning rate never falls; lower warmup, or raise "
            "epochs"
        )
    if config.patience and config.patience >= steps.evaluations > 0:
        yield _warning(
            f"{of}patience is {config.patience} and there are {steps.evaluations} evaluations, so it never ends early; lower it"
        )
    if 0 < steps.total < _FEW_STEPS:
        yield _warning(
            f"{of}{steps.total} steps in all teach little; lower batch_size or accumulation, or raise epochs"
        )


def _check_model(config: Config, shape: BaseShape, tokens: Tokens) -> Iterator[Problem]:
    layers = shape.targets(TARGET_MODULES[config.lora.targets])
    if not layers:
        names = ", ".join(TARGET_MODULES[config.lora.targets])
        yield _error(f"the model has no layers named {names}; use a Qwen2.5 or Qwen3 model, or other lora.targets")
    elif config.lora.rank > min(map(min, layers)):
        smallest = min(map(min, layers))
        yield _error(f"lora.rank is {config.lora.rank} and the smallest layer is {smallest} wide; lower the rank")
    room = shape.size_of("max_position_embeddings")
    if room and tokens.longest > room:
        yield _error(
            f"the longest row has {tokens.longest} tokens and the model takes {room}; set max_tokens to {room}"
        )


def _check_memory(memory: Memory, size: int) -> Iterator[Problem]:
    if memory.total > size:
        yield _warning(
            f"about {memory.total / 1e9:.1f} GB are needed and the device has {size / 1e9:.1f} GB; lower batch_size and raise "
            "accumulation, shorten rows, or use a smaller model"
        )
