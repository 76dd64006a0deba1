"""The tables of docs/replay.md: what is measured, and what the transcripts score.

python -m benchmarks.transcripts          prints them
python -m benchmarks.transcripts --write  writes them into docs/replay.md
"""

from datetime import UTC, datetime
from pathlib import Path

from benchmarks.pages import print_or_write, score_cell, table
from evaluation.play.replay import replay
from evaluation.play.setup import Order, open_order
from evaluation.records import Run, RunOptions
from evaluation.report.scoring import CRASHES, measure, with_intervals
from evaluation.scorers.all import scorers_of
from evaluation.scorers.latency import PERCENTS, STAGES

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "replay.md"
LANTING = ROOT / "knowledge" / "shops" / "lanting"
TEA = ROOT / "tests" / "packs" / "chaye"
RUNS = (
    ("tuned", LANTING, "tuned.jsonl"),
    ("tuned-more", LANTING, "tuned-more.jsonl"),
    ("untouched", LANTING, "untouched.jsonl"),
    ("tea shop, another trade", TEA, "basic.jsonl"),
)
SCORES = (
    "cases_passed",
    "turns_passed",
    "intent",
    "intent_f1",
    "outcome",
    "tools",
    "tools_read",
    "tools_write",
    "end_state",
    "sources",
    "sources_precision",
    "include",
    "exclude",
    "groundedness",
    "abstention_f1",
    "handoff_precision",
    "handoff_recall",
    "verified_resolution",
    "repeated_questions",
    "style_sentences",
    "foreign",
    "ungrounded",
    "crashes",
)


def measure_all() -> str:
    """Replay every set and give a Markdown table: score, 95 % interval, and on how much it was measured."""
    columns: list[dict[str, str]] = []
    for _, folder, name in RUNS:
        order = Order((folder / "transcripts" / name,), datetime.now(UTC), folder)
        run = replay(order, open_order(order), 1, None, lambda done, of: None)
        columns.append({score.name: score_cell(score) for score in with_intervals(measure(run))})
    head = ("score (n)", *(name for name, _, _ in RUNS))
    return table(head, [(f"`{score}`", *(column.get(score, "") for column in columns)) for score in SCORES])


def define_all() -> str:
    """Give a Markdown table of what is measured; the percentiles of each stage's time stand in one line."""
    run = Run("", RunOptions(()), "", "", "")
    lines: list[tuple[str, ...]] = []
    for scorer in scorers_of(run):
        one = scorer.definition
        if one.unit != "ms":
            better = "↑" if one.direction == "higher" else "↓"
            lines.append((f"`{one.name}` {better}", one.unit, one.formula, one.source.replace("|", "\\|")))
    times = f"`STAGE_pN_ms` ↓ of {', '.join(STAGES)}; N of {', '.join(str(percent) for percent in PERCENTS)}"
    steady, formula = "`pass_k` ↑, with `--trials`", "mean over cases of C(passed, k) ÷ C(trials, k)"
    lines += [
        (steady, "share", formula, "pass^k, tau-bench (Yao et al., 2024)"),
        (times, "ms", "nearest-rank percentile of the times that replies report", ""),
        (f"`{CRASHES.name}` ↓", CRASHES.unit, CRASHES.formula, CRASHES.source),
    ]
    return table(("score", "unit", "formula", "after"), lines)


def main() -> None:
    """Print the tables or write them into the page."""
    print_or_write(__doc__, PAGE, lambda: {"defined": define_all(), "measured": measure_all()})


if __name__ == "__main__":
    main()
