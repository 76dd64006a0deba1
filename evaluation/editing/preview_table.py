"""A preview in the terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from evaluation.editing.answering import Said
from evaluation.editing.preview import CHANGE_KINDS, Change, Preview


def print_preview(preview: Preview, show: int) -> None:
    """Print what changes, the weightiest first, and how much of each kind.

    Args:
        preview: what changes.
        show: so many changes are shown.
    """
    console = Console(highlight=False)
    console = console if console.is_terminal else Console(highlight=False, width=200)
    if preview.served == preview.coming:
        console.print(f"Release {preview.served} is served already; nothing changes.")
        return
    if preview.changes:
        table = Table(show_lines=True)
        for name in ("change", "asked", "now", "after publishing"):
            table.add_column(name, overflow="fold")
        for change in preview.changes[:show]:
            table.add_row(_kind(change), _asked(change), _said(change.before), _said(change.after))
        console.print(table)
    if len(preview.changes) > show:
        console.print(f"{len(preview.changes) - show} more: use --show, --html FILE or --json.")
    counts = [f"{len(preview.of(kind))} {kind}" for kind in CHANGE_KINDS if preview.of(kind)]
    console.print(
        f"{preview.messages} messages put to {preview.served} (served) and {preview.coming} (new): "
        f"{', '.join(counts) or 'nothing changes'}.",
        soft_wrap=True,
    )


def _kind(change: Change) -> Text:
    style = {"flip": "bold red", "outcome": "red", "source": "yellow"}.get(change.kind, "dim")
    return Text("\n".join([change.kind, *change.why]), style)


def _asked(change: Change) -> Text:
    number = f" #{change.number}" if change.number > 1 else ""
    return Text.assemble(change.text, (f"\n{change.origin} {change.name}{number}", "dim"))


def _said(said: Said) -> Text:
    cited = ", ".join(said.cited)
    about = f"\n{said.outcome or 'broken'}" + (f", cites {cited}" if cited else "")
    return Text.assemble(said.reply or said.crash, (about, "dim"))
