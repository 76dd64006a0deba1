"""Loading: what ``data`` names, read and drawn."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from agent.profile import ShopProfile
from finetune.data.datasets.columns import adapt, form_of
from finetune.data.datasets.registry import DatasetRegistry
from finetune.data.datasets.sampling import draw
from finetune.data.datasets.wanted import Wanted, read_wanted
from finetune.data.formats.detect import read_as, read_dialogues
from finetune.data.rows import DataFile, Reading, file_of
from finetune.errors import DataError
from finetune.problems import Problem


def load_datasets(items: Sequence[str], place: Path | None, profile: ShopProfile, seed: int) -> tuple[DataFile, ...]:
    """Read what ``data`` names.

    Args:
        items: files and names of datasets, each with ``#500`` for so many of its rows.
        place: of the registry; None: there is none.
        profile: the shop whose prompt heads rows that bring no system message.
        seed: decides which rows are drawn.

    Raises:
        ConfigError: a dataset is not known or cannot be used, or a number is none.
        DataError: every broken row of every file is in it.
    """
    registry = DatasetRegistry(place)
    files: list[DataFile] = []
    problems: list[Problem] = []
    for wanted in map(read_wanted, items):
        path, reading, count = _find(wanted, registry)
        try:
            files.append(_drawn(file_of(path, reading, profile), wanted.name, count, seed))
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return tuple(files)


def _find(wanted: Wanted, registry: DatasetRegistry) -> tuple[Path, Reading, int | None]:
    if wanted.is_file:
        return Path(wanted.name), read_dialogues, wanted.count
    path, entry = registry.find(wanted.name)
    if entry is None:
        return path, read_dialogues, wanted.count
    known = entry
    form = form_of(known)
    return (
        path,
        lambda file: (form, read_as(file, form, lambda record: adapt(record, known))),
        wanted.count or known.num_samples,
    )


def _drawn(file: DataFile, name: str, count: int | None, seed: int) -> DataFile:
    if count is None:
        return file
    there = len({row.place for row in file.rows})
    short = count - there
    notes = file.notes
    if short > 0:
        told = f"{name}#{count}: {file.path} has {there} rows, {short} fewer than asked for; all are taken, none twice"
        notes = (*notes, Problem("setting", "warning", None, told))
    return replace(file, rows=draw(file.rows, count, seed, name), notes=notes)
