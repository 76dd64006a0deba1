"""Opening the channel for staff in DingTalk."""

import asyncio
from typing import Any

import httpx

from agent.settings.connections import DingtalkSettings
from channels.contact_centre.channel import Abilities, Channel
from channels.contact_centre.vendor import vendor_client
from channels.dingtalk.cards import PUBLIC_TEMPLATE
from channels.dingtalk.client import Credentials, DingtalkClient
from channels.dingtalk.follower import CardFollower
from channels.dingtalk.held import NAME, HeldTickets
from channels.dingtalk.relay import Relay
from channels.dingtalk.staff import StaffDesk
from channels.dingtalk.stream import Stream
from channels.dingtalk.wire import Press, StaffMessage
from channels.opening import OpenShop

_ONLY_TEXT = "目前只能把文字发给顾客。"
_NOT_HERE = "请在和我的单聊里写，您的话才会发给顾客。"


def open_dingtalk(told: DingtalkSettings, shop: OpenShop, transport: httpx.AsyncBaseTransport | None = None) -> Channel:
    """Open the channel for staff.

    Args:
        told: the settings.
        shop: whose conversations are handed over.
        transport: instead of the network.
    """
    secret = told.client_secret.get_secret_value()
    credentials = Credentials(told.client_id, secret, told.robot_code or told.client_id)
    http = vendor_client(told.url, transport)
    client = DingtalkClient(http, credentials)
    held = HeldTickets(shop.post.memory)
    hearing = _Hearing(client, StaffDesk(shop.desk, shop.store, held, told.staff))
    stream = Stream(credentials, told.url, hearing.press, hearing.message)
    relay = Relay(client, shop.store, held)
    template = told.card_template or PUBLIC_TEMPLATE
    follower = CardFollower(client, shop.store, held, told.conversation, template)

    async def run() -> None:
        async with asyncio.TaskGroup() as both:
            both.create_task(stream.run())
            both.create_task(relay.run())

    abilities = Abilities(buttons=True, private_notes=True)
    return Channel(NAME, abilities, follower=follower, follows_all=True, run=run, close=http.aclose)


class _Hearing:
    """What is heard, done, and answered in the chat of the person."""

    def __init__(self, client: DingtalkClient, desk: StaffDesk) -> None:
        self._client = client
        self._desk = desk

    async def press(self, told: dict[str, Any]) -> None:
        press = Press.model_validate(told)
        words = await self._desk.press(press.staff_id, press.button)
        await self._client.write_to(press.staff_id, "会话", words, press.button)

    async def message(self, told: dict[str, Any]) -> None:
        message = StaffMessage.model_validate(told)
        if message.where == "2":
            words: str | None = _NOT_HERE
        elif message.kind != "text":
            words = _ONLY_TEXT
        else:
            words = await self._desk.write(message.staff_id, message.text.content, message.message_id)
        if words is not None:
            await self._client.write_to(message.staff_id, "会话", words, message.message_id)
