"""What can go wrong while knowledge is found or a release is read.

RetrievalError
├── EmbedderError               an embedding model cannot be opened or gave unusable vectors
├── QueryError                  a search was asked in a way that has no answer
└── ReleaseError                a release folder cannot be used
    ├── ReleaseMissing          no such release, or no current one
    ├── ReleaseFormatError      a file of the release is not what this program writes
    ├── ReleaseChecksumError    a file of the release changed after it was written
    └── EmbedderMismatch        the release was embedded by another model
"""

from pathlib import Path


class RetrievalError(Exception):
    """Knowledge could not be found or read."""


class EmbedderError(RetrievalError):
    """An embedding model cannot be opened or gave unusable vectors.

    Args:
        name: the model as the setting names it.
        problem: what was expected and what to do next.
    """

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"embedding model {name!r}: {problem}")
        self.name = name


class QueryError(RetrievalError):
    """A search was asked in a way that has no answer.

    Args:
        what: the argument at fault.
        value: what was given.
        expected: what would have been right.
    """

    def __init__(self, what: str, value: object, expected: str) -> None:
        super().__init__(f"search with {what}={value!r}: expected {expected}")
        self.what = what
        self.value = value


class ReleaseError(RetrievalError):
    """A release folder cannot be used.

    Args:
        path: the folder or file at fault.
        problem: what was expected and what to do next.
    """

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"release {str(path)!r}: {problem}")
        self.path = path


class ReleaseMissing(ReleaseError):
    """No such release, or no current one."""


class ReleaseFormatError(ReleaseError):
    """A file of the release is not what this program writes."""


class ReleaseChecksumError(ReleaseError):
    """A file of the release changed after it was written."""


class EmbedderMismatch(ReleaseError):
    """The release was embedded by another model.

    Args:
        path: the release folder.
        built_with: identity of the embedder that built it.
        opened_with: identity of the embedder at hand.
    """

    def __init__(self, path: Path, built_with: str, opened_with: str) -> None:
        super().__init__(
            path,
            f"it was embedded with {built_with!r}, but the embedder now is {opened_with!r}; "
            "set the embedder back or build the release again",
        )
        self.built_with = built_with
        self.opened_with = opened_with
