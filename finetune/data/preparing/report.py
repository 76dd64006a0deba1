"""The report of a preparation: how many rows each step left, what they are now, and which were refused where."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from finetune.config import MixSection
from finetune.data.formats.dialogue import RowKind
from finetune.data.mix import KINDS
from finetune.data.preparing.example import Example
from finetune.problems import Problem

FEW, MANY = 0.15, 0.25
"""The share of unanswerable rows that is aimed at lies between."""


@dataclass(frozen=True)
class Step:
    """One step of a preparation."""

    name: str
    before: int
    after: int
    changed: int
    """Rows that it changed, took out or added."""
    what: str


@dataclass(frozen=True)
class KindShare:
    """One kind beside the mix that is asked of training rows."""

    kind: RowKind
    rows: int
    share: float
    asked: float


@dataclass(frozen=True)
class Report:
    """What a preparation did."""

    steps: tuple[Step, ...]
    rows: int
    kinds: tuple[KindShare, ...]
    strategies: dict[str, int]
    origins: dict[str, int]
    about_itself: float
    """Share of rows about the assistant itself."""
    unanswerable: float
    """Share of rows that say honestly that nothing was found."""
    refused: tuple[Problem, ...]
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The report for machines."""
        return asdict(self)


def report_of(
    steps: Sequence[Step],
    examples: Sequence[Example],
    refused: Sequence[Problem],
    mix: MixSection,
    notes: Sequence[str],
) -> Report:
    """Count what was made.

    Args:
        steps: in their order.
        examples: that are written.
        refused: rows that are not, with the reason.
        mix: that the kinds are held beside.
        notes: what else is to be told.
    """
    count, total = max(len(examples), 1), sum(mix.target.values())
    kinds = Counter(example.kind for example in examples)
    shares = (
        KindShare(kind, kinds[kind], kinds[kind] / count, mix.target[kind] / total if total else 0.0) for kind in KINDS
    )
    abstain = sum(example.strategy == "abstain" for example in examples) / count
    return Report(
        steps=tuple(steps),
        rows=len(examples),
        kinds=tuple(shares),
        strategies=dict(Counter(str(example.strategy) for example in examples).most_common()),
        origins=dict(Counter(example.origin for example in examples).most_common()),
        about_itself=sum(example.family is not None for example in examples) / count,
        unanswerable=abstain,
        refused=tuple(refused),
        notes=tuple(notes),
    )


def share_notes(examples: Sequence[Example]) -> tuple[str, ...]:
    """Say where the share of unanswerable rows is not what is aimed at."""
    share = sum(example.strategy == "abstain" for example in examples) / max(len(examples), 1)
    if not examples or FEW <= share <= MANY:
        return ()
    aim = f"{FEW:.0%} to {MANY:.0%} are aimed at: set prepare.unanswerable, or add rows"
    return (f"{share:.0%} of the rows are unanswerable, {aim}",)


def write_rows(file: Path, examples: Sequence[Example]) -> None:
    """Write a messages file, a row a line; its folder is made if need be."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(example.as_row(), ensure_ascii=False) for example in examples)
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def write_prepared(folder: Path, examples: Sequence[Example], report: Report) -> None:
    """Write ``rows.jsonl``, and the report as ``report.json`` and ``report.md``.

    Args:
        folder: made if need be.
        examples: in their order.
        report: of them.
    """
    write_rows(folder / "rows.jsonl", examples)
    told = json.dumps(report.as_json(), ensure_ascii=False, indent=2)
    (folder / "report.json").write_text(f"{told}\n", encoding="utf-8")
    (folder / "report.md").write_text(_markdown(report), encoding="utf-8")


def _markdown(report: Report) -> str:
    steps = (f"| {step.name} | {step.before} | {step.after} | {step.changed} | {step.what} |" for step in report.steps)
    kinds = (f"| {line.kind} | {line.rows} | {line.share:.0%} | {line.asked:.0%} |" for line in report.kinds)
    refused = (f"- {problem}" for problem in report.refused)
    parts = [
        f"# {report.rows} rows",
        "\n".join(("| step | before | after | changed | what |", "|---|---|---|---|---|", *steps)),
        "\n".join(("| kind | rows | share | asked |", "|---|---|---|---|", *kinds)),
        f"Unanswerable: {report.unanswerable:.1%}. About the assistant itself: {report.about_itself:.1%}.",
        *report.notes,
        f"## {len(report.refused)} refused\n\n" + "\n".join(refused) if report.refused else "Nothing was refused.",
    ]
    return "\n\n".join(parts) + "\n"
