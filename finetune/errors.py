"""What can go wrong on the way from rows to an adapter.

FinetuneError
├── ConfigError      the configuration is not usable as it stands
├── DataError        rows that cannot be read, or that state what their context does not hold
├── MaskError        a row's labels are not its answer and its end token
├── ModelError       the base model cannot be found, read or tuned
├── CannotWork       the plan says that this run would not do what is asked
├── RunError         the output folder holds another run, or nothing to resume
├── ExportError      a model cannot be merged, or brought into another format
└── Diverged         the loss is no number any more
"""

from collections.abc import Sequence

from finetune.problems import Problem

_SHOWN = 20


class FinetuneError(Exception):
    """Root of all errors of a training run."""


class ConfigError(FinetuneError):
    """The configuration is not usable as it stands."""


class _Listed(FinetuneError):
    """Several problems in one message.

    Args:
        problems: what is wrong, in the order of reading.
    """

    opening = "problems"

    def __init__(self, problems: Sequence[Problem]) -> None:
        shown = [str(problem) for problem in problems[:_SHOWN]]
        more = [f"and {len(problems) - _SHOWN} more"] if len(problems) > _SHOWN else []
        super().__init__("\n  ".join([f"{len(problems)} {self.opening}:", *shown, *more]))
        self.problems = tuple(problems)


class DataError(_Listed):
    """Rows that cannot be read, or that state what their context does not hold."""

    opening = "problems in the data; mend the lines named"


class CannotWork(_Listed):
    """The plan says that this run would not do what is asked."""

    opening = "settings cannot work"


class MaskError(FinetuneError):
    """A row's labels are not exactly its answer and its end token."""


class ModelError(FinetuneError):
    """The base model cannot be found, read or tuned."""


class RunError(FinetuneError):
    """The output folder holds another run, or nothing to resume."""


class ExportError(FinetuneError):
    """A model cannot be merged, or brought into another format."""


class Diverged(FinetuneError):
    """The loss is no number any more.

    Args:
        step: the optimizer step at which it was seen.
        loss: what it was.
    """

    def __init__(self, step: int, loss: float) -> None:
        super().__init__(f"the loss is {loss} at step {step}: lower learning_rate, or use precision fp32")
        self.step = step
        self.loss = loss
