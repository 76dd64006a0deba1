"""``xiaoer finetune report``: the curve and the page of a run."""

from pathlib import Path
from typing import Annotated

import typer

RunArgument = Annotated[Path, typer.Argument(help="The output folder of a run, finished or not.", metavar="RUN")]
OutOption = Annotated[Path | None, typer.Option("--out", help="Folder for the two files. Default: the run's.")]


def report(run: RunArgument, out: OutOption = None) -> None:
    """Write curve.svg and report.html: plan, settings, losses, and answers before and after."""
    typer.echo(str(write_report(run, out or run)))


def write_report(run: Path, out: Path) -> Path:
    """Write the curve and the page of a run.

    Args:
        run: its folder.
        out: where the two files go; made if absent.

    Returns:
        The page.

    Raises:
        RunError: there is no run, or the files cannot be written.
    """
    from finetune.errors import RunError
    from finetune.report.curve import draw_curve
    from finetune.report.page import write_page
    from finetune.report.record import read_record

    record = read_record(run)
    page = out / "report.html"
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "curve.svg").write_text(draw_curve(record.stages), encoding="utf-8")
        page.write_text(write_page(record), encoding="utf-8")
    except OSError as error:
        raise RunError(f"{str(page)!r} cannot be written ({error.strerror}); name another folder with --out") from error
    return page
