"""Opening the channel to a Chatwoot account."""

import httpx

from agent.handoff.foreign_desk import ForeignDesk
from agent.settings.connections import ChatwootSettings
from channels.chatwoot.client import ChatwootClient
from channels.chatwoot.follower import ChatwootFollower
from channels.chatwoot.inbound import Inbound
from channels.chatwoot.notes import Notes
from channels.chatwoot.owner import Owner
from channels.chatwoot.place import NAME
from channels.chatwoot.routes import BOT, ChatwootRoutes
from channels.chatwoot.sender import ChatwootSender
from channels.chatwoot.signature import Seal
from channels.chatwoot.standing import Standings
from channels.contact_centre.channel import Abilities, Channel
from channels.contact_centre.intake import Intake
from channels.contact_centre.vendor import vendor_client
from channels.opening import OpenShop


def open_chatwoot(
    told: ChatwootSettings, shop: OpenShop, intake: Intake, transport: httpx.AsyncBaseTransport | None = None
) -> Channel:
    """Open the channel.

    Args:
        told: the settings.
        shop: whose customers write.
        intake: takes their messages on.
        transport: instead of the network.
    """
    agent_token = told.agent_token.get_secret_value() if told.agent_token else None
    client = ChatwootClient(vendor_client(told.url, transport), told.bot_token.get_secret_value(), agent_token)
    notes, standings = Notes(client, shop.post.memory), Standings(shop.post.memory, shop.store)
    inbound = Inbound(
        told.account,
        standings,
        Owner(ForeignDesk(shop.store, shop.clock), shop.store),
        intake,
        shop.desk,
        shop.store,
        notes,
        client,
        lambda customer_id: shop.assistant.floor(customer_id).profile.shop_id,
    )
    secrets = {BOT: told.secret.get_secret_value()}
    if told.webhook_secret is not None:
        secrets["account"] = told.webhook_secret.get_secret_value()

    async def close() -> None:
        await inbound.finish()
        await client.aclose()

    return Channel(
        NAME,
        Abilities(private_notes=True),
        ChatwootSender(client),
        ChatwootFollower(client, shop.store, standings, notes),
        router=ChatwootRoutes(Seal(secrets), inbound).router(),
        close=close,
    )
