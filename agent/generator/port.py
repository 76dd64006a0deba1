"""The generator port: anything that turns a prompt into a draft, piece by piece."""

from collections.abc import AsyncIterator
from typing import Protocol


class Generator(Protocol):
    """Words a reply; what it says is a draft until the audit has passed it."""

    @property
    def name(self) -> str:
        """What the trace of a turn calls it."""

    @property
    def adapter_id(self) -> str | None:
        """The tuned adapter it speaks with; None: the base model."""

    def stream(self, messages: list[dict[str, str]]) -> AsyncIterator[str]:
        """Word a reply.

        Closing the iterator early stops the work behind it.

        Args:
            messages: chat messages with ``role`` (system, user, assistant) and ``content``.

        Returns:
            The draft in pieces, in order; reasoning a model does aloud is left out.

        Raises:
            GeneratorError: the draft could not be made or not be finished.
        """
