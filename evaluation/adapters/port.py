"""What a reader of another project's set can do beyond reading cases."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from knowledge.pack import Pack


@runtime_checkable
class LeavesOut(Protocol):
    """Says what of a file it cannot map: such a thing is told in the report and never scored."""

    def left_out(self, file: Path, pack: Pack) -> Sequence[str]:
        """What is not played or not judged, and why; each in one line that begins with file and line.

        Raises:
            PackError: the file is wrong; with all findings.
        """
        ...


@runtime_checkable
class BringsShop(Protocol):
    """Reads a set that asks about a shop of its own."""

    def reads(self, file: Path) -> bool:
        """Whether the file is of this kind."""
        ...

    def shop_files(self, file: Path) -> Mapping[str, str]:
        """The set's own shop as the files of a pack: their text by their name relative to the pack.

        Raises:
            PackError: the set's data are wrong; with all findings.
        """
        ...
