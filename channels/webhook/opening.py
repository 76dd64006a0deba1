"""Opening the webhook channel."""

import httpx

from agent.settings.connections import WebhookSettings
from channels.contact_centre.channel import Abilities, Channel
from channels.contact_centre.intake import Intake
from channels.contact_centre.vendor import vendor_client
from channels.opening import OpenShop
from channels.webhook.routes import WebhookRoutes
from channels.webhook.sender import WebhookSender
from channels.webhook.signature import Signer
from channels.webhook.wire import NAME


def open_webhook(
    told: WebhookSettings, shop: OpenShop, intake: Intake, transport: httpx.AsyncBaseTransport | None = None
) -> Channel:
    """Open the channel to a system of the shop's own.

    Args:
        told: the settings.
        shop: whose customers write.
        intake: takes their messages on.
        transport: instead of the network.
    """
    signer = Signer(told.secret.get_secret_value())
    client = vendor_client(transport=transport)
    sender = WebhookSender(client, told.url, signer, shop.store, shop.clock)
    routes = WebhookRoutes(signer, intake, shop.desk, shop.store, shop.post.memory)
    abilities = Abilities(private_notes=True)
    return Channel(NAME, abilities, sender, sender, router=routes.router(), close=client.aclose)
