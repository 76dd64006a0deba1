"""The tables of docs/replay.md: what is measured, and what the transcripts score.

python -m benchmarks.transcripts          prints them
python -m benchmarks.transcripts --write  writes them into docs/replay.md
"""

import argparse
import re
from datetime import UTC, datetime
from pathlib import Path

from evaluation.play.replay import replay
from evaluation.play.setup import Order, open_order
from evaluation.records import Run, RunOptions
from evaluation.report.scoring import CRASHES, ScoreTold, measure, with_intervals
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


def measure_all() -> list[str]:
    """Replay every set and give the lines of a Markdown table: score, 95 % interval, and on how much it was measured."""
    columns: list[dict[str, str]] = []
    for _, folder, name in RUNS:
        order = Order((folder / "transcripts" / name,), datetime.now(UTC), folder)
        run = replay(order, open_order(order), 1, None, lambda done, of: None)
        columns.append({score.name: _cell(score) for score in with_intervals(measure(run))})
    head = ["| score (n) | " + " | ".join(name for name, _, _ in RUNS) + " |", "|---" * (len(RUNS) + 1) + "|"]
    return head + [
        f"| `{score}` | " + " | ".join(column.get(score, "") for column in columns) + " |" for score in SCORES
    ]


def _cell(score: ScoreTold) -> str:
    if score.definition.unit == "count":
        return f"{score.value:.0f} ({score.n})"
    span = f", {score.interval.low:.2f}–{score.interval.high:.2f}" if score.interval else ""
    return f"{score.value:.3f}{span} ({score.n})"


def define_all() -> list[str]:
    """Give the lines of a Markdown table of what is measured; the percentiles of each stage's time stand in one line."""
    run = Run("", RunOptions(()), "", "", "")
    lines = ["| score | unit | formula | after |", "|---|---|---|---|"]
    for scorer in scorers_of(run):
        one = scorer.definition
        if one.unit != "ms":
            better = "↑" if one.direction == "higher" else "↓"
            lines.append(f"| `{one.name}` {better} | {one.unit} | {one.formula} | {_cell_text(one.source)} |")
    times = f"`STAGE_pN_ms` ↓ of {', '.join(STAGES)}; N of {', '.join(str(percent) for percent in PERCENTS)}"
    steady = "`pass_k` ↑, with `--trials`"
    return [
        *lines,
        f"| {steady} | share | mean over cases of C(passed, k) ÷ C(trials, k) | pass^k, tau-bench (Yao et al., 2024) |",
        f"| {times} | ms | nearest-rank percentile of the times that replies report | |",
        f"| `{CRASHES.name}` ↓ | {CRASHES.unit} | {CRASHES.formula} | {CRASHES.source} |",
    ]


def _cell_text(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    """Print the tables or write them into the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    tables = {r"\| score \|": "\n".join(define_all()), r"\| score \(n\)": "\n".join(measure_all())}
    if not args.write:
        print("\n\n".join(tables.values()))
        return
    page = PAGE.read_text(encoding="utf-8")
    for head, table in tables.items():
        page = re.sub(head + r".*?(?=\n\n)", lambda _, table=table: table, page, count=1, flags=re.DOTALL)
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
