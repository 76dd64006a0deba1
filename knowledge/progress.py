"""Watching long work: how many texts of a build have gone through the model."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

import numpy as np
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from retrieval.embedders.port import Embedder, Vectors

Watch = Callable[[int, int], None]
"""Told the texts done and the texts in all."""
OpenBar = Callable[[str], AbstractContextManager[Watch]]
"""Begins to show one piece of work, named; what it gives is told the progress."""

BATCH = 32


class WatchedEmbedder:
    """An embedder that tells how far it is while it encodes passages.

    Args:
        inner: the embedder that encodes.
        watch: called before the first and after each batch.
    """

    def __init__(self, inner: Embedder, watch: Watch) -> None:
        self._inner = inner
        self._watch = watch

    @property
    def identity(self) -> str:
        """The inner embedder's identity."""
        return self._inner.identity

    @property
    def dimensions(self) -> int:
        """The inner embedder's dimensions."""
        return self._inner.dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Encode passages in batches: float32 [n, dimensions], unit rows."""
        if not texts:
            return self._inner.embed(texts)
        self._watch(0, len(texts))
        parts = []
        for start in range(0, len(texts), BATCH):
            parts.append(self._inner.embed(texts[start : start + BATCH]))
            self._watch(min(start + BATCH, len(texts)), len(texts))
        return np.concatenate(parts)  # [n, d]

    def embed_queries(self, texts: Sequence[str], before: str = "") -> Vectors:
        """Encode questions, unwatched: float32 [n, dimensions], unit rows."""
        return self._inner.embed_queries(texts, before)


@contextmanager
def progress_bar(about: str) -> Iterator[Watch]:
    """A progress bar with rate and remaining time on stderr; silent where that is no terminal.

    Args:
        about: what is being done.

    Yields:
        What to tell the progress to.
    """
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _RateColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task(about, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


class _RateColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.0f}/s" if task.speed else "")
