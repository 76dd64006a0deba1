"""Small drawings in SVG: a score with its interval, times by stage, a distribution."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import ceil, floor, log10

from evaluation.report.html.markup import esc
from evaluation.statistics.bootstrap import Interval

WIDTH = 240
"""Of a score's bar, in drawing units."""
_HEIGHT = 18
_EDGE = 5
_BINS = 36


def score_bar(value: float, span: Interval | None, before: float | None = None, top: float = 1.0) -> str:
    """A score on its scale: a bar to the value, the interval across its end, a mark where the baseline stood.

    Args:
        value: 0 to ``top``.
        span: where the true value lies, 19 times of 20; None: not known.
        before: the baseline's value; None: there is none.
        top: the end of the scale, above 0.
    """

    def place(figure: float) -> float:
        return round(_EDGE + (WIDTH - 2 * _EDGE) * min(max(figure / top, 0.0), 1.0), 1)

    middle, end = _HEIGHT / 2, place(value)
    told = f"{value:.3g} of {top:g}" + (f", interval {span.low:.3g} to {span.high:.3g}" if span else "")
    parts = [
        f'<rect class="rail" x="{_EDGE}" y="{middle - 3}" width="{WIDTH - 2 * _EDGE}" height="6" rx="3"/>',
        f'<rect class="fill" x="{_EDGE}" y="{middle - 3}" width="{round(end - _EDGE, 1)}" height="6" rx="3"/>',
    ]
    if span is not None:
        low, high = place(span.low), place(span.high)
        parts.append(
            f'<path class="span" d="M{low} {middle - 4}V{middle + 4}M{low} {middle}H{high}M{high} {middle - 4}V{middle + 4}"/>'
        )
    if before is not None:
        mark = place(before)
        parts.append(f'<path class="was" d="M{mark} {middle - 8}l3.5 4-3.5 4-3.5-4z"/>')
        told += f", baseline {before:.3g}"
    parts.append(f'<circle class="point" cx="{end}" cy="{middle}" r="3.5"/>')
    return (
        f'<svg class="bar" viewBox="0 0 {WIDTH} {_HEIGHT}" role="img" aria-label="{esc(told)}">{"".join(parts)}</svg>'
    )


def stage_plot(stages: Mapping[str, Sequence[float]]) -> str:
    """Times by stage on one logarithmic scale: a line from the median to the slowest percentile, a dot at each.

    Args:
        stages: percentiles 50, 95 and 99 in milliseconds, by stage; at least one stage.
    """
    figures = [max(value, 0.01) for values in stages.values() for value in values]
    first, last = floor(log10(min(figures))), max(ceil(log10(max(figures))), floor(log10(min(figures))) + 1)
    left, width, row = 92, 560, 26

    def place(value: float) -> float:
        return round(left + (log10(max(value, 0.01)) - first) / (last - first) * (width - left - 20), 1)

    bottom = row * len(stages) + 6
    parts = []
    for power in range(first, last + 1):
        at = place(10.0**power)
        parts.append(
            f'<path class="grid" d="M{at} 2V{bottom}"/><text x="{at}" y="{bottom + 14}" text-anchor="middle">{10.0**power:g} ms</text>'
        )
    for number, (name, values) in enumerate(stages.items()):
        middle = number * row + row / 2 + 2
        dots = "".join(
            f'<circle class="p{percent}" cx="{place(value)}" cy="{middle}" r="4"><title>p{percent} {value:.1f} ms</title></circle>'
            for percent, value in zip((50, 95, 99), values, strict=True)
        )
        parts.append(f'<text x="{left - 10}" y="{middle + 4}" text-anchor="end">{esc(name)}</text>')
        parts.append(f'<path class="reach" d="M{place(values[0])} {middle}H{place(values[2])}"/>{dots}')
    told = "; ".join(f"{name} median {values[0]:.1f} ms, p95 {values[1]:.1f} ms" for name, values in stages.items())
    return f'<svg class="stages" viewBox="0 0 {width} {bottom + 20}" role="img" aria-label="{esc(told)}">{"".join(parts)}</svg>'


def distribution(values: Sequence[float]) -> str:
    """How many turns took how long.

    Args:
        values: in milliseconds, at least one.
    """
    ordered = sorted(values)
    top = ordered[min(len(ordered) - 1, ceil(len(ordered) * 0.99))] or 1.0
    edges = [top * number / _BINS for number in range(_BINS + 1)]
    counts = [
        sum(low <= value < high or (high == edges[-1] and value >= high) for value in ordered)
        for low, high in pairwise(edges)
    ]
    highest, width, height = max(counts), 560, 90
    bars = "".join(
        f'<rect class="fill" x="{round(number * width / _BINS + 1, 1)}" y="{round(height - count / highest * height, 1)}"'
        f' width="{round(width / _BINS - 2, 1)}" height="{round(count / highest * height, 1)}" rx="1.5">'
        f"<title>{count} turns, {edges[number]:.0f} to {edges[number + 1]:.0f} ms</title></rect>"
        for number, count in enumerate(counts)
        if count
    )
    axis = "".join(
        f'<text x="{round(share * width, 1)}" y="{height + 15}" text-anchor="{anchor}">{top * share:.0f} ms</text>'
        for share, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end"))
    )
    return (
        f'<svg class="spread" viewBox="0 0 {width} {height + 20}" role="img" aria-label="distribution of the time of a turn">'
        f'<path class="grid" d="M0 {height + 0.5}H{width}"/>{bars}{axis}</svg>'
    )
