"""``xiaoer report``: a stored run as a page or a CI file; what customers did and said; how an experiment stands."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Report a stored run, or what came of customers' conversations.")


@app.command()
def report(
    run: Annotated[
        Path | None, typer.Argument(help="A run that replay wrote with --out: its folder or its run.json.")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="An earlier run: say what changed, where, and how surely.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page that needs no network.")] = None,
    junit: Annotated[Path | None, typer.Option(help="Write JUnit XML for a CI system.")] = None,
    floors: Annotated[Path | None, typer.Option(help="YAML file of floors; a missed one gives exit status 1.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    show: Annotated[int, typer.Option(min=0, help="So many failed turns are shown.")] = 20,
) -> None:
    """Report a run again: in the terminal, as a page, as JUnit XML, as JSON."""
    from evaluation.report.floors import load_floors
    from evaluation.report.run_file import load_run
    from evaluation.report.run_report import RunReport

    if run is None:
        raise typer.BadParameter("name a run, the folder that replay wrote with --out", param_hint="RUN")
    limits = load_floors(floors) if floors else {}
    told = RunReport.of(load_run(run), load_run(baseline) if baseline else None, limits)
    told.write(html, junit)
    told.print(show, as_json=as_json)
    if told.missed:
        raise typer.Exit(1)
