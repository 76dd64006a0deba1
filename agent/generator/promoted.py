"""A local Qwen that speaks with the adapter that is promoted, and changes over without a restart."""

import logging
from collections.abc import AsyncIterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from agent.generator.digest import hash_base
from agent.generator.errors import BadAdapter, BadModel
from agent.generator.local_qwen import LocalLimits, LocalQwenGenerator
from agent.generator.registry.errors import RegistryError
from agent.generator.registry.promotions import Stamp
from agent.generator.registry.registry import Registry
from agent.generator.weights import Weights, load_weights, with_adapter

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Refused:
    """A promotion that could not be followed."""

    version: str | None
    """None: the pointer itself cannot be read."""
    why: str


class PromotedGenerator:
    """Follows a registry. Each turn asks `current` once and keeps what it got, whatever is promoted meanwhile.

    The base model is held once: an adapter that is loaded beside another shares its numbers.

    Args:
        base: the model without an adapter.
        base_sha256: its hash; an adapter for another one is refused.
        registry: names the adapter.
        limits: budgets of one draft; None: the defaults.

    Raises:
        BadModel: the adapter that is promoted at the start cannot be used.
        RegistryError: the pointer or the version cannot be read.
    """

    def __init__(self, base: Weights, base_sha256: str, registry: Registry, limits: LocalLimits | None = None) -> None:
        self._base = base
        self._base_sha256 = base_sha256
        self._registry = registry
        self._limits = limits or LocalLimits()
        self._loader = ThreadPoolExecutor(1, thread_name_prefix="adapter")
        self._coming: Future[LocalQwenGenerator] | None = None
        self._stamp: Stamp | None = registry.stamp()
        self.refused: Refused | None = None
        """The newest promotion, where it could not be followed."""
        self._current = self._load()

    @classmethod
    def load(cls, model: Path, registry: Registry, *, device: str | None = None) -> "PromotedGenerator":
        """Load a model and follow a registry.

        Args:
            model: folder of a transformers model in safetensors.
            registry: names the adapter.
            device: where it runs; None: a GPU where there is one.

        Raises:
            BadModel: the model, or the adapter that is promoted now, cannot be used.
            RegistryError: the pointer or the version cannot be read.
        """
        return cls(load_weights(model, None, device), hash_base(model), registry)

    @property
    def name(self) -> str:
        """What the trace of a turn calls it."""
        return self._current.name

    @property
    def adapter_id(self) -> str | None:
        """The version that speaks now; None: the base model."""
        return self._current.adapter_id

    def current(self) -> LocalQwenGenerator:
        """Who words a turn that begins now; one look at the pointer file while nothing changed.

        A moved pointer is followed beside the turns: until the adapter is loaded, the one before it goes on. One that cannot be
        used is refused, and the one before it stays.
        """
        if self._coming is not None and self._coming.done():
            self._change_over(self._coming)
            self._coming = None
        stamp = self._registry.stamp()
        if self._coming is None and stamp != self._stamp:
            self._stamp = stamp
            self._coming = self._loader.submit(self._load)
        return self._current

    def stream(self, messages: list[dict[str, str]]) -> AsyncIterator[str]:
        """Word a reply with the adapter that speaks now; see ``Generator.stream``.

        Args:
            messages: the prompt.
        """
        return self.current().stream(messages)

    def prove(self, folder: Path) -> None:
        """Load an adapter, and let it go again.

        Args:
            folder: of a registered version.

        Raises:
            BadModel: it cannot be served.
        """
        self._registry.check(folder.name, self._base_sha256)
        with_adapter(self._base, folder)

    def close(self) -> None:
        """Let the threads go."""
        self._loader.shutdown(wait=False, cancel_futures=True)
        self._current.close()

    def _load(self) -> LocalQwenGenerator:
        promotion = self._registry.current()
        if promotion is None:
            return LocalQwenGenerator(self._base, limits=self._limits)
        try:
            version = self._registry.check(promotion.version, self._base_sha256)
            weights = with_adapter(self._base, version.folder)
        except (OSError, RuntimeError) as error:
            raise BadAdapter(
                f"adapter {promotion.version!r} cannot be loaded: {error}; make room, or promote another"
            ) from error
        return LocalQwenGenerator(weights, adapter_id=version.name, limits=self._limits)

    def _change_over(self, loaded: Future[LocalQwenGenerator]) -> None:
        try:
            self._current, self.refused = loaded.result(), None
            _LOG.info("adapter %s speaks from now on", self._current.adapter_id)
        except (BadModel, RegistryError) as error:
            self.refused = Refused(self._promoted(), str(error))
            _LOG.error("adapter %s stays in service: %s", self._current.adapter_id, error)

    def _promoted(self) -> str | None:
        try:
            promotion = self._registry.current()
        except RegistryError:
            return None
        return promotion.version if promotion else None
