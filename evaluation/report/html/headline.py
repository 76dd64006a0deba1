"""The top of the page: what the run says in one sentence and a few figures."""

from collections.abc import Iterator, Mapping, Sequence

from evaluation.records import Run
from evaluation.report.html.markup import chip, esc
from evaluation.report.scoring import ScoreTold
from evaluation.report.table import figure
from evaluation.scorers.definition import Definition
from evaluation.statistics.comparison import Comparison, ScoreChange

_SHOWN = (
    *(
        "cases_passed",
        "tasks_passed_untouched",
        "turns_passed",
        "verified_resolution",
        "groundedness",
        "handoff_recall",
    ),
    "total_p95_ms",
)
_NEVER = ("crashes", "foreign", "ungrounded")
_TONES = {"better": "good", "worse": "bad", "no difference shown": "info"}


def headline(run: Run, scores: Sequence[ScoreTold], change: Comparison | None, missed: Sequence[str]) -> str:
    """The verdict, the chief scores, what must never happen, and the floors.

    Args:
        run: what was played.
        scores: of the whole run, with intervals.
        change: beside the baseline; None: there is none.
        missed: floors that were missed, in words.
    """
    told = {one.name: one for one in scores}
    changes = {one.name: one for one in change.scores} if change else {}
    cards = "".join(headline_card(told[name], changes.get(name)) for name in _SHOWN if name in told)
    never = "".join(_never(told[name]) for name in _NEVER if name in told)
    floors = "".join(f"<li>{esc(line)}</li>" for line in missed)
    missing = f'<div class="missed"><b>Floors missed</b><ul>{floors}</ul></div>' if missed else ""
    return f'{_verdict(run, change)}<div class="cards">{cards}</div><p class="never">{never}</p>{missing}'


def measure_of(score: ScoreTold, of: str = "cases") -> str:
    """On how much a score was measured, such as ``n 161, 92 cases``."""
    return f"n {score.n}, {score.cases} {of}" if score.n != score.cases else f"n {score.n} {of}"


def difference(change: ScoreChange, definition: Definition) -> str:
    """The difference to the baseline with its interval, and what may be said of it, as HTML."""
    unit = definition.unit
    gap = change.now - change.before
    span = ""
    if change.low is not None and change.high is not None:
        span = f" ({_signed(change.low, unit)} … {_signed(change.high, unit)})"
    points = " points" if unit == "share" else ""
    return f"{_signed(gap, unit)}{points}<small>{span}</small> {chip(change.reading, _TONES[change.reading])}"


def _signed(value: float, unit: str) -> str:
    if unit == "share":
        text = f"{value * 100:+.1f}"
    else:
        text = f"{value:+.0f}" if unit == "count" else f"{value:+.1f}"
    return text.replace("-", "−")


def _verdict(run: Run, change: Comparison | None) -> str:
    if change is None:
        return '<p class="verdict info">No baseline was named: this page says how the run went, not whether it went better.</p>'
    words = " ".join(_sentences(change))
    return f'<p class="verdict {_TONES[change.reading]}"><b>{esc(change.reading.capitalize())}</b> {esc(words)}</p>'


def _sentences(change: Comparison) -> Iterator[str]:
    if not change.changes:
        yield f"The runs are the same, turn by turn, but for their times, in all {change.shared} cases that both have."
        return
    yield (
        f"Of {change.shared} cases that both runs have, {change.broke} broke and {change.mended} were mended"
        f" (McNemar, exact: p = {change.p_value:.3f})."
    )
    if change.only_here or change.only_there:
        yield f"{len(change.only_here)} cases are only in this run, {len(change.only_there)} only in the baseline."


def headline_card(score: ScoreTold, change: ScoreChange | None = None, of: str = "cases") -> str:
    """One score in large figures.

    Args:
        score: with its interval.
        change: beside the baseline; None: there is none.
        of: what intervals were resampled by.
    """
    interval = _interval(score)
    gap = f'<p class="gap">{difference(change, score.definition)}</p>' if change else ""
    return (
        f'<div class="card" title="{esc(score.definition.meaning)}"><p class="name">{esc(label(score.name))}</p>'
        f'<p class="value">{_large(score)}</p><p class="about">{esc(interval)}<br>{esc(measure_of(score, of))}</p>{gap}</div>'
    )


def _interval(score: ScoreTold) -> str:
    unit, span = score.definition.unit, score.interval
    if span is None:
        return "no interval: too few"
    if unit == "share" and span.low == span.high:
        return "all of them alike"
    if unit == "share":
        return f"{span.low:.1%} … {span.high:.1%}"
    return f"{figure(span.low, unit)} … {figure(span.high, unit)}"


def _large(score: ScoreTold) -> str:
    if score.definition.unit == "share":
        return f"{score.value * 100:.1f}<small>%</small>"
    if score.definition.unit == "ms":
        return f"{score.value:.0f}<small>ms</small>"
    return esc(figure(score.value, score.definition.unit))


def _never(score: ScoreTold) -> str:
    tone = "bad" if score.value else "good"
    return f'<span class="{tone}" title="{esc(score.definition.meaning)}"><b>{score.value:g}</b> {esc(label(score.name))}</span>'


_LABELS: Mapping[str, str] = {
    "total_p95_ms": "p95 of a turn",
    "foreign": "turns with another customer's data",
    "ungrounded": "turns with something from nowhere",
}


def label(name: str) -> str:
    """A score's name in words."""
    return _LABELS.get(name, name.replace("_", " "))
