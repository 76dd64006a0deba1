"""``xiaoer finetune prepare``: a shop's own rows made ready to be trained on."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from finetune.options import ConfigArgument, JsonOption, SetOption, print_json
from finetune.progress import progress

if TYPE_CHECKING:
    from finetune.data.preparing.report import Report

_SHOWN = 20


def prepare(
    config: ConfigArgument,
    out: Annotated[Path, typer.Option("--out", help="A new folder for rows.jsonl and the report.")],
    overrides: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Clean, mask and reword rows, give them the context of the serving prompt, and check them."""
    from finetune.config import load_config
    from finetune.data.preparing.prepare import prepare_rows
    from finetune.data.preparing.report import write_prepared
    from finetune.errors import RunError

    settings = load_config(config, overrides or ())
    if (out / "rows.jsonl").exists():
        raise RunError(f"prepare: {str(out)!r} holds prepared rows; name a new folder")
    with progress("looking up") as tell:
        examples, report = asyncio.run(prepare_rows(settings, tell=tell))
    write_prepared(out, examples, report)
    if as_json:
        print_json(report.as_json())
    else:
        show(report, out / "rows.jsonl")
    if not examples:
        raise typer.Exit(1)


def show(report: "Report", file: Path) -> None:
    """Print a report.

    Args:
        report: to be printed.
        file: that holds the rows.
    """
    console = Console()
    steps = Table("step", "before", "after", "changed", "what", box=None)
    for step in report.steps:
        steps.add_row(step.name, str(step.before), str(step.after), str(step.changed), step.what)
    console.print(steps, highlight=False)
    kinds = ", ".join(f"{line.kind} {line.share:.0%} (asked {line.asked:.0%})" for line in report.kinds)
    typer.echo(f"{report.rows} rows in {file}: {kinds}")
    typer.echo(f"unanswerable {report.unanswerable:.1%}, about the assistant itself {report.about_itself:.1%}")
    for note in report.notes:
        typer.echo(f"warning: {note}", err=True)
    for problem in report.refused[:_SHOWN]:
        typer.echo(f"refused: {problem}", err=True)
    if len(report.refused) > _SHOWN:
        typer.echo(f"and {len(report.refused) - _SHOWN} more; --json shows all", err=True)
