"""``xiaoer finetune check | plan | train | evaluate``: from rows to an adapter that may be served."""

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from finetune.data.preparing.command import prepare as prepare_rows
from finetune.data.stored.command import collect
from finetune.export.cli import export, merge
from finetune.inspection.cli import inspect
from finetune.options import ConfigArgument, JsonOption, PresetOption, SetOption, print_json
from finetune.presets.cli import presets
from finetune.progress import progress
from finetune.report.cli import report, write_report

if TYPE_CHECKING:
    from agent.generator.registry.gate import Gate
    from finetune.problems import Problem
    from finetune.training.plan import Plan
    from finetune.training.train import Trained
    from finetune.training.watching import Progress

app = typer.Typer(help="Train a LoRA adapter on a shop's conversations.", no_args_is_help=True)
app.command()(presets)
app.command()(inspect)
app.command()(report)
app.command("prepare")(prepare_rows)
app.command()(collect)
app.command()(merge)
app.command()(export)

_SHOWN = 50


@app.command()
def check(
    config: ConfigArgument, overrides: SetOption = None, preset: PresetOption = None, as_json: JsonOption = False
) -> None:
    """Read the rows and say what must not be learned; changes nothing."""
    from finetune.config import load_config
    from finetune.preparation import check as check_rows
    from finetune.problems import errors_of

    checked = check_rows(load_config(config, overrides or (), preset or ()))
    wrong = errors_of(checked.problems)
    if as_json:
        files = [{"path": str(file.path), "format": file.form, "rows": len(file.rows)} for file in checked.files]
        print_json({"files": files, "problems": _as_json(checked.problems)})
    else:
        for file in checked.files:
            kinds = Counter(row.kind for row in file.rows)
            told = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
            typer.echo(f"{file.path}: {file.form}, {len(file.rows)} rows ({told})")
        _print_problems(checked.problems)
        typer.echo(f"{len(wrong)} errors, {len(checked.problems) - len(wrong)} warnings in {checked.count} rows")
    if wrong:
        raise typer.Exit(1)


@app.command()
def plan(
    config: ConfigArgument, overrides: SetOption = None, preset: PresetOption = None, as_json: JsonOption = False
) -> None:
    """Say what a run would do, and which settings cannot work; changes nothing and fetches nothing."""
    from finetune.config import load_config
    from finetune.preparation import prepare
    from finetune.problems import errors_of
    from finetune.training.plan import make_plan

    made = make_plan(prepare(load_config(config, overrides or (), preset or ()), fetch=False))
    if as_json:
        print_json({**asdict(made), "total_steps": made.total_steps, "problems": _as_json(made.problems)})
    else:
        _print_plan(made)
    if errors_of(made.problems):
        raise typer.Exit(1)


@app.command()
def train(
    config: ConfigArgument,
    overrides: SetOption = None,
    preset: PresetOption = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the newest checkpoint.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Train an adapter."""
    from finetune.config import load_config
    from finetune.training.train import train as train_adapter

    settings = load_config(config, overrides or (), preset or ())
    with progress("training") as tell:

        def watch(now: "Progress") -> None:
            losses = now.losses
            stage = f"{now.stage}: " if now.stage else ""
            told = f"{stage}loss {_figure(losses.train)}, evaluation {_figure(losses.eval or losses.eval_before)}"
            tell(now.step, now.steps, told)

        done = train_adapter(settings, resume=resume, tell=watch)
    page = write_report(done.run.path, done.run.path)
    if as_json:
        cards = {"best": done.best, "last": done.last}
        print_json({name: card.model_dump(mode="json") if card else None for name, card in cards.items()})
    else:
        _print_trained(done)
        typer.echo(f"curve, and answers before and after: {page}")


@app.command()
def evaluate(
    config: ConfigArgument,
    overrides: SetOption = None,
    preset: PresetOption = None,
    adapter: Annotated[Path | None, typer.Option("--adapter", help="Its folder. Default: best/ of the run.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure an adapter beside the untuned base on the held-out rows, and say whether it may be served."""
    from finetune.config import load_config
    from finetune.gate.evaluate import evaluate as evaluate_adapter

    settings = load_config(config, overrides or (), preset or ())
    with progress("drafting") as tell:
        gate = evaluate_adapter(settings, adapter, tell)
    if as_json:
        print_json(gate.model_dump(mode="json"))
    else:
        _print_gate(gate)
    if gate.reasons:
        raise typer.Exit(1)


def _as_json(problems: "tuple[Problem, ...]") -> list[dict[str, Any]]:
    return [asdict(problem) for problem in problems]


def _print_problems(problems: "tuple[Problem, ...]") -> None:
    ranked = sorted(problems, key=lambda problem: problem.severity)
    for problem in ranked[:_SHOWN]:
        typer.echo(f"{problem.severity}: {problem}", err=True)
    if len(problems) > _SHOWN:
        typer.echo(f"and {len(problems) - _SHOWN} more; --json shows all", err=True)


def _print_plan(made: "Plan") -> None:
    table = Table(show_header=False, box=None)
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(made.kinds.items()))
    table.add_row(
        "rows", f"{made.train_rows} to train, {made.eval_rows} to evaluate, {made.left_out} left out ({kinds})"
    )
    table.add_row("questions", f"{made.clusters} clusters")
    for stage in made.stages:
        named = "" if len(made.stages) == 1 else f"stage {stage.name}: {stage.rows} rows, {stage.replayed} replayed; "
        steps = stage.steps
        table.add_row("steps", f"{named}{steps.total}, {steps.per_epoch} an epoch, {steps.warmup} of warm-up")
        if steps.kept:
            table.add_row(
                "kept", ", ".join(f"{' '.join(names)} (step {step})" for step, names in sorted(steps.kept.items()))
            )
        every = f"{steps.evaluations}, one each {steps.every} steps, and one before the first"
        table.add_row("evaluations", every if made.eval_rows else "none")
    if made.tokens and made.memory:
        table.add_row(
            "tokens",
            f"longest {made.tokens.longest}, mean {made.tokens.mean:.0f}, learned {made.tokens.learned} an epoch",
        )
        table.add_row("parameters", f"{made.base_parameters:,} of the base, {made.adapter_parameters:,} trained")
        parts = {"weights": made.memory.weights, "adapter": made.memory.adapter, "batch": made.memory.activations}
        told = ", ".join(f"{name} {size / 1e9:.2f}" for name, size in parts.items())
        table.add_row("memory", f"about {made.memory.total / 1e9:.2f} GB in {made.precision} ({told})")
    else:
        table.add_row("tokens", "not counted: the model is not on this machine; train fetches it")
    Console().print(table, highlight=False)
    _print_problems(made.problems)


def _print_trained(done: "Trained") -> None:
    table = Table("adapter", "step", "training loss", "evaluation before", "evaluation")
    for folder, card in ((done.run.best, done.best), (done.run.last, done.last)):
        if card is not None:
            losses = card.losses
            figures = (losses.train, losses.eval_before, losses.eval)
            table.add_row(str(folder), str(card.step), *map(_figure, figures))
    Console().print(table, highlight=False)


def _print_gate(gate: "Gate") -> None:
    table = Table("", "adapter", "19 times of 20", "untuned base", "limit", "on", "")
    for line in gate.lines:
        asked = "" if line.limit is None else "passes" if line.passes else "FAILS"
        said = "not measured" if line.adapter is None else asked
        between = "-" if line.low is None else f"{_figure(line.low)} to {_figure(line.high)}"
        table.add_row(
            line.measure, _figure(line.adapter), between, *map(_figure, (line.base, line.limit)), str(line.count), said
        )
    Console().print(table, highlight=False)
    for line in gate.lines:
        if line.signature:
            typer.echo(f"{line.measure}: {line.signature}")
    typer.echo("ship" if not gate.reasons else f"do not ship: {'; '.join(gate.reasons)}")


def _figure(loss: float | None) -> str:
    return "-" if loss is None else f"{loss:.4f}"
