"""Every score with its interval, families and splits, times by stage."""

from collections.abc import Sequence

from evaluation.records import PlayedCase, Run
from evaluation.report.html.headline import difference
from evaluation.report.html.markup import esc, table
from evaluation.report.html.plots import distribution, score_bar, stage_plot
from evaluation.report.scoring import ScoreTold, part, parts
from evaluation.report.table import figure
from evaluation.scorers.latency import STAGES
from evaluation.statistics.comparison import Comparison

_BY_PART = ("cases_passed", "turns_passed")


def score_table(scores: Sequence[ScoreTold], change: Comparison | None, of: str = "cases") -> str:
    """Every score but the times: name and meaning, a bar with its interval, n, and the difference to the baseline.

    Args:
        scores: with intervals.
        change: beside the baseline; None: there is none.
        of: what intervals were resampled by.
    """
    told = {one.name: one for one in change.scores} if change else {}
    rows = []
    for score in scores:
        definition, span = score.definition, score.interval
        if definition.unit == "ms":
            continue
        before = told[score.name].before if score.name in told else None
        top = {"share": 1.0, "points": 100.0}.get(definition.unit, 0.0)
        arrow = "↑" if definition.direction == "higher" else "↓"
        about = (
            f"<details><summary>{esc(score.name)} <i>{arrow}</i></summary><p>{esc(definition.meaning)}</p>"
            f"<p><b>formula</b> {esc(definition.formula)}<br><b>source</b> {esc(definition.source)}</p></details>"
        )
        interval = f"{figure(span.low, definition.unit)} … {figure(span.high, definition.unit)}" if span else ""
        cells = [
            about,
            score_bar(score.value, span, before, top) if top else "",
            f"<b>{figure(score.value, definition.unit)}</b>",
        ]
        cells += [f"<small>{interval}</small>", str(score.n), str(score.cases)]
        if change:
            one = told.get(score.name)
            cells.append(difference(one, definition) if one else "")
        rows.append(cells)
    heads = [
        "score",
        "0 to 1, or to 100",
        "value",
        "95 % interval",
        "n",
        of,
        *(["against the baseline"] if change else []),
    ]
    return table(heads, rows, "scores")


def part_table(run: Run, scores: Sequence[ScoreTold]) -> str:
    """Cases and turns passed by family, for each split; nothing where the cases state neither."""

    def family(case: PlayedCase) -> str | None:
        return case.family or "no family"

    splits = sorted({case.split for case in run.cases if case.split})
    columns: list[tuple[str, Sequence[ScoreTold]]] = [
        (split, part(scores, [case for case in run.cases if case.split == split])) for split in splits
    ]
    if len(columns) != 1:
        columns = [("all", scores), *columns]
    families = parts(run, scores, family)
    if len(families) < 2 and len(columns) < 2:
        return ""
    heads = ["family", *(f"{name.replace('_', ' ')}, {column}" for column, _ in columns for name in _BY_PART)]
    rows = [["<b>every one</b>", *(_cell(told, name) for _, told in columns for name in _BY_PART)]]
    for name in families if len(families) > 1 else ():
        cases = [case for case in run.cases if family(case) == name]
        cells = [_cell(part(told, cases), score) for _, told in columns for score in _BY_PART]
        rows.append([esc(name), *cells])
    return table(heads, rows, "parts")


def times(scores: Sequence[ScoreTold]) -> str:
    """Times by stage, and how many turns took how long; nothing where no time is told."""
    told = {one.name: one for one in scores}
    stages = {}
    for stage in STAGES:
        figures = [told[f"{stage}_p{percent}_ms"].value for percent in (50, 95, 99) if f"{stage}_p{percent}_ms" in told]
        if len(figures) == 3:
            stages[stage] = figures
    if not stages:
        return ""
    whole = told.get("total_p50_ms")
    spread = distribution([one.value for one in whole.measurements]) if whole else ""
    rows = [[esc(stage), *(f"{value:.1f}" for value in figures)] for stage, figures in stages.items()]
    return (
        f'<div class="pair"><figure>{stage_plot(stages)}<figcaption><i class="p50"></i>median <i class="p95"></i>p95 <i class="p99"></i>p99,'
        f" logarithmic</figcaption></figure>"
        f"<figure>{spread}<figcaption>whole turns; the slowest hundredth stands at the end</figcaption></figure></div>"
        f"<details><summary>in figures</summary>{table(('stage', 'p50 ms', 'p95 ms', 'p99 ms'), rows, 'plain figures')}</details>"
    )


def _cell(scores: Sequence[ScoreTold], name: str) -> str:
    found = next((one for one in scores if one.name == name), None)
    if found is None:
        return '<span class="absent">–</span>'
    return f'<span class="cell">{score_bar(found.value, found.interval)}<span><b>{found.value:.0%}</b> <small>of {found.n}</small></span></span>'
