"""Finding what is to be played at the paths that a command names."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluation.adapters.documents import DocumentReader
from evaluation.adapters.ecom import EcomReader
from evaluation.adapters.logs import ChatLogReader
from evaluation.adapters.port import BringsShop, LeavesOut
from evaluation.adapters.questions import QuestionReader
from evaluation.adapters.tau import TauReader
from evaluation.errors import NothingToReplay, OwnShop
from evaluation.play.case import Case, CaseReader
from evaluation.play.transcripts import TranscriptReader
from evaluation.suites.reader import TaskReader
from knowledge.errors import PackError
from knowledge.findings import Finding, Place
from knowledge.pack import Pack
from knowledge.transcripts import TRANSCRIPTS_FOLDER

READERS: tuple[CaseReader, ...] = (
    TaskReader(),
    TauReader(),
    EcomReader(),
    DocumentReader(),
    ChatLogReader(),
    QuestionReader(),
    TranscriptReader(),
)
"""Asked in this order; the first that knows a file reads it."""


@dataclass(frozen=True)
class Cases:
    """What is to be played."""

    cases: tuple[Case, ...]
    """In the order of the paths, files and lines."""
    digests: tuple[str, ...]
    """Each file's name with the beginning of its SHA-256: says whether the same was played."""
    left_out: tuple[str, ...] = ()
    """What a set holds that cannot be played or not be judged, and why."""


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
    left_out: list[str] = []
    for path in paths or [pack.folder]:
        for file in _files(path, readers):
            reader = next(one for one in readers if one.reads(file))
            found.extend(reader.read(file, pack))
            left_out.extend(reader.left_out(file, pack) if isinstance(reader, LeavesOut) else ())
            digests.append(f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()[:12]}")
    _refuse_repeated(found)
    return Cases(tuple(found), tuple(digests), tuple(left_out))


def own_shop(paths: Sequence[Path], readers: Sequence[CaseReader] = READERS) -> Mapping[str, str] | None:
    """The shop that a set brings along, as the files of a pack; None: what is at the paths asks about the shop that is given.

    Args:
        paths: files, folders or packs.
        readers: know the kinds of files.

    Raises:
        PackError: the set's data are wrong, or a path holds nothing to play.
        OwnShop: something else is to be played with it.
    """
    files = [file for path in paths for file in _files(path, readers)]
    for file in files:
        reader = next(one for one in readers if one.reads(file))
        if isinstance(reader, BringsShop):
            if len(files) > 1:
                raise OwnShop(str(file))
            return reader.shop_files(file)
    return None


def _files(path: Path, readers: Sequence[CaseReader]) -> Iterator[Path]:
    if path.is_file():
        files = [path]
    else:
        folder = path / TRANSCRIPTS_FOLDER if (path / TRANSCRIPTS_FOLDER).is_dir() else path
        files = sorted(file for file in folder.rglob("*") if file.is_file())
    known = [file for file in files if any(reader.reads(file) for reader in readers)]
    if not known:
        advice = "Name a .jsonl file, a folder of them, a shop pack, or a set that docs/adapters.md describes."
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
