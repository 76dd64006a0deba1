"""The page of a run: what was planned, how the loss went, and what the model said before and after."""

from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from typing import Any

import yaml

from finetune.report.curve import draw_curve
from finetune.report.record import Record

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def write_page(record: Record) -> str:
    """Write the page: one HTML file that needs no other.

    Args:
        record: of the run.
    """
    name = escape(record.folder.path.resolve().name)
    style = files("finetune.report").joinpath("page.css").read_text(encoding="utf-8")
    body = [
        f"<h1>Run {name}</h1>",
        f'<p class="sum">{escape(_summary(record))}</p>',
        f"<figure>{draw_curve(record.stages)}</figure>",
        _adapters(record),
        _answers(record),
        _gate(record),
        _plan(record),
        _settings(record),
    ]
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Run {name}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{style}</style></head>'
        f"<body><main>{''.join(body)}</main></body></html>\n"
    )


def _summary(record: Record) -> str:
    if record.folder.last.name not in record.cards:
        return f"Not finished: step {record.stages[-1].steps} of {record.plan['stages'][-1]['steps']['total']}."
    card = record.cards.get(record.folder.best.name) or record.cards[record.folder.last.name]
    # Of a run with stages: before the first of them.
    before, after = next((loss for _, loss in record.stages[0].evaluation), None), card.losses.eval
    went = (
        ""
        if before is None or after is None
        else f" Evaluation loss {before:.3f} before, {after:.3f} at step {card.step}."
    )
    begun = f" It began with {card.start.name}." if card.start else ""
    return f"{card.base.name}, {card.lora.variant} of rank {card.lora.rank} on {card.lora.targets}.{went}{begun}"


def _adapters(record: Record) -> str:
    rows = [
        (
            name,
            card.step,
            _figure(card.losses.train),
            _figure(card.losses.eval_before),
            _figure(card.losses.eval),
            card.adapter_sha256[:12],
        )
        for name, card in sorted(record.cards.items(), key=lambda item: (item[1].step, item[0]))
    ]
    heads = ("adapter", "step", "training loss", "evaluation before", "evaluation", "weights")
    return _section("Adapters", _table(heads, rows)) if rows else ""


def _answers(record: Record) -> str:
    if not record.answers:
        return ""
    rows = [
        (one.question, one.base, "not trained yet" if one.tuned is None else one.tuned, one.wanted)
        for one in record.answers
    ]
    told = "<p>Held-out questions, always the most probable token. The base was asked before the first step.</p>"
    return _section(
        "Before and after", told + _table(("question", "untuned base", "adapter", "held-out answer"), rows, "said")
    )


def _gate(record: Record) -> str:
    if record.gate is None:
        return ""
    rows = [
        (
            line.measure,
            _figure(line.adapter),
            _figure(line.base),
            _figure(line.limit),
            line.count,
            _verdict(line.limit, passes=line.passes),
        )
        for line in record.gate.lines
    ]
    told = "may be served" if not record.gate.reasons else f"may not be served: {'; '.join(record.gate.reasons)}"
    heads = ("measure", "adapter", "untuned base", "limit", "on", "")
    return _section("Gate", f"<p>The best adapter {escape(told)}.</p>" + _table(heads, rows))


def _plan(record: Record) -> str:
    plan = record.plan
    rows: list[Sequence[Any]] = [
        ("rows", f"{plan['train_rows']} to train, {plan['eval_rows']} held out, {plan['left_out']} left out"),
        ("kinds", ", ".join(f"{count} {kind}" for kind, count in sorted(plan["kinds"].items()))),
        ("parameters", f"{plan['base_parameters']:,} of the base, {plan['adapter_parameters']:,} trained"),
        ("precision", plan["precision"]),
    ]
    for stage in plan["stages"]:
        learned = f"{stage['rows']} rows ({stage['replayed']} replayed), {stage['epochs']} epochs"
        told = f"{learned}, {stage['steps']['total']} steps, rate {stage['learning_rate']:g}"
        rows.append((f"stage {stage['name']}" if len(plan["stages"]) > 1 else "steps", told))
    return _section("Plan", _table((), rows))


def _settings(record: Record) -> str:
    text = yaml.safe_dump(record.config.model_dump(mode="json"), allow_unicode=True, sort_keys=False)
    return _section("Settings", f"<pre>{escape(text)}</pre>")


def _section(title: str, body: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{body}</section>"


def _table(heads: Sequence[str], rows: Iterable[Sequence[Any]], kind: str = "") -> str:
    top = f"<thead><tr>{''.join(f'<th>{escape(head)}</th>' for head in heads)}</tr></thead>" if heads else ""
    body = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="wide"><table class="{kind}">{top}<tbody>{body}</tbody></table></div>'


def _verdict(limit: float | None, *, passes: bool) -> str:
    return "" if limit is None else "passes" if passes else "fails"


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
