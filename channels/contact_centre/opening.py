"""The contact centres and staff channels that the settings name."""

from collections.abc import Iterator, Sequence

from agent.errors import SettingsError
from agent.settings import Settings
from channels.contact_centre.channel import Channel
from channels.contact_centre.intake import Intake
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


def told_of(settings: Settings) -> Iterator[str]:
    """A line for each channel that is opened, with the path that its other side is given.

    Args:
        settings: of the program.
    """
    if settings.chatwoot is not None:
        account = f"account {settings.chatwoot.account} at {settings.chatwoot.url}"
        yield f"chatwoot: webhooks at /channels/chatwoot, replies to {account}"
    if settings.webhook is not None:
        yield f"webhook: events at /channels/webhook, replies to {settings.webhook.url}"
    if settings.dingtalk is not None:
        who = ", ".join(settings.dingtalk.staff.values()) or "nobody: name them under [dingtalk.staff]"
        yield f"dingtalk: connects out to {settings.dingtalk.url}, for {who}"
    if settings.wecom is not None:
        whose = ", ".join(settings.wecom.accounts) or "all accounts that the application may manage"
        yield f"wecom: callbacks at /channels/wecom, for {whose}"
    if settings.rasa:
        yield "rasa: messages at /webhooks/rest/webhook"


def _opened(settings: Settings, shop: OpenShop, intake: Intake) -> Iterator[Channel]:
    # Each is imported where it is set: a server starts no client library that it does not need.
    if settings.chatwoot is not None:
        from channels.chatwoot.opening import open_chatwoot

        yield open_chatwoot(settings.chatwoot, shop, intake)
    if settings.webhook is not None:
        from channels.webhook.opening import open_webhook

        yield open_webhook(settings.webhook, shop, intake)
    if settings.dingtalk is not None:
        try:
            from channels.dingtalk.opening import open_dingtalk
        except ModuleNotFoundError as error:
            raise SettingsError("dingtalk needs its client: pip install 'xiaoer[dingtalk]'") from error

        yield open_dingtalk(settings.dingtalk, shop)
    if settings.wecom is not None:
        from channels.wecom.opening import open_wecom

        yield open_wecom(settings.wecom, shop, intake, settings.token_secret)
