"""Writing measured figures into a page of the documentation."""

import argparse
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evaluation.report.scoring import ScoreTold


def write_block(page: Path, name: str, text: str) -> None:
    """Replace what stands between ``<!-- name -->`` and ``<!-- /name -->`` in a page.

    Args:
        page: a Markdown file with the two marks, each on a line of its own.
        name: of the block.
        text: the new content.

    Raises:
        ValueError: the page has no such block.
    """
    said = page.read_text(encoding="utf-8")
    block = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if not block.search(said):
        raise ValueError(f"page {str(page)!r} has no block {name!r}: put <!-- {name} --> and <!-- /{name} --> into it")
    page.write_text(block.sub(lambda found: f"{found[1]}{text}\n{found[2]}", said), encoding="utf-8")


def print_or_write(said: str | None, page: Path, measure: Callable[[], Mapping[str, str]]) -> None:
    """The command of a benchmark: prints what it measured, or with ``--write`` writes it into its page.

    Args:
        said: what the command says of itself.
        page: holds a block for each text.
        measure: gives the texts by the names of their blocks.
    """
    parser = argparse.ArgumentParser(description=said, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    is_written = parser.parse_args().write
    texts = measure()
    if not is_written:
        print("\n\n".join(texts.values()))
        return
    for name, text in texts.items():
        write_block(page, name, text)


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def score_cell(score: "ScoreTold") -> str:
    """A score as it stands in a table: value, 95 % interval, and on how much it was measured."""
    if score.definition.unit == "count":
        return f"{score.value:.0f} ({score.n})"
    span = f", {score.interval.low:.2f}–{score.interval.high:.2f}" if score.interval else ""
    return f"{score.value:.3f}{span} ({score.n})"
