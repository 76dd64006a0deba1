"""Errors of understanding.

UnderstandingError
├── UtteranceError        a file of labelled utterances cannot be used
└── WeightsError          the classifier's weight file cannot be used
"""

from pathlib import Path


class UnderstandingError(Exception):
    """Anything that keeps a message from being understood."""


class UtteranceError(UnderstandingError):
    """A file of labelled utterances cannot be used for training."""

    def __init__(self, path: Path, problem: str) -> None:
        self.path = path
        self.problem = problem
        super().__init__(f"reading the utterances of {str(path)!r}: {problem}")


class WeightsError(UnderstandingError):
    """The weight file of the intent classifier is missing, damaged or of another shape."""

    def __init__(self, path: Path, problem: str) -> None:
        self.path = path
        self.problem = problem
        super().__init__(
            f"loading the intent classifier from {str(path)!r}: {problem}; "
            "write it again with `python -m agent.understanding.training`"
        )
