"""The table of current scores in README.md and README.zh-CN.md: transcripts and suite of the default shop, both splits.

python -m benchmarks.scores                 prints it
python -m benchmarks.scores --write         writes it into both pages
python -m benchmarks.scores --only action   plays the suite's files of that name alone, to try the command
"""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.pages import score_cell, table, write_block
from evaluation.play.replay import replay
from evaluation.play.setup import Order, open_order
from evaluation.records import PlayedCase, Run, Split
from evaluation.report.scoring import measure, part, with_intervals

ROOT = Path(__file__).parents[1]
TRANSCRIPTS = ROOT / "knowledge" / "shops" / "lanting" / "transcripts"
SUITE = ROOT / "evaluation" / "suites" / "lanting"
BLOCK = "scores"
PAGES = (("README.md", 0), ("README.zh-CN.md", 1))
"""Each page with the position of its language in `SCORES` and `PARTS`."""
PARTS: tuple[tuple[tuple[str, str], bool, Split], ...] = (
    (("transcripts, tuned", "对话，开发用"), False, "tuned"),
    (("transcripts, untouched", "对话，未见过"), False, "untouched"),
    (("tasks, tuned", "任务，开发用"), True, "tuned"),
    (("tasks, untouched", "任务，未见过"), True, "untouched"),
)
"""Name, whether tasks or transcripts are meant, and the split."""
SCORES: dict[str, tuple[str, str]] = {
    "cases_passed": ("passed whole", "整段通过"),
    "turns_passed": ("turns passed", "单轮通过"),
    "intent": ("intent", "意图"),
    "outcome": ("outcome", "处理结果"),
    "tools_write": ("writes", "办理动作"),
    "end_state": ("end state", "系统终态"),
    "sources": ("sources cited", "引用依据"),
    "include": ("facts told", "说到要点"),
    "groundedness": ("claims supported", "有据可查"),
    "handoff_recall": ("handed over when due", "该转人工时转了"),
    "foreign": ("showed others' data ↓", "泄露他人资料 ↓"),
    "crashes": ("crashes ↓", "出错 ↓"),
}
"""What is shown, with its words in English and Chinese; more is better, but for ↓."""


def play(paths: Sequence[Path]) -> Run:
    """Play files and folders of the default shop."""
    order = Order(tuple(paths), datetime.now(UTC))
    return replay(order, open_order(order), 1, None, lambda done, of: None)


def tabulate(run: Run, language: int) -> str:
    """The table of a run.

    Args:
        run: of transcripts, tasks or both.
        language: 0 English, 1 Chinese.
    """
    scores = measure(run)
    columns: list[dict[str, str]] = []
    for _, is_task, split in PARTS:
        told = with_intervals(part(scores, _cases(run, split, is_task=is_task)))
        columns.append({one.name: score_cell(one) for one in told})
    head = (("score", "指标")[language], *(names[language] for names, _, _ in PARTS))
    rows = [
        (words[language], *(column.get(name, "") for column in columns))
        for name, words in SCORES.items()
        if any(name in column for column in columns)
    ]
    return table(head, rows)


def _cases(run: Run, split: Split, *, is_task: bool) -> list[PlayedCase]:
    return [case for case in run.cases if case.split == split and (case.task is not None) == is_task]


def main() -> None:
    """Print the table or write it into the pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", help="a family of the suite, or the name of a file of transcripts")
    args = parser.parse_args()
    if args.write and args.only:
        parser.error("--only is for trying: the pages hold the whole table")
    paths = [*sorted(TRANSCRIPTS.glob("*.jsonl")), *sorted(SUITE.glob("*.jsonl"))]
    if args.only:
        paths = [path for path in paths if args.only in path.stem]
    run = play(paths)
    for page, language in PAGES:
        if args.write:
            write_block(ROOT / page, BLOCK, tabulate(run, language))
        else:
            print(f"{page}\n{tabulate(run, language)}\n")


if __name__ == "__main__":
    main()
