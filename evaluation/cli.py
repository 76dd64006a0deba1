"""``xiaoer replay``: replay transcripts and say how well the agent did."""

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

if TYPE_CHECKING:
    from evaluation.replay import TurnResult
    from evaluation.report import Score

app = typer.Typer(help="Replay transcripts and score every turn.")

_WORST = 20


@app.command()
def replay(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Transcript files, folders or packs; none: the pack's own.")
    ] = None,
    shop: Annotated[Path | None, typer.Option(help="Shop pack; default: the embedded one.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder to write run.json into.")] = None,
    floors: Annotated[Path | None, typer.Option(help="YAML file of floors; a missed one gives exit status 1.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the run as JSON.")] = False,
    show: Annotated[int, typer.Option(help="So many failed turns are shown.")] = _WORST,
) -> None:
    """Replay transcripts with mocked back-ends and a fixed clock."""
    from evaluation.report import as_json as run_json
    from evaluation.report import load_floors, missed_floors, summarise

    limits = load_floors(floors) if floors else {}
    results = asyncio.run(_run(paths or [], shop))
    scores = summarise(results)
    run = run_json(scores, results)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "run.json").write_text(json.dumps(run, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(run, ensure_ascii=False, default=str))
    else:
        _print(scores, results, show)
    missed = missed_floors(scores, limits)
    for line in missed:
        typer.echo(f"floor missed: {line}", err=True)
    if missed:
        raise typer.Exit(1)


async def _run(paths: list[Path], shop: Path | None) -> "list[TurnResult]":
    from evaluation.replay import Replay
    from evaluation.shop import open_shop
    from knowledge.transcripts import load_transcripts

    pack, release, understander = open_shop(shop)
    transcripts = load_transcripts(paths) if paths else pack.transcripts
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("replaying", total=len(transcripts))
        return await Replay(pack, release, understander).run(transcripts, lambda: bar.advance(task))


def _print(scores: "tuple[Score, ...]", results: "list[TurnResult]", show: int) -> None:
    console = Console()
    table = Table("score", "value", "n")
    for score in scores:
        table.add_row(score.name, f"{score.value:.3f}".rstrip("0").rstrip("."), str(score.n))
    for result in [result for result in results if not result.passed][:show]:
        console.print(f"[bold]{result.transcript_id} #{result.number}[/] {result.customer}", highlight=False)
        if result.reply:
            console.print(f"  → {result.reply.reply}", highlight=False)
        for check in result.checks:
            if check.share < 1:
                console.print(f"  [red]{check.name}[/] expected {check.expected}, got {check.got}", highlight=False)
        for kind, found in (("foreign", result.foreign), ("ungrounded", result.ungrounded), ("crash", result.crash)):
            if found:
                console.print(f"  [red]{kind}[/] {found}", highlight=False)
    console.print(table)
