"""A run measured and compared, ready to be told: in the terminal, as a page, as JUnit XML, as JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from evaluation.records import Run
from evaluation.report.floors import missed_floors
from evaluation.report.junit import junit_xml, write_report
from evaluation.report.run_file import run_json
from evaluation.report.scoring import ScoreTold, measure, with_intervals
from evaluation.report.table import print_run
from evaluation.statistics.comparison import Comparison, compare


@dataclass(frozen=True)
class RunReport:
    """Everything there is to say about a run."""

    run: Run
    scores: tuple[ScoreTold, ...]
    """With intervals."""
    before: Run | None
    """The baseline; None: there is none."""
    change: Comparison | None
    floors: Mapping[str, float]
    missed: tuple[str, ...]
    """Floors that were missed, in words."""

    @classmethod
    def of(cls, run: Run, before: Run | None, floors: Mapping[str, float]) -> "RunReport":
        """Measure a run.

        Args:
            run: what was played.
            before: the baseline; None: there is none.
            floors: by score; a score that misses its own is told.
        """
        scores = with_intervals(measure(run))
        change = compare(before, run, scores) if before else None
        return cls(run, scores, before, change, floors, tuple(missed_floors(scores, floors)))

    def as_json(self) -> dict[str, Any]:
        """The run as it is kept."""
        return run_json(self.run, self.scores, self.change)

    def write(self, html: Path | None, junit: Path | None) -> None:
        """Write the page and the CI file, where they are asked for.

        Raises:
            RunError: a file cannot be written.
        """
        if html is not None:
            from evaluation.report.html.run_page import run_page

            write_report(html, run_page(self.run, self.scores, self.change, self.before, self.missed))
        if junit is not None:
            write_report(junit, junit_xml(self.run, self.floors, self.missed))

    def print(self, show: int, *, as_json: bool) -> None:
        """Print it; missed floors go to the error stream.

        Args:
            show: so many failed turns.
            as_json: for machines.
        """
        if as_json:
            typer.echo(json.dumps(self.as_json(), ensure_ascii=False, default=str))
        else:
            print_run(self.run, self.scores, self.change, show)
        for line in self.missed:
            typer.echo(f"floor missed: {line}", err=True)
