"""The garbage collector at rest while many lasting objects are made."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collecting_paused() -> Iterator[None]:
    """Let the garbage collector rest: while a hundred thousand goods are read it would look through all of them again and again.

    Source: benchmarks/feed.py; reading 100,000 SKUs of a release takes 0.4 s instead of 1.3 s.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
