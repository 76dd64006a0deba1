"""Finding what is to be played at the paths that a command names."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluation.errors import NothingToReplay
from evaluation.play.case import Case, CaseReader
from evaluation.play.transcripts import TranscriptReader
from evaluation.suites.reader import TaskReader
from knowledge.errors import PackError
from knowledge.findings import Finding, Place
from knowledge.pack import Pack
from knowledge.transcripts import TRANSCRIPTS_FOLDER

READERS: tuple[CaseReader, ...] = (TaskReader(), TranscriptReader())
"""Asked in this order; the first that knows a file reads it."""


@dataclass(frozen=True)
class Cases:
    """What is to be played."""

    cases: tuple[Case, ...]
    """In the order of the paths, files and lines."""
    digests: tuple[str, ...]
    """Each file's name with the beginning of its SHA-256: says whether the same was played."""


def read_cases(paths: Sequence[Path], pack: Pack, readers: Sequence[CaseReader] = READERS) -> Cases:
    """Read everything at some paths.

    Args:
        paths: files, folders, or packs, whose transcripts are meant; none: the transcripts of ``pack``.
        pack: the shop that answers.
        readers: know the kinds of files.

    Raises:
        PackError: a file is wrong, a path holds nothing to play, or two cases have one id.
        NothingToReplay: no path is given and the pack has no transcripts.
    """
    if not paths and not pack.transcripts:
        raise NothingToReplay(pack.shop.shop_id)
    found: list[Case] = []
    digests: list[str] = []
    for path in paths or [pack.folder]:
        for file in _files(path, readers):
            reader = next(one for one in readers if one.reads(file))
            found.extend(reader.read(file, pack))
            digests.append(f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()[:12]}")
    _refuse_repeated(found)
    return Cases(tuple(found), tuple(digests))


def _files(path: Path, readers: Sequence[CaseReader]) -> Iterator[Path]:
    if path.is_file():
        files = [path]
    else:
        folder = path / TRANSCRIPTS_FOLDER if (path / TRANSCRIPTS_FOLDER).is_dir() else path
        files = sorted(file for file in folder.rglob("*") if file.is_file())
    known = [file for file in files if any(reader.reads(file) for reader in readers)]
    if not known:
        advice = "Name a .jsonl file, a folder of them or a shop pack."
        raise PackError([Finding("file", "error", Place(str(path)), f"nothing to play at {str(path)!r}.", advice)])
    yield from known


def _refuse_repeated(cases: Sequence[Case]) -> None:
    first: dict[str, str] = {}
    findings = []
    for case in cases:
        if case.case_id in first:
            message = f"case id {case.case_id!r} is used in {first[case.case_id]} already."
            findings.append(Finding("duplicate_id", "error", Place(case.origin), message, "Give each case its own id."))
        first.setdefault(case.case_id, case.origin)
    if findings:
        raise PackError(findings)
