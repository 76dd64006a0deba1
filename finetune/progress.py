"""How far a command is, on the terminal of whoever waits for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import Progress


class Tell(Protocol):
    """Takes how far the work is."""

    def __call__(self, done: int, total: int, what: str | None = None) -> None:
        """Tell how much is done, of how much, and what; None: what it was before."""


@contextmanager
def progress(what: str) -> Iterator[Tell]:
    """Show a bar on standard error while the work goes on; nothing where that is no terminal.

    Args:
        what: is being done at first.
    """
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)

        def tell(done: int, total: int, what: str | None = None) -> None:
            bar.update(task, completed=done, total=total, description=what)

        yield tell
