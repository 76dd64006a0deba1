"""What can go wrong in a replay.

ReplayError
├── NothingToReplay     the paths hold no transcripts
├── FloorsError         the floors file names an unknown score or no number
└── RunError            a stored run cannot be read or does not fit
"""


class ReplayError(Exception):
    """Root of all errors of a replay."""


class NothingToReplay(ReplayError):
    """The paths hold no transcripts."""


class FloorsError(ReplayError):
    """The floors file cannot be used."""


class RunError(ReplayError):
    """A stored run cannot be read or does not fit."""
