"""What can go wrong in a report of customers' conversations.

evaluation.errors.ReplayError
└── PeriodError     the period, or the experiment, cannot be understood
"""

from evaluation.errors import ReplayError


class PeriodError(ReplayError):
    """The period, or the experiment, cannot be understood."""
