"""Gaps in the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from evaluation.editing.gaps_run import AskedAgain, FoundGaps

_EXAMPLES = 4


def print_gaps(found: FoundGaps, gaps: Sequence[AskedAgain], show: int) -> None:
    """Print gaps, the commonest first.

    Args:
        found: how much was looked through.
        gaps: what is to be shown.
        show: at most so many.
    """
    console = Console(highlight=False)
    console = console if console.is_terminal else Console(highlight=False, width=200)
    if gaps:
        table = Table(show_lines=True)
        for name in ("asked", "questions", "why", "last", "found today"):
            table.add_column(name, overflow="fold")
        for one in gaps[:show]:
            gap = one.gap
            table.add_row(
                str(gap.count),
                Text("\n".join(gap.examples[:_EXAMPLES])),
                ", ".join(f"{count} {reason}" for reason, count in gap.reasons.items()),
                f"{gap.last.astimezone():%Y-%m-%d}",
                one.finds or "",
            )
        console.print(table)
    if len(gaps) > show:
        console.print(f"{len(gaps) - show} more: use --show or --json.")
    console.print(f"{found.unanswered} of {found.turns} turns went without an answer; {len(gaps)} gap(s).")
