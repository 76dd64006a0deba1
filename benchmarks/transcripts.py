"""The table of transcript scores in docs/replay.md.

python -m benchmarks.transcripts          prints it
python -m benchmarks.transcripts --write  writes it into docs/replay.md
"""

import argparse
import re
from datetime import UTC, datetime
from pathlib import Path

from evaluation.play.replay import replay
from evaluation.play.setup import Order, open_order
from evaluation.report.scoring import ScoreTold, measure, with_intervals

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


def main() -> None:
    """Print the table or write it into the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    table = "\n".join(measure_all())
    if not args.write:
        print(table)
        return
    page = PAGE.read_text(encoding="utf-8")
    page = re.sub(r"MEASURED|\| score \((?:turns|n)\).*?(?=\n\n)", lambda _: table, page, count=1, flags=re.DOTALL)
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
