"""``xiaoer replay``: replay transcripts and say how well the agent did."""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

if TYPE_CHECKING:
    from evaluation.play.replay import TurnResult
    from evaluation.report.summary import Score
    from evaluation.statistics.comparison import Comparison

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
    baseline: Annotated[
        Path | None,
        typer.Option(help="An earlier run (what --out wrote): say which turns broke and which were mended."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the run as JSON.")] = False,
    show: Annotated[int, typer.Option(help="So many failed turns are shown.")] = _WORST,
) -> None:
    """Replay transcripts with mocked back-ends and a fixed clock."""
    from evaluation.report.summary import as_json as run_json
    from evaluation.report.summary import load_floors, missed_floors, summarise
    from evaluation.statistics.comparison import RUN_FILE, compare, load_run

    limits = load_floors(floors) if floors else {}
    before = load_run(baseline) if baseline else None
    results = asyncio.run(_run(paths or [], shop))
    scores = summarise(results)
    run = run_json(scores, results)
    change = compare(before, results, scores) if before else None
    if change is not None:
        run["baseline"] = asdict(change)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / RUN_FILE).write_text(json.dumps(run, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(run, ensure_ascii=False, default=str))
    else:
        _print(scores, results, show, change)
    missed = missed_floors(scores, limits)
    for line in missed:
        typer.echo(f"floor missed: {line}", err=True)
    if missed:
        raise typer.Exit(1)


async def _run(paths: list[Path], shop: Path | None) -> "list[TurnResult]":
    from evaluation.errors import NothingToReplay
    from evaluation.play.replay import Replay
    from evaluation.shop import open_shop
    from knowledge.transcripts import load_transcripts

    pack, release, understander = open_shop(shop)
    transcripts = load_transcripts(paths) if paths else pack.transcripts
    if not transcripts:
        raise NothingToReplay(pack.shop.shop_id)
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("replaying", total=len(transcripts))
        return await Replay(pack, release, understander).run(transcripts, lambda: bar.advance(task))


def _print(
    scores: "tuple[Score, ...]", results: "list[TurnResult]", show: int, change: "Comparison | None" = None
) -> None:
    console = Console()
    for result in [result for result in results if not result.passed][:show]:
        console.print("\n".join(_lines(result)), highlight=False)
    table = Table("score", "value", "n", *(("change",) if change else ()))
    for score in scores:
        delta = (f"{change.deltas[score.name]:+.3f}" if score.name in change.deltas else "",) if change else ()
        table.add_row(score.name, f"{score.value:.3f}".rstrip("0").rstrip("."), str(score.n), *delta)
    console.print(table)
    if change is not None:
        console.print(escape(f"broken: {', '.join(change.broken) or 'none'}"), highlight=False)
        console.print(escape(f"mended: {', '.join(change.mended) or 'none'}"), highlight=False)


def _lines(result: "TurnResult") -> list[str]:
    """A failed turn: what was said, what was replied, expected beside got."""
    lines = [f"[bold]{escape(result.transcript_id)} #{result.number}[/] {escape(result.customer)}"]
    if result.reply:
        lines.append(f"  → {escape(result.reply.reply)}")
    lines += [
        f"  [red]{check.name}[/] expected {escape(check.expected)}, got {escape(check.got)}"
        for check in result.checks
        if check.share < 1
    ]
    kinds = (("foreign", result.foreign), ("ungrounded", result.ungrounded), ("crash", result.crash))
    return lines + [f"  [red]{kind}[/] {escape(str(found))}" for kind, found in kinds if found]
