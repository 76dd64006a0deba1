"""What can go wrong in mapping another project's set; broken files raise ``knowledge.errors.PackError``.

AdapterError
└── NoCounterpart       a part of a task that nothing here corresponds to; never leaves the adapters
"""


class AdapterError(Exception):
    """Root of all errors of the adapters."""


class NoCounterpart(AdapterError):
    """A part of a task that nothing here corresponds to: the task is left out, and the report says why."""
