"""The registry of datasets: names for files of rows, in the form of LLaMA-Factory's ``dataset_info.json``."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from finetune.data.datasets.entry import Entry, read_entry
from finetune.errors import ConfigError
from finetune.nearest import nearest

FILE = "dataset_info.json"
SHIPPED: Mapping[str, Path] = MappingProxyType(
    {name: Path(__file__).parents[1] / "identity" / f"{name}.jsonl" for name in ("self_cognition", "unprompted")}
)
"""Datasets that come with the program, in its own format."""


class DatasetRegistry:
    """Datasets by name.

    Args:
        place: a folder that holds ``dataset_info.json``, or such a file; None: only what comes with the program is known.

    Raises:
        ConfigError: it cannot be read.
    """

    def __init__(self, place: Path | None) -> None:
        self._file = place / FILE if place is not None and place.is_dir() else place
        self._entries = _read(self._file) if self._file else {}

    @property
    def names(self) -> tuple[str, ...]:
        """All names, the shop's own first."""
        return tuple(dict.fromkeys((*self._entries, *SHIPPED)))

    def find(self, name: str) -> tuple[Path, Entry | None]:
        """Find a dataset; the shop's own goes before one of the same name that comes with the program.

        Returns:
            Its file, and how its rows are written; None: seen from its keys.

        Raises:
            ConfigError: there is none of that name (the nearest known one is named), or it cannot be used.
        """
        if name in self._entries and self._file is not None:
            entry = read_entry(name, self._entries[name], str(self._file))
            return self._file.parent / str(entry.file_name), entry
        if name in SHIPPED:
            return SHIPPED[name], None
        said = f"in {str(self._file)!r}" if self._file else "and no registry is set ('datasets')"
        raise ConfigError(
            f"data: there is no dataset {name!r} {said}; the nearest known one is {nearest(name, self.names)!r}. "
            "A file is named with its ending, such as rows.jsonl"
        )


def _read(file: Path) -> dict[str, Any]:
    try:
        values = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(
            f"datasets: {str(file)!r} cannot be read ({error.strerror}); name a {FILE} or its folder"
        ) from error
    except ValueError as error:
        raise ConfigError(f"datasets: {str(file)!r} is no JSON ({error}); mend it") from error
    if not isinstance(values, dict):
        raise ConfigError(f"datasets: {str(file)!r}: expected names with their entries, got {type(values).__name__}")
    return values
