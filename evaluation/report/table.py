"""What a replay showed, in the terminal: worst turns, scores, splits, and what changed since the baseline."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evaluation.records import PlayedCase, PlayedTurn, Run
from evaluation.report.scoring import ScoreTold, parts
from evaluation.scorers.definition import Unit
from evaluation.scorers.latency import PERCENTS, STAGES
from evaluation.scorers.turns import harm, turn_checks, turn_passed
from evaluation.statistics.comparison import Change, Comparison

_PARTS_SHOWN = ("tasks_passed", "cases_passed", "turns_passed", "intent", "outcome", "end_state", "include")
_CHANGES_SHOWN = 40
_SHORT = {"better": "better", "worse": "worse", "no difference shown": ""}


def print_run(run: Run, scores: Sequence[ScoreTold], change: Comparison | None = None, show: int = 20) -> None:
    """Print a run.

    Args:
        run: what was played.
        scores: of the whole run, with intervals.
        change: beside a baseline; None: there is none.
        show: so many failed turns are shown.
    """
    console = Console()
    failed = [(case, turn) for case in run.cases for turn in case.turns if not turn_passed(turn)]
    for case, turn in failed[:show]:
        console.print("\n".join(_lines(case, turn)), highlight=False, soft_wrap=True)
    if len(failed) > show:
        console.print(f"… and {len(failed) - show} more failed turns", highlight=False)
    console.print(_scores(scores, change))
    times = _times(scores)
    if times is not None:
        console.print(times)
    for title, named in (("split", _split), ("family", _family)):
        found = parts(run, scores, named)
        if len(found) > 1:
            console.print(_by_part(title, found))
    for score in scores:
        if not score.definition.gate and score.definition.unit == "points":
            console.print(f"{score.name}: {score.definition.source}", highlight=False, markup=False)
    for line in _left_out(run):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    if change is not None:
        console.print("\n".join(_told(change)), highlight=False, markup=False, soft_wrap=True)


def figure(value: float, unit: Unit) -> str:
    """Write a value in its unit.

    Args:
        value: in that unit.
        unit: of the score.
    """
    if unit == "count":
        return f"{value:g}"
    return f"{value:.1f}" if unit in ("ms", "points") else f"{value:.3f}"


def _lines(case: PlayedCase, turn: PlayedTurn) -> Iterator[str]:
    """A failed turn: what was said, what was replied, expected beside got."""
    trial = f" (trial {case.trial})" if case.trial > 1 else ""
    yield f"[bold]{escape(case.case_id)}{trial} #{turn.number}[/] {escape(turn.customer)}"
    if turn.reply:
        yield f"  → {escape(turn.reply.reply)}"
    for check in turn_checks(turn):
        if check.share < 1:
            yield f"  [red]{check.name}[/] expected {escape(check.expected)}, got {escape(check.got)}"
    for found in harm(turn):
        yield f"  [red]harm[/] {escape(found)}"
    if turn.crash:
        yield f"  [red]crash[/] {escape(turn.crash)}"


def score_cells(score: ScoreTold) -> list[str]:
    """One score as cells: its name, value, interval, what it was measured on, how many cases, and which way is better."""
    unit, span = score.definition.unit, score.interval
    return [
        score.name,
        figure(score.value, unit),
        f"{figure(span.low, unit)} … {figure(span.high, unit)}" if span else "",
        str(score.n),
        str(score.cases),
        "↑" if score.definition.direction == "higher" else "↓",
    ]


def _scores(scores: Sequence[ScoreTold], change: Comparison | None) -> Table:
    table = Table("score", "value", "95 % interval", "n", "cases", "better", *(("baseline", "") if change else ()))
    told = {one.name: one for one in change.scores} if change else {}
    for score in scores:
        unit = score.definition.unit
        row = score_cells(score)
        if change:
            one = told.get(score.name)
            row += [figure(one.before, unit), _SHORT[one.reading]] if one else ["", ""]
        if unit != "ms":
            table.add_row(*row)
    return table


def _times(scores: Sequence[ScoreTold]) -> Table | None:
    """Percentiles by stage."""
    told = {score.name: f"{score.value:.1f}" for score in scores if score.definition.unit == "ms"}
    stages = [stage for stage in STAGES if f"{stage}_p{PERCENTS[0]}_ms" in told]
    if not stages:
        return None
    table = Table("stage, ms", *(f"p{percent}" for percent in PERCENTS))
    for stage in stages:
        table.add_row(stage, *(told.get(f"{stage}_p{percent}_ms", "") for percent in PERCENTS))
    return table


def _by_part(title: str, found: dict[str, tuple[ScoreTold, ...]]) -> Table:
    measured = {score.name for scores in found.values() for score in scores}
    columns = [name for name in _PARTS_SHOWN if name in measured]
    table = Table(title, *columns)
    for name, scores in found.items():
        told = {score.name: f"{figure(score.value, score.definition.unit)} ({score.n})" for score in scores}
        table.add_row(escape(name), *(told.get(column, "") for column in columns))
    return table


def _left_out(run: Run) -> Iterator[str]:
    if run.left_out:
        yield f"not mapped, in no score ({len(run.left_out)}):"
    yield from (f"  {line}" for line in run.left_out[:_CHANGES_SHOWN])
    if len(run.left_out) > _CHANGES_SHOWN:
        yield f"  … and {len(run.left_out) - _CHANGES_SHOWN} more; all of them stand in the run file"


def _told(change: Comparison) -> Iterator[str]:
    yield (
        f"against the baseline, {change.shared} cases: {change.broke} broke, {change.mended} mended, "
        f"McNemar p = {change.p_value:.3f}: {change.reading}"
    )
    shown = [one.name for one in change.scores if one.reading != "no difference shown"]
    yield f"scores that differ: {', '.join(shown) or 'none'}; in the other {len(change.scores) - len(shown)} no difference shown"
    if not change.changes:
        yield "the runs are the same, turn by turn, but for their times"
    for one in change.changes[:_CHANGES_SHOWN]:
        yield _line(one)
    if len(change.changes) > _CHANGES_SHOWN:
        yield f"… and {len(change.changes) - _CHANGES_SHOWN} more; all of them stand in the run file"
    for name, only in (("here", change.only_here), ("in the baseline", change.only_there)):
        if only:
            yield f"only {name}: {', '.join(only)}"


def _line(change: Change) -> str:
    lost = f"; lost {', '.join(change.lost)}" if change.lost else ""
    won = f"; won {', '.join(change.won)}" if change.won else ""
    return f"{change.way}: {change.place} ({', '.join(change.parts)}{lost}{won})"


def _split(case: PlayedCase) -> str | None:
    return case.split


def _family(case: PlayedCase) -> str | None:
    return case.family
