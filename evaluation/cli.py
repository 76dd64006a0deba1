"""``xiaoer replay``: play conversations and say how well the agent did."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from evaluation.play.setup import Order
    from evaluation.records import History, Run
    from evaluation.simulator.openai_customer import Speaker

app = typer.Typer(help="Play transcripts and tasks, and score every turn.")

STOPPED = 130
"""Exit status after Ctrl-C."""


Paths = Annotated[
    list[Path] | None, typer.Argument(help="Files of cases, folders or packs; none: the pack's own transcripts.")
]
Url = Annotated[
    str | None, typer.Option(help="Play against this server, started with --replay-clock; default: in process.")
]
Baseline = Annotated[
    Path | None, typer.Option(help="An earlier run (what --out wrote): say what changed, where, and how surely.")
]
Memory = Annotated[
    str,
    typer.Option(help="own: the agent lives with its own replies; recorded: each turn follows what was really said."),
]
Voice = Annotated[
    str | None, typer.Option(help="MODEL@URL: a model speaks for the customers of tasks; default: they go by rule.")
]


@app.command()
def replay(
    paths: Paths = None,
    shop: Annotated[Path | None, typer.Option(help="Shop pack; default: the embedded one.")] = None,
    url: Url = None,
    baseline: Baseline = None,
    trials: Annotated[int, typer.Option(min=1, max=16, help="Play each case so many times.")] = 1,
    history: Memory = "own",
    customer: Voice = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that share the cases.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Folder of the run; a run that was stopped goes on there.")] = None,
    floors: Annotated[Path | None, typer.Option(help="YAML file of floors; a missed one gives exit status 1.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page that needs no network.")] = None,
    junit: Annotated[Path | None, typer.Option(help="Write JUnit XML for a CI system.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the run as JSON.")] = False,
    show: Annotated[int, typer.Option(min=0, help="So many failed turns are shown.")] = 20,
) -> None:
    """Play conversations with mocked back-ends and a fixed clock, and score every turn."""
    from evaluation.play.setup import Order
    from evaluation.report.floors import load_floors
    from evaluation.report.run_file import load_run
    from evaluation.report.run_report import RunReport

    limits = load_floors(floors) if floors else {}
    before = load_run(baseline) if baseline else None
    order = Order(tuple(paths or ()), datetime.now(UTC), shop, _history(history), trials, url, _speaker(customer))
    told = RunReport.of(_play(order, workers, out), before, limits)
    if out is not None:
        _finish(out, told.as_json())
    told.write(html, junit)
    told.print(show, as_json=as_json)
    if told.missed:
        raise typer.Exit(1)


def _history(value: str) -> "History":
    if value == "own":
        return "own"
    if value == "recorded":
        return "recorded"
    raise typer.BadParameter(f"{value!r} is neither 'own' nor 'recorded'", param_hint="--history")


def _speaker(value: str | None) -> "Speaker | None":
    from evaluation.simulator.openai_customer import Speaker

    if value is None:
        return None
    model, _, base_url = value.rpartition("@")
    if not model or not base_url.startswith(("http://", "https://")):
        raise typer.BadParameter(
            f"{value!r} is not MODEL@URL, such as qwen@http://127.0.0.1:8001/v1", param_hint="--customer"
        )
    return Speaker(model, base_url)


def _play(order: "Order", workers: int, out: Path | None) -> "Run":
    from evaluation.play.replay import replay as play
    from evaluation.play.setup import open_order

    opened = open_order(order)
    done = [0, 0]
    with _bar() as bar:
        task = bar.add_task("playing", total=None)

        def watch(finished: int, of: int) -> None:
            done[:] = [finished, of]
            bar.update(task, completed=finished, total=of)

        try:
            return play(order, opened, workers, out, watch)
        except KeyboardInterrupt:
            bar.stop()
            _say_stopped(done, out)
            raise typer.Exit(STOPPED) from None


def _bar() -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal, transient=True)


def _say_stopped(done: list[int], out: Path | None) -> None:
    finished, of = done
    kept = f"kept in {str(out)!r}; the same command goes on from there" if out else "not kept: name a folder with --out"
    typer.echo(f"stopped after {finished} of {of} cases, {kept}", err=True)


def _finish(out: Path, told: dict[str, Any]) -> None:
    from evaluation.play.journal import forget
    from evaluation.report.run_file import write_run

    write_run(out, told)
    forget(out)
