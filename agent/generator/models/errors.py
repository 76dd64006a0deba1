"""What can go wrong with bringing a base model.

HubError
├── HubUnreachable    no hub answers
├── NotOnHub          the hub has no such model or revision, or wants a key
├── NotUsable         the model has no safetensors weights, or names that are no file names
└── DownloadFailed    a file broke off, or is not what the hub said it would be
"""


class HubError(Exception):
    """Root of all errors of bringing a base model."""


class HubUnreachable(HubError):
    """No hub answers.

    Args:
        hub: its address.
        why: what was seen instead.
    """

    def __init__(self, hub: str, why: str) -> None:
        super().__init__(
            f"the hub at {hub!r} does not answer ({why}): name a mirror with --endpoint, the other hub with --from, or pull "
            "on a machine that reaches one and copy the folder here; a folder works wherever a name does"
        )
        self.hub = hub


class NotOnHub(HubError):
    """The hub has no such model or revision, or wants a key."""


class NotUsable(HubError):
    """The model has no safetensors weights, or names that are no file names."""


class DownloadFailed(HubError):
    """A file broke off, or is not what the hub said it would be."""
