"""The table of transcript scores in docs/replay.md.

python -m benchmarks.transcripts          prints it
python -m benchmarks.transcripts --write  writes it into docs/replay.md
"""

import argparse
import asyncio
import re
from pathlib import Path

from evaluation.play.replay import Replay
from evaluation.report.summary import summarise
from evaluation.shop import open_shop
from knowledge.transcripts import load_transcripts

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
    "intent",
    "outcome",
    "tools",
    "sources",
    "include",
    "exclude",
    "turns_passed",
    "foreign",
    "ungrounded",
    "crashes",
)
COUNTS = frozenset({"foreign", "ungrounded", "crashes"})


def measure() -> list[str]:
    """Replay every set and give the lines of a Markdown table: score, and turns it was measured on."""
    columns: list[dict[str, str]] = []
    for _, folder, name in RUNS:
        pack, release, understander = open_shop(folder)
        transcripts = load_transcripts([folder / "transcripts" / name])
        results = asyncio.run(Replay(pack, release, understander).run(transcripts))
        found = {score.name: score for score in summarise(results)}
        columns.append(
            {
                score: (f"{found[score].value:.0f}" if score in COUNTS else f"{found[score].value:.3f}")
                + f" ({found[score].n})"
                for score in SCORES
                if score in found
            }
        )
    head = ["| score (turns) | " + " | ".join(name for name, _, _ in RUNS) + " |", "|---" * (len(RUNS) + 1) + "|"]
    return head + [
        f"| `{score}` | " + " | ".join(column.get(score, "") for column in columns) + " |" for score in SCORES
    ]


def main() -> None:
    """Print the table or write it into the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    table = "\n".join(measure())
    if not args.write:
        print(table)
        return
    page = PAGE.read_text(encoding="utf-8")
    page = re.sub(r"MEASURED|\| score \(turns\).*?(?=\n\n)", lambda _: table, page, count=1, flags=re.DOTALL)
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
