"""What can go wrong in a replay.

ReplayError
├── NothingToReplay     there are no transcripts
├── NoBackEnds          the pack has no data for mocked back-ends
├── FloorsError         the floors file names an unknown score or no number
└── RunError            a stored run cannot be read or does not fit
"""


class ReplayError(Exception):
    """Root of all errors of a replay."""


class NothingToReplay(ReplayError):
    """There are no transcripts."""

    def __init__(self, shop_id: str) -> None:
        super().__init__(f"pack {shop_id!r} has no transcripts: add transcripts/*.jsonl, or name files to replay")
        self.shop_id = shop_id


class NoBackEnds(ReplayError):
    """The pack has no data for mocked back-ends."""

    def __init__(self, shop_id: str) -> None:
        super().__init__(f"pack {shop_id!r} has no backend.json: a replay needs it for the mocked back-ends")
        self.shop_id = shop_id


class FloorsError(ReplayError):
    """The floors file cannot be used."""


class RunError(ReplayError):
    """A stored run cannot be read or does not fit."""
