"""What can go wrong with a shop's knowledge.

KnowledgeError
├── PackError               files of a pack could not be read; carries every finding at once
├── PublishRefused          the pack is readable but must not be published as it is
├── PublishBusy             another publish or rollback of the same shop is running
├── ReleaseUnknown          the release asked for is not there
├── DraftExists             a draft would overwrite a file
├── PolicyFileRefused       a name that is no policy's file
├── EditConflict            somebody else changed the same edit meanwhile
├── EditOutdated            the pack's file changed since the edit began
└── PackReadOnly            the pack's files cannot be written
"""

from collections.abc import Iterable
from pathlib import Path

from knowledge.findings import Finding, in_reading_order


class KnowledgeError(Exception):
    """Root of all errors of a shop's knowledge."""


class PackError(KnowledgeError):
    """Files of a pack could not be read; nothing was changed."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(in_reading_order(list(findings)))
        super().__init__("\n".join(str(finding) for finding in self.findings))

    @property
    def first(self) -> Finding:
        """The most urgent finding."""
        return self.findings[0]


class PublishRefused(KnowledgeError):
    """The pack is readable but must not be published as it is; the old release goes on serving."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(in_reading_order(list(findings)))
        lines = "\n".join(f"  {finding}" for finding in self.findings)
        super().__init__(
            f"Not published, {len(self.findings)} finding(s) stand against it:\n{lines}\n"
            "Mend them, or publish with --force --reason WHY, which is recorded."
        )


class PublishBusy(KnowledgeError):
    """Another publish or rollback of the same shop is running."""

    def __init__(self, releases: Path, holder: str) -> None:
        super().__init__(
            f"Another publish into {str(releases)!r} is running ({holder or 'holder unknown'}): "
            "wait until it is done, then try again."
        )
        self.releases = releases
        self.holder = holder


class ReleaseUnknown(KnowledgeError):
    """The release asked for is not there."""

    def __init__(self, release_id: str | None, known: Iterable[str]) -> None:
        names = ", ".join(known) or "none"
        what = (
            "There is no release before the current one"
            if release_id is None
            else f"Release {release_id!r} is not there"
        )
        super().__init__(f"{what}; kept releases: {names}. Name one of these.")
        self.release_id = release_id


class DraftExists(KnowledgeError):
    """A draft would overwrite a file; nothing was written."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"Draft {str(file)!r} is there already: name another folder, or move it away.")
        self.file = file


class PolicyFileRefused(KnowledgeError):
    """A name that is no policy's file."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} is no file of a policy: name one such as 'policies/returns/return-window.md'")
        self.name = name


class EditConflict(KnowledgeError):
    """Somebody else changed the same edit meanwhile; nothing was changed."""

    def __init__(self, file: str, who: str | None) -> None:
        did = f"was changed by {who!r}" if who is not None else "was published or given up"
        super().__init__(f"the edit of {file!r} {did} since you read it: look at both texts, then decide")
        self.file = file
        self.who = who


class EditOutdated(KnowledgeError):
    """The pack's file changed since the edit began; nothing was published."""

    def __init__(self, file: str) -> None:
        super().__init__(f"{file!r} of the pack changed since this edit began: look at both texts, then decide")
        self.file = file


class PackReadOnly(KnowledgeError):
    """The pack's files cannot be written; nothing was published."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"policies of the pack {str(folder)!r} cannot be written: serve a copy of it (--shop DIR) that this server may write"
        )
        self.folder = folder
