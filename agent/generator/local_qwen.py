"""A Qwen model in this process, with or without a LoRA adapter: one thread makes the drafts of concurrent turns side by side."""

import threading
from collections import deque
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from agent import spans
from agent.generator.batch import Batch
from agent.generator.errors import Interrupted
from agent.generator.memory import Beginnings
from agent.generator.outlet import Outlet
from agent.generator.thinking import ThoughtFilter
from agent.generator.weights import Weights, load_weights


@dataclass(frozen=True)
class LocalLimits:
    """How long and how much a local model may take for one draft, and for how many at once."""

    first_token_s: float = 30.0
    total_s: float = 60.0
    """From the call on, waiting for a place included."""
    max_tokens: int = 256
    temperature: float = 0.0
    """0: always the most probable token."""
    at_once: int = 8
    """Drafts made side by side; more wait for a place."""
    kept_beginnings: int = 4
    """System messages that are read once and not with each turn; 0: none."""


@dataclass
class LocalQwenGenerator:
    """Words drafts with weights held in memory, those of concurrent turns side by side."""

    weights: Weights
    name: str = "local"
    adapter_id: str | None = None
    limits: LocalLimits = LocalLimits()
    _worker: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="local-model"), repr=False
    )
    _waiting: deque[Outlet] = field(default_factory=deque, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    """Held to look at `_waiting`, `_is_at_work` and `_is_closed` together."""
    _is_at_work: bool = False
    _is_closed: bool = False

    def __post_init__(self) -> None:
        """Begin without any memory."""
        self._beginnings = Beginnings(self.weights, self.limits.kept_beginnings)

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

        Closing the iterator or cancelling the task stops this draft at its next token; the others go on.

        Args:
            messages: the prompt.

        Raises:
            TimedOut: a deadline passed.
            Overrun: the draft reached its limit of tokens.
            Interrupted: the model failed, or was closed.
        """
        outlet = Outlet(messages, self.limits.first_token_s, self.limits.total_s)
        self._hand_over(outlet)
        thoughts = ThoughtFilter()
        try:
            while (piece := await outlet.next_piece()) is not None:
                said = thoughts.feed(piece)
                if said:
                    yield said
            spans.count_tokens(outlet.prompt_tokens, outlet.tokens)
            rest = thoughts.finish()
            if rest:
                yield rest
        finally:
            outlet.stop.set()

    def close(self) -> None:
        """Let the worker thread go; drafts in work are given up at their next token."""
        with self._lock:
            self._is_closed = True
            waiting = list(self._waiting)
            self._waiting.clear()
        for outlet in waiting:
            outlet.finish(_closed())
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _hand_over(self, outlet: Outlet) -> None:
        """Give a draft to the worker, which is woken where it rests."""
        with self._lock:
            if self._is_closed:
                raise _closed()
            self._waiting.append(outlet)
            if not self._is_at_work:
                self._is_at_work = True
                self._worker.submit(self._work)

    def _work(self) -> None:
        """In the worker thread: make drafts until there are none; one prompt is read between two steps, so that none waits long."""
        batch = Batch(self.weights, self._beginnings, self.limits.max_tokens, self.limits.temperature)
        end = Interrupted("the local model's worker broke down; look at what it logged")
        try:
            while (coming := self._next(batch)) is not None:
                for outlet in coming:
                    batch.join(outlet)
                batch.step()
            end = _closed()
        finally:
            batch.give_up(end)

    def _next(self, batch: Batch) -> list[Outlet] | None:
        """The draft that joins now, if any; None: there is nothing left to do."""
        with self._lock:
            if self._is_closed or not (self._waiting or len(batch)):
                self._is_at_work = False
                return None
            has_place = self._waiting and len(batch) < self.limits.at_once
            return [self._waiting.popleft()] if has_place else []


def _closed() -> Interrupted:
    return Interrupted("the local model was closed; ask the one that took its place")
