"""The curve of a run as a drawing in SVG, legible on light and on dark ground."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import floor, log10

from finetune.report.record import Points, StageLog

_WIDTH, _HEIGHT = 720, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 16, 34, 40
_TICKS = 5
_STYLE = """
.curve{--ground:#fff;--ink:#24292f;--faint:#d8dee4;--train:#8a94a0;--eval:#0b62d6}
@media (prefers-color-scheme:dark){.curve{--ground:#15181d;--ink:#d7dde4;--faint:#343b44;--train:#7f8a97;--eval:#6cb0ff}}
.curve .ground{fill:var(--ground)}.curve text{fill:var(--ink);font:12px system-ui,sans-serif}
.curve .grid{stroke:var(--faint);fill:none}.curve .stage{stroke:var(--ink);stroke-dasharray:2 3;fill:none}
.curve .train{stroke:var(--train);stroke-width:1.5;fill:none}.curve .eval{stroke:var(--eval);stroke-width:2.25;fill:none}
.curve .dot{fill:var(--eval)}.curve .best{fill:var(--ground);stroke:var(--eval);stroke-width:2.5}
"""


@dataclass(frozen=True)
class _Frame:
    """Where a step and a loss stand in the drawing."""

    steps: int
    low: float
    high: float

    def x(self, step: float) -> float:
        return round(_LEFT + step / max(self.steps, 1) * (_WIDTH - _LEFT - _RIGHT), 1)

    def y(self, loss: float) -> float:
        share = (loss - self.low) / (self.high - self.low)
        return round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM), 1)


def draw_curve(stages: Sequence[StageLog]) -> str:
    """Draw the losses of a run over its steps, stage after stage.

    Args:
        stages: in their order, at least one.

    Returns:
        A whole SVG document.
    """
    starts = [sum(stage.steps for stage in stages[:number]) for number in range(len(stages))]
    train, evaluation = (
        tuple(
            (step + start, loss)
            for start, stage in zip(starts, stages, strict=True)
            for step, loss in getattr(stage, kind)
        )
        for kind in ("train", "evaluation")
    )
    losses = [loss for _, loss in (*train, *evaluation)]
    frame = _frame(starts[-1] + stages[-1].steps, losses)
    parts = [
        f'<rect class="ground" width="{_WIDTH}" height="{_HEIGHT}"/>',
        *_grid(frame),
        *_borders(frame, starts, stages),
        _line(frame, "train", train),
        _line(frame, "eval", evaluation),
        *_dots(frame, evaluation, best=_best(stages[-1], starts[-1])),
        *_legend(has_evaluation=bool(evaluation)),
    ]
    told = escape(_told(train, evaluation))
    return (
        f'<svg class="curve" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">'
        f"<title>{told}</title><style>{_STYLE}</style>{''.join(parts)}</svg>\n"
    )


def _frame(steps: int, losses: Sequence[float]) -> _Frame:
    low, high = (min(losses), max(losses)) if losses else (0.0, 1.0)
    step = _nice((high - low) / _TICKS or abs(high) / _TICKS or 0.2)
    return _Frame(steps, floor(low / step) * step, (floor(high / step) + 1) * step)


def _nice(rough: float) -> float:
    """The next of 1, 2, 5 and their tenfolds above a number."""
    power = 10.0 ** floor(log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)


def _grid(frame: _Frame) -> Iterator[str]:
    step = _nice((frame.high - frame.low) / _TICKS)
    for number in range(round((frame.high - frame.low) / step) + 1):
        loss = frame.low + number * step
        y = frame.y(loss)
        yield f'<path class="grid" d="M{_LEFT} {y}H{_WIDTH - _RIGHT}"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{loss:.6g}</text>'
    apart = max(1, round(_nice(max(frame.steps, 1) / _TICKS)))
    for step_at in range(0, frame.steps + 1, apart):
        x = frame.x(step_at)
        yield f'<text x="{x}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{step_at}</text>'
    yield f'<text x="{_WIDTH - _RIGHT}" y="{_HEIGHT - 6}" text-anchor="end">steps</text>'


def _borders(frame: _Frame, starts: Sequence[int], stages: Sequence[StageLog]) -> Iterator[str]:
    for start, stage in zip(starts, stages, strict=True):
        if not stage.name:
            continue
        x = frame.x(start)
        yield f'<path class="stage" d="M{x} {_TOP}V{_HEIGHT - _BOTTOM}"/>'
        yield f'<text x="{x + 5}" y="{_TOP + 12}">{escape(stage.name)}</text>'


def _line(frame: _Frame, name: str, points: Points) -> str:
    if not points:
        return ""
    path = "L".join(f"{frame.x(step)} {frame.y(loss)}" for step, loss in points)
    return f'<path class="{name}" d="M{path}"/>'


def _dots(frame: _Frame, points: Points, best: tuple[int, float] | None) -> Iterator[str]:
    for step, loss in points:
        kind, radius = ("best", 5) if (step, loss) == best else ("dot", 3)
        yield (
            f'<circle class="{kind}" cx="{frame.x(step)}" cy="{frame.y(loss)}" r="{radius}">'
            f"<title>step {step}: evaluation loss {loss:.4f}{', the best' if kind == 'best' else ''}</title></circle>"
        )


def _best(stage: StageLog, start: int) -> tuple[int, float] | None:
    """The best evaluation of the last stage, after its first step."""
    after = [(step + start, loss) for step, loss in stage.evaluation if step > 0]
    return min(after, key=lambda point: point[1], default=None)


def _legend(*, has_evaluation: bool) -> Iterator[str]:
    names = [("train", "training loss"), *([("eval", "evaluation loss, best ringed")] if has_evaluation else [])]
    for number, (kind, name) in enumerate(names):
        x = _LEFT + number * 150
        yield f'<path class="{kind}" d="M{x} 16h22"/><text x="{x + 28}" y="20">{name}</text>'


def _told(train: Points, evaluation: Points) -> str:
    parts = [
        f"{name} from {points[0][1]:.3f} to {points[-1][1]:.3f}"
        for name, points in (("training loss", train), ("evaluation loss", evaluation))
        if points
    ]
    return "; ".join(parts) or "no loss is logged yet"
