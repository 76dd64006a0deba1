"""The outlet of a draft: from the thread that makes its tokens to the task that reads its words."""

import asyncio
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from agent.generator.errors import GeneratorError, TimedOut

_HALF = "\ufffd"
"""What a tokenizer writes for bytes that are no character yet."""


@dataclass
class Outlet:
    """One draft on its way to its reader."""

    messages: list[dict[str, str]]
    """The prompt."""
    first_token_s: float
    total_s: float
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    """The reader's."""
    stop: threading.Event = field(default_factory=threading.Event)
    """Nobody reads any more: no further token is made."""
    started: float = field(default_factory=time.monotonic)
    prompt_tokens: int = 0
    tokens: int = 0
    """Made so far."""
    _pieces: "asyncio.Queue[str | GeneratorError | None]" = field(default_factory=asyncio.Queue)
    _has_begun: bool = False

    def put(self, piece: str) -> None:
        """From the worker: hand over a piece."""
        self._send(piece)

    def finish(self, end: GeneratorError | None = None) -> None:
        """From the worker: there is no more; ``end`` says why, where that is an error."""
        self._send(end)

    def _send(self, item: str | GeneratorError | None) -> None:
        with suppress(RuntimeError):  # the reader's loop is closed: nobody waits any more
            self.loop.call_soon_threadsafe(self._pieces.put_nowait, item)

    async def next_piece(self) -> str | None:
        """To the reader: the next piece; None at the end.

        Raises:
            TimedOut: it did not come in time.
            GeneratorError: the draft could not be made or not be finished.
        """
        phase, limit = ("total", self.total_s) if self._has_begun else ("first token", self.first_token_s)
        try:
            async with asyncio.timeout(max(0.0, self.started + limit - time.monotonic())):
                item = await self._pieces.get()
        except TimeoutError as error:
            self.stop.set()
            raise TimedOut(phase, limit) from error
        if isinstance(item, GeneratorError):
            raise item
        self._has_begun = True
        return item


class Decoder:
    """Turns tokens into text as soon as whole characters are there.

    Args:
        tokenizer: of the model.
        outlet: where the text goes.
    """

    def __init__(self, tokenizer: Any, outlet: Outlet) -> None:
        self._tokenizer = tokenizer
        self._outlet = outlet
        self._tokens: list[int] = []
        self._said = 0

    def feed(self, token: int) -> None:
        """Take a token; half a character waits for its other half."""
        self._tokens.append(token)
        text = self._text()
        if not text.endswith(_HALF):
            self._say(text)

    def flush(self) -> None:
        """Say what is left."""
        self._say(self._text())

    def _text(self) -> str:
        return str(self._tokenizer.decode(self._tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False))

    def _say(self, text: str) -> None:
        if len(text) > self._said:
            self._outlet.put(text[self._said :])
        self._said = max(self._said, len(text))
