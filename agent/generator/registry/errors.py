"""What can go wrong with registered adapters.

RegistryError
├── VersionUnknown     no such version is registered
├── NotPassed          no gate lets it through, and nobody took responsibility
├── NothingBefore      nothing was served before: there is nothing to roll back to
└── ReasonMissing      something is forced without a reason

An adapter that is damaged or does not fit is a ``BadAdapter``, here as everywhere.
"""

from collections.abc import Sequence
from pathlib import Path


class RegistryError(Exception):
    """Root of all errors of the registry."""


class VersionUnknown(RegistryError):
    """No such version is registered.

    Args:
        version: as it was named.
        known: those that are registered.
    """

    def __init__(self, version: str, known: Sequence[str]) -> None:
        super().__init__(f"there is no registered adapter {version!r}; known are {list(known)!r}")
        self.version = version


class NotPassed(RegistryError):
    """No gate lets an adapter through.

    Args:
        adapter: its version or folder.
        reasons: what stands against it.
    """

    def __init__(self, adapter: str, reasons: Sequence[str]) -> None:
        super().__init__(
            f"adapter {adapter!r} may not be used: {'; '.join(reasons)}. Train a better one, or --force it with a --reason"
        )
        self.reasons = tuple(reasons)


class NothingBefore(RegistryError):
    """There is nothing to roll back to.

    Args:
        root: the registry.
    """

    def __init__(self, root: Path) -> None:
        super().__init__(f"no adapter was served before the current one in {str(root)!r}; promote one")


class ReasonMissing(RegistryError):
    """Something is forced without a reason."""

    def __init__(self) -> None:
        super().__init__("what is forced needs a reason: say why with --reason")
