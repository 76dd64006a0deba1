"""``xiaoer report``: a stored run as a page or a CI file; what came of customers' conversations; how an experiment stands."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(help="Report a stored run, or what came of customers' conversations.")


@app.command()
def report(
    run: Annotated[
        Path | None, typer.Argument(help="A run that replay wrote with --out; left out: customers' conversations.")
    ] = None,
    baseline: Annotated[Path | None, typer.Option(help="An earlier run: say what changed, where, how surely.")] = None,
    junit: Annotated[Path | None, typer.Option(help="Write a run as JUnit XML for a CI system.")] = None,
    floors: Annotated[Path | None, typer.Option(help="YAML of floors; a missed one gives exit status 1.")] = None,
    show: Annotated[int, typer.Option(min=0, help="So many failed turns of a run are shown.")] = 20,
    since: Annotated[
        str | None, typer.Option(help="Conversations of the last 24h, 7d, 2w, or since a day such as 2026-11-01.")
    ] = None,
    experiment: Annotated[str | None, typer.Option(help="Say how this experiment stands.")] = None,
    metric: Annotated[str | None, typer.Option(help="What decides it: conversion, containment or csat.")] = None,
    min_effect: Annotated[
        float | None, typer.Option(min=0.0001, max=0.9999, help="The smallest difference worth knowing, such as .02.")
    ] = None,
    share: Annotated[float | None, typer.Option(min=0.01, max=0.99, help="Of customers in arm b.")] = None,
    shop: Annotated[Path | None, typer.Option(help="Shop pack; default: the embedded one.")] = None,
    state: Annotated[
        str | None, typer.Option(help="Where conversations are kept; default: as the settings say.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page that needs no network.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Report a run, the conversations of a period, or an experiment: in the terminal, as a page, as JSON."""
    if run is not None:
        _report_run(run, baseline, floors, html, junit, show, as_json=as_json)
    elif experiment is not None:
        _report_experiment(
            experiment, (metric, min_effect, share), since, _settings(shop, state), html, as_json=as_json
        )
    elif since is not None:
        _report_period(since, _settings(shop, state), html, as_json=as_json)
    else:
        raise typer.BadParameter("name a run, the folder that replay wrote with --out; or --since; or --experiment")


def _report_run(
    run: Path,
    baseline: Path | None,
    floors: Path | None,
    html: Path | None,
    junit: Path | None,
    show: int,
    *,
    as_json: bool,
) -> None:
    from evaluation.report.floors import load_floors
    from evaluation.report.run_file import load_run
    from evaluation.report.run_report import RunReport

    limits = load_floors(floors) if floors else {}
    told = RunReport.of(load_run(run), load_run(baseline) if baseline else None, limits)
    told.write(html, junit)
    told.print(show, as_json=as_json)
    if told.missed:
        raise typer.Exit(1)


def _report_period(since: str, settings: Any, html: Path | None, *, as_json: bool) -> None:
    from evaluation.online.page import online_page
    from evaluation.online.running import run_online
    from evaluation.online.told import print_online
    from evaluation.report.junit import write_report

    told = asyncio.run(run_online(settings, since, datetime.now(UTC)))
    if html is not None:
        write_report(html, online_page(told))
    if as_json:
        typer.echo(json.dumps(told.as_json(), ensure_ascii=False))
    else:
        print_online(told)


def _report_experiment(
    name: str,
    stated: tuple[str | None, float | None, float | None],
    since: str | None,
    settings: Any,
    html: Path | None,
    *,
    as_json: bool,
) -> None:
    from evaluation.online.page import experiment_page
    from evaluation.online.running import plan_of, run_experiment
    from evaluation.online.told import print_experiment
    from evaluation.report.junit import write_report

    plan = plan_of(settings, name, *stated)
    told = asyncio.run(run_experiment(settings, plan, since, datetime.now(UTC)))
    if html is not None:
        write_report(html, experiment_page(told))
    if as_json:
        typer.echo(json.dumps(told.as_json(), ensure_ascii=False))
    else:
        print_experiment(told)


def _settings(shop: Path | None, state: str | None) -> Any:
    from agent.settings import load_settings

    return load_settings({"shop": shop, "state": state})
