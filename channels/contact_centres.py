"""The contact centres and staff channels that the settings name."""

from collections.abc import Iterator, Sequence

from agent.settings import Settings
from channels.channel import Channel
from channels.intake import Intake
from channels.opening import OpenShop


def open_channels(settings: Settings, shop: OpenShop) -> Sequence[Channel]:
    """Open what is set; a server that names none has none.

    Args:
        settings: of the program.
        shop: whose customers write.

    Raises:
        SettingsError: a channel cannot be opened with what is set.
    """
    return tuple(_opened(settings, shop, Intake(shop.reception, settings.max_message_tokens)))


def _opened(settings: Settings, shop: OpenShop, intake: Intake) -> Iterator[Channel]:
    # Each is imported where it is set: a server starts no client library that it does not need.
    if settings.webhook is not None:
        from channels.webhook.opening import open_webhook

        yield open_webhook(settings.webhook, shop, intake)
