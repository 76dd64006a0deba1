"""The scripted generator: a model that says what it is told to, for tests, replays and demonstrations."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from agent.generator.errors import GeneratorError, Interrupted

Step = str | GeneratorError
"""One answer of the script: a draft, or the error that comes instead."""


@dataclass
class ScriptedGenerator:
    """Says its lines one after another, or asks a function for them."""

    script: Sequence[Step] | Callable[[list[dict[str, str]]], Step]
    """Drafts in the order of the calls, the last one repeated; or a function from the messages to a draft."""
    name: str = "scripted"
    adapter_id: str | None = None
    piece_chars: int = 8
    """Characters a piece of the stream, >= 1."""
    delay_s: float = 0.0
    """Pause before each piece, in seconds."""
    breaks_after: int | None = None
    """Breaks off after so many pieces; None: says everything."""
    hangs: bool = False
    """Never says anything."""
    seen: list[list[dict[str, str]]] = field(default_factory=list)
    """The messages of every call so far."""

    async def stream(self, messages: list[dict[str, str]]) -> AsyncIterator[str]:
        """Say the next line of the script.

        Args:
            messages: the prompt; kept in `seen`.

        Raises:
            GeneratorError: the script says so, or the stream breaks off.
        """
        self.seen.append(messages)
        if self.hangs:
            await asyncio.Event().wait()
        step = self._next(messages)
        if isinstance(step, GeneratorError):
            raise step
        pieces = [step[at : at + self.piece_chars] for at in range(0, len(step), self.piece_chars)]
        for count, piece in enumerate(pieces):
            if count == self.breaks_after:
                raise Interrupted(f"the script breaks off after {count} pieces")
            await asyncio.sleep(self.delay_s)
            yield piece

    def _next(self, messages: list[dict[str, str]]) -> Step:
        if callable(self.script):
            return self.script(messages)
        if not self.script:
            raise Interrupted("the script is empty: give at least one line")
        return self.script[min(len(self.seen), len(self.script)) - 1]
