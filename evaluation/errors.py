"""What can go wrong in a replay.

ReplayError
├── NothingToReplay     there is nothing to play
├── NoBackEnds          the pack has no data for mocked back-ends
├── OwnShop             a set that brings its own shop is mixed with other cases
├── NotOverTheWire      an option that only works in process
├── ServerError         a running server cannot be played against
├── FloorsError         the floors file names an unknown score or no number
├── RunError            a stored run cannot be read
└── OtherRun            the folder holds an unfinished run of other options
"""


class ReplayError(Exception):
    """Root of all errors of a replay."""


class NothingToReplay(ReplayError):
    """There is nothing to play."""

    def __init__(self, shop_id: str) -> None:
        super().__init__(f"pack {shop_id!r} has no transcripts: add transcripts/*.jsonl, or name files to replay")
        self.shop_id = shop_id


class NoBackEnds(ReplayError):
    """The pack has no data for mocked back-ends."""

    def __init__(self, shop_id: str) -> None:
        super().__init__(f"pack {shop_id!r} has no backend.json: a replay needs it for the mocked back-ends")
        self.shop_id = shop_id


class OwnShop(ReplayError):
    """A set that brings its own shop is mixed with other cases, or with a shop of somebody else's."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path!r} brings its own shop: play it alone, without --shop and without other paths")
        self.path = path


class NotOverTheWire(ReplayError):
    """An option that only works in process."""

    def __init__(self, option: str) -> None:
        super().__init__(
            f"{option} cannot be used with --url: a server's memory is its own; leave one of the two options out"
        )
        self.option = option


class ServerError(ReplayError):
    """A running server cannot be played against."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(f"the server at {url!r} cannot be played against: {problem}; start it with --replay-clock")
        self.url = url


class FloorsError(ReplayError):
    """The floors file cannot be used."""


class RunError(ReplayError):
    """A stored run cannot be read."""


class OtherRun(ReplayError):
    """The folder holds an unfinished run of other options."""

    def __init__(self, folder: str, differences: list[str]) -> None:
        super().__init__(
            f"{folder!r} holds an unfinished run of other {', '.join(differences)}: give the command that began it to go on, or name "
            "another folder"
        )
        self.folder = folder
        self.differences = differences
