"""A Qwen model in this process, with or without a LoRA adapter, streamed from a worker thread."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent import spans
from agent.generator.errors import GeneratorError, Interrupted, Overrun, TimedOut
from agent.generator.thinking import ThoughtFilter
from agent.generator.weights import Weights, load_weights
from agent.prompt import encode


@dataclass(frozen=True)
class LocalLimits:
    """How long and how much a local model may take for one draft."""

    first_token_s: float = 30.0
    total_s: float = 60.0
    """From the call on, waiting for an earlier draft included."""
    max_tokens: int = 256
    temperature: float = 0.0
    """0: always the most probable token."""


@dataclass
class LocalQwenGenerator:
    """Words drafts with weights held in memory, one at a time."""

    weights: Weights
    name: str = "local"
    adapter_id: str | None = None
    limits: LocalLimits = LocalLimits()
    _worker: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="local-model"), repr=False
    )

    @classmethod
    def load(
        cls,
        model: str | Path,
        *,
        adapter: str | Path | None = None,
        device: str | None = None,
        limits: LocalLimits | None = None,
    ) -> "LocalQwenGenerator":
        """Load a model, and an adapter over it.

        Args:
            model: folder of a transformers model in safetensors, with its tokenizer and chat template.
            adapter: folder of a PEFT LoRA adapter in safetensors.
            device: ``cpu``, ``cuda``, ``cuda:1``; None: a GPU where there is one.
            limits: budgets of one draft; None: the defaults.

        Raises:
            BadModel: the model cannot be used.
            BadAdapter: the adapter is not safetensors, or a key of it is missing, unexpected or of another shape.
        """
        weights = load_weights(Path(model), Path(adapter) if adapter else None, device)
        adapter_id = Path(adapter).name if adapter else None
        return cls(weights, adapter_id=adapter_id, limits=limits or LocalLimits())

    async def stream(self, messages: list[dict[str, str]]) -> AsyncIterator[str]:
        """Word a reply.

        Closing the iterator or cancelling the task stops the model at its next token.

        Args:
            messages: the prompt.

        Raises:
            TimedOut: a deadline passed.
            Overrun: the draft reached its limit of tokens.
            Interrupted: the model failed.
        """
        draft = _Draft(asyncio.get_running_loop(), self.limits)
        job = self._worker.submit(self._write, messages, draft)
        thoughts = ThoughtFilter()
        try:
            while (piece := await draft.next_piece()) is not None:
                said = thoughts.feed(piece)
                if said:
                    yield said
            spans.count_tokens(draft.prompt_tokens, draft.tokens)
            rest = thoughts.finish()
            if rest:
                yield rest
        finally:
            draft.stop.set()
            job.cancel()

    def close(self) -> None:
        """Let the worker thread go; a draft in work is given up at its next token."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _write(self, messages: list[dict[str, str]], draft: "_Draft") -> None:
        """Generate in the worker thread; whatever ends it, the reader is told."""
        end: GeneratorError | None = None
        try:
            count, is_ended = _generate(self.weights, messages, self.limits, draft)
            if not is_ended and not draft.stop.is_set():
                end = Overrun(f"the draft reached {count} tokens before its end; raise max_tokens or ask for less")
        except (RuntimeError, ValueError, IndexError, KeyError, TypeError) as error:
            end = Interrupted(f"the local model failed: {error}")
            end.__cause__ = error
        finally:
            draft.finish(end)


@dataclass
class _Draft:
    """The channel between the worker thread and the reader."""

    loop: asyncio.AbstractEventLoop
    limits: LocalLimits
    stop: threading.Event = field(default_factory=threading.Event)
    started: float = field(default_factory=time.monotonic)
    prompt_tokens: int = 0
    tokens: int = 0
    """Made so far."""
    _pieces: "asyncio.Queue[str | GeneratorError | None]" = field(default_factory=asyncio.Queue)
    _has_begun: bool = False

    def put(self, piece: str) -> None:
        """From the worker: hand over a piece."""
        self._send(piece)

    def finish(self, end: GeneratorError | None) -> None:
        """From the worker: there is no more; ``end`` says why, where that is an error."""
        self._send(end)

    def _send(self, item: str | GeneratorError | None) -> None:
        with suppress(RuntimeError):  # the reader's loop is closed: nobody waits any more
            self.loop.call_soon_threadsafe(self._pieces.put_nowait, item)

    async def next_piece(self) -> str | None:
        """To the reader: the next piece; None at the end."""
        phase, limit = ("total", self.limits.total_s) if self._has_begun else ("first token", self.limits.first_token_s)
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


def _generate(weights: Weights, messages: list[dict[str, str]], limits: LocalLimits, draft: _Draft) -> tuple[int, bool]:
    """Run the model token by token.

    Returns:
        How many tokens were made, and whether the model brought its reply to an end.
    """
    import torch

    prompt = encode(weights.tokenizer, messages)
    room = getattr(weights.model.config, "max_position_embeddings", None)
    if room is not None and prompt.prompt_tokens + limits.max_tokens > room:
        raise ValueError(f"the prompt has {prompt.prompt_tokens} tokens and the model takes {room}, the reply included")
    ids = torch.tensor([prompt.input_ids], device=weights.device)  # (1, prompt)
    cache: Any = None
    draft.prompt_tokens = prompt.prompt_tokens
    made: list[int] = []
    text = _Decoder(weights.tokenizer, draft.put)
    with torch.inference_mode():
        while len(made) < limits.max_tokens and not draft.stop.is_set():
            output = weights.model(input_ids=ids, past_key_values=cache, use_cache=True)
            cache = output.past_key_values
            token = _choose(output.logits[0, -1], limits.temperature)  # logits: (1, step, vocabulary)
            if token in weights.end_ids:
                text.flush()
                return len(made), True
            made.append(token)
            draft.tokens = len(made)
            text.feed(token)
            ids = torch.tensor([[token]], device=weights.device)  # (1, 1)
    text.flush()
    return len(made), False


def _choose(logits: Any, temperature: float) -> int:
    """Pick the next token from the logits of one place, (vocabulary,)."""
    import torch

    if temperature <= 0:
        return int(logits.argmax())
    return int(torch.multinomial(torch.softmax(logits.float() / temperature, dim=-1), 1))


class _Decoder:
    """Turns tokens into text as soon as whole characters are there."""

    def __init__(self, tokenizer: Any, put: Callable[[str], None]) -> None:
        self._tokenizer = tokenizer
        self._put = put
        self._tokens: list[int] = []
        self._said = 0

    def feed(self, token: int) -> None:
        """Take a token; half a character waits for its other half."""
        self._tokens.append(token)
        text = self._text()
        if not text.endswith("\ufffd"):
            self._say(text)

    def flush(self) -> None:
        """Say what is left."""
        self._say(self._text())

    def _text(self) -> str:
        return str(self._tokenizer.decode(self._tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False))

    def _say(self, text: str) -> None:
        if len(text) > self._said:
            self._put(text[self._said :])
        self._said = max(self._said, len(text))
