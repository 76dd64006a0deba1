"""Opening the WeCom channel."""

from datetime import timedelta

import httpx
from pydantic import SecretStr

from agent.handoff.foreign_desk import ForeignDesk
from agent.settings.connections import WecomSettings
from channels.contact_centre.channel import Abilities, Channel
from channels.contact_centre.intake import Intake
from channels.contact_centre.vendor import vendor_client
from channels.opening import OpenShop
from channels.wecom.access import Access
from channels.wecom.address import NAME
from channels.wecom.arrivals import Arrivals
from channels.wecom.callback import CallbackRoutes
from channels.wecom.client import WecomClient
from channels.wecom.crypto import Seal
from channels.wecom.follower import WecomFollower
from channels.wecom.logins import Logins
from channels.wecom.sender import MOST_BYTES, WecomSender
from channels.wecom.sessions import Sessions
from channels.wecom.sync import EVERY_S, Sync


def open_wecom(
    told: WecomSettings,
    shop: OpenShop,
    intake: Intake,
    token_secret: SecretStr | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
    every_s: float = EVERY_S,
) -> Channel:
    """Open the channel to WeCom's customer service accounts.

    Args:
        told: the settings.
        shop: whose customers write.
        intake: takes their messages on.
        token_secret: signs the tokens of the shop's login; None: nobody vouches for who a customer is.
        transport: instead of the network.
        every_s: how often an account is read without a callback, in seconds.
    """
    seal = Seal(told.token.get_secret_value(), told.aes_key.get_secret_value(), told.corp_id)
    http = vendor_client(told.url, transport)
    client = WecomClient(Access(http, told.corp_id, told.secret.get_secret_value()))
    memory, hands_over = shop.post.memory, told.people == "wecom"
    sessions = Sessions(
        client,
        memory,
        shop.store,
        ForeignDesk(shop.store, shop.clock),
        told.servicers,
        lambda customer_id: shop.assistant.floor(customer_id).profile.shop_id,
        hands_over,
    )
    logins = Logins(memory, token_secret.get_secret_value() if token_secret else None)
    arrivals = Arrivals(intake, sessions, logins, client, shop.desk, shop.store, told.welcome)
    sync = Sync(client, memory, arrivals, told.accounts, every_s)
    return Channel(
        NAME,
        Abilities(timedelta(hours=48), most_replies=5, most_bytes=MOST_BYTES, returns_from_person=not hands_over),
        WecomSender(client, memory),
        WecomFollower(sessions, shop.store) if hands_over else None,
        router=CallbackRoutes(seal, sync.ring).router(),
        run=sync.run,
        close=http.aclose,
    )
