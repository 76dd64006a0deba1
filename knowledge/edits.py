"""Edits of policies that are not published yet: kept beside the releases, so that the pack holds what was published and nothing else.

A pack's folder may be read-only, and several workers may serve it: an edit is one file in a folder that all of them see. Nobody
overwrites what they have not seen: an edit is kept, or given up, by whoever names the text they last read.
"""

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from knowledge.errors import EditConflict, EditOutdated, PackReadOnly, PolicyFileRefused
from knowledge.pack import text_hash
from knowledge.source import read_source
from knowledge.whole_file import write_whole

EDITS_FOLDER = "edits"
LOCK_FILE = "edits.lock"
_NAME = re.compile(
    r"policies/(?:[^/\\\x00-\x1f.\s][^/\\\x00-\x1f]{0,79}/){0,6}[^/\\\x00-\x1f.\s][^/\\\x00-\x1f]{0,119}\.md"
)

_LONGEST_BYTES = 240


@dataclass(frozen=True)
class Edit:
    """A policy's text as an editor wants it, not published yet."""

    file: str
    """Relative to the pack; see `policy_file`."""
    text: str
    """The whole file: front matter and Markdown, every line end a line feed."""
    base: str | None
    """SHA-256 of the pack's file that it began from; None: the pack had none."""
    who: str
    at: datetime
    """Of the last change, aware."""

    @property
    def digest(self) -> str:
        """Tells this text from any other."""
        return text_hash(self.text)


_EDIT = TypeAdapter(Edit)


def policy_file(name: str) -> str:
    """The name of a policy's file, checked: below ``policies/``, no way out of it, nothing hidden.

    Args:
        name: relative to the pack.

    Raises:
        PolicyFileRefused: it is none.
    """
    if not _NAME.fullmatch(name) or any(map(_is_long, name.split("/"))):
        raise PolicyFileRefused(name)
    return name


def _is_long(part: str) -> bool:
    """Whether a file system would refuse a part of a path; what is written whole has a dot and ``.part`` around its name for a moment."""
    return len(part.encode("utf-8", "surrogatepass")) > _LONGEST_BYTES


def file_hash(folder: Path, file: str) -> str | None:
    """The SHA-256 of a pack's file; None: there is none.

    Args:
        folder: the pack.
        file: relative to it.
    """
    path = folder / file
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


class KeptEdits:
    """The edits of one shop.

    Args:
        root: the shop's releases.
    """

    def __init__(self, root: Path) -> None:
        self._folder = root / EDITS_FOLDER
        self._lock = root / LOCK_FILE

    def all(self) -> tuple[Edit, ...]:
        """Every edit, by file; one that cannot be read is left out."""
        found = (self._read(path) for path in self._folder.glob("*.json"))
        return tuple(sorted((one for one in found if one is not None), key=lambda edit: edit.file))

    def find(self, file: str) -> Edit | None:
        """The edit of a file; None: there is none."""
        return self._read(self._path(file))

    def keep(self, edit: Edit, seen: str | None) -> Edit:
        """Keep an edit in place of the one before.

        Args:
            edit: of any file.
            seen: digest of the edit that the editor last read; None: there was none.

        Returns:
            The edit, as it is kept.

        Raises:
            PolicyFileRefused: its file is no policy's.
            EditConflict: somebody else changed it meanwhile.
        """
        policy_file(edit.file)
        with self._held():
            self._check_seen(edit.file, seen)
            self._folder.mkdir(exist_ok=True)
            write_whole(self._path(edit.file), json.dumps(asdict(edit), ensure_ascii=False, default=str).encode())
        return edit

    def drop(self, file: str, seen: str | None) -> None:
        """Give an edit up.

        Args:
            file: of the edit.
            seen: as with `keep`.

        Raises:
            EditConflict: somebody else changed it meanwhile.
        """
        with self._held():
            self._check_seen(file, seen)
            self._path(file).unlink(missing_ok=True)

    def _check_seen(self, file: str, seen: str | None) -> None:
        there = self.find(file)
        if (there.digest if there else None) != seen:
            raise EditConflict(file, there.who if there else None)

    def _path(self, file: str) -> Path:
        return self._folder / f"{hashlib.sha256(file.encode()).hexdigest()[:24]}.json"

    def _read(self, path: Path) -> Edit | None:
        try:
            return _EDIT.validate_json(path.read_bytes())
        except (OSError, ValidationError):
            return None

    @contextmanager
    def _held(self) -> Iterator[None]:
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def texts_of(edits: Sequence[Edit]) -> Mapping[str, str]:
    """The texts of edits by file, as a pack is read with."""
    return {edit.file: edit.text for edit in edits}


def check_edits(folder: Path, edits: Sequence[Edit]) -> None:
    """Refuse edits of files that have changed since the edits began; a file that holds the edit already is none of these.

    Args:
        folder: the pack.
        edits: to be published.

    Raises:
        EditOutdated: a file of the pack is another one now.
        PackReadOnly: the pack's files cannot be written.
    """
    for edit in edits:
        if file_hash(folder, edit.file) not in (edit.base, edit.digest):
            raise EditOutdated(edit.file)
    if edits and not is_writable(folder):
        raise PackReadOnly(folder)


def write_edits(folder: Path, edits: Sequence[Edit]) -> None:
    """Put edits into the pack, each file whole.

    Args:
        folder: the pack.
        edits: checked by `check_edits`.

    Raises:
        PackReadOnly: a file cannot be written.
    """
    for edit in edits:
        path = folder / edit.file
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if file_hash(folder, edit.file) != edit.digest:
                write_whole(path, edit.text.encode())
        except OSError as cause:
            raise PackReadOnly(folder) from cause


def is_writable(folder: Path) -> bool:
    """Whether policies of a pack can be written; its folders may be another user's.

    Args:
        folder: the pack.
    """
    places = [path for path in (folder / "policies").rglob("*") if path.is_dir()]
    return all(os.access(path, os.W_OK | os.X_OK) for path in (folder, *places))


def pack_text(folder: Path, file: str) -> str | None:
    """The text of a pack's file; None: there is none.

    Args:
        folder: the pack.
        file: relative to it.

    Raises:
        PackError: it is not text.
    """
    return read_source(folder, file) if (folder / file).is_file() else None
