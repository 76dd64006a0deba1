"""The contact centres and staff channels that the settings name."""

from collections.abc import Sequence

from agent.settings import Settings
from channels.channel import Channel
from channels.opening import OpenShop


def open_channels(settings: Settings, shop: OpenShop) -> Sequence[Channel]:
    """Open what is set; a server that names none has none.

    Args:
        settings: of the program.
        shop: whose customers write.

    Raises:
        SettingsError: a channel cannot be opened with what is set.
    """
    return ()
