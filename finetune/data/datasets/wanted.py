"""What ``data`` names: a file or a dataset, and how many of its rows."""

from dataclasses import dataclass
from pathlib import PurePath

from finetune.errors import ConfigError

_ENDINGS = frozenset({".jsonl", ".json", ".csv"})


@dataclass(frozen=True)
class Wanted:
    """One item of ``data``."""

    name: str
    count: int | None = None
    """So many of its rows are drawn; None: all."""

    @property
    def is_file(self) -> bool:
        """Whether a file is named, not a dataset."""
        return PurePath(self.name).suffix.lower() in _ENDINGS or "/" in self.name


def read_wanted(item: str) -> Wanted:
    """Read ``rows.jsonl``, ``name`` or ``name#500``.

    Raises:
        ConfigError: what stands behind ``#`` is no number of rows.
    """
    name, mark, count = item.strip().rpartition("#")
    if not mark:
        return Wanted(item.strip())
    if not name or not count.isascii() or not count.isdigit() or int(count) == 0:
        raise ConfigError(f"data: {item!r}: expected a file or dataset and a number of rows, such as rows.jsonl#500")
    return Wanted(name, int(count))
