"""One conversation decides the same whichever way it comes in."""

from collections.abc import Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from agent.settings import Settings
from agent.settings.connections import ChatwootSettings
from channels.chatwoot.opening import open_chatwoot
from channels.contact_centre.intake import Intake
from channels.http.assembly import http_app
from channels.http.wire import ChatReply
from channels.opening import open_shop

TEA = Path(__file__).parents[2] / "packs" / "chaye"
CUSTOMER = "tea-cust-a"
SAID = (
    "你好",
    "茶叶没拆能退吗 几天内",
    "我的订单TEA-88231到哪了",
    "帮我取消订单TEA-88240",
    "确认",
    "武夷肉桂还有货吗",
    "[图片]",
    "转人工",
    "在吗",
)
_DECIDED = ("outcome", "intents", "strategy", "owner", "sources", "tools", "pending_action", "handoff", "reply")


def decided(told: dict[str, Any]) -> dict[str, Any]:
    """What a turn decided, without what differs from one conversation to the next."""
    kept = {name: told[name] for name in _DECIDED}
    kept["tools"] = [(use["name"], use["args"], use["ok"]) for use in told["tools"]]
    kept["handoff"] = told["handoff"] and told["handoff"]["reason"]
    return kept


@pytest.fixture
def open_tea(releases, tmp_path) -> Callable:
    @asynccontextmanager
    async def opened(name: str):
        settings = Settings(
            shop=TEA, state=f"sqlite:///{tmp_path / name}.db", releases=releases, channel_burst_window_s=0
        )
        async with open_shop(settings, lambda said: None) as shop:
            app = http_app(settings, shop)
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://shop") as client:
                yield shop, client

    return opened


async def by_chat(open_tea, chatwoot) -> list[dict[str, Any]]:
    async with open_tea("chat") as (_, client):
        told = []
        for number, text in enumerate(SAID):
            body = {"conversation_id": "c-1", "message_id": f"m-{number}", "customer_id": CUSTOMER, "text": text}
            told.append((await client.post("/chat", json=body)).json())
    return told


async def by_openai(open_tea, chatwoot) -> list[dict[str, Any]]:
    async with open_tea("v1") as (_, client):
        told = []
        for text in SAID:
            body = {"model": "xiaoer", "messages": [{"role": "user", "content": text}]}
            headers = {"X-Session-Id": "c-1", "X-Customer-Id": CUSTOMER}
            answer = (await client.post("/v1/chat/completions", json=body, headers=headers)).json()
            told.append(answer["x_agent"] | {"reply": answer["choices"][0]["message"]["content"]})
    return told


async def by_chatwoot(open_tea, chatwoot) -> list[dict[str, Any]]:
    async with open_tea("chatwoot") as (shop, _):
        settings = ChatwootSettings(url="http://chatwoot", account=1, bot_token="bot-token", secret="bot-secret")
        channel = open_chatwoot(settings, shop, Intake(shop.reception), chatwoot)
        app = FastAPI()
        app.include_router(channel.router)
        found = chatwoot.conversation()
        found.identifier, found.hmac_verified = CUSTOMER, True
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://shop") as client:
            chatwoot.agent = client
            shop.post.carry([channel])
            for number, text in enumerate(SAID, start=1):
                await chatwoot.write(text)
                await chatwoot.settled()
                await shop.reception.rest()
                if text not in ("转人工", "在吗"):  # a person is waited for from then on
                    await chatwoot.until(lambda number=number: len(found.seen) == number)
            chatwoot.agent = None
        (conversation_id,) = {one.conversation_id for one in await shop.store.recent_turns(50, "chaye")}
        _, turns = await shop.assistant.conversation(conversation_id)
    return [ChatReply.of(turn.reply).model_dump(mode="json") for turn in turns]


@pytest.mark.parametrize("way", [by_openai, by_chatwoot])
async def test_that_a_conversation_decides_the_same_as_through_chat(open_tea, chatwoot, way):
    expected = [decided(told) for told in await by_chat(open_tea, chatwoot)]
    assert [decided(told) for told in await way(open_tea, chatwoot)] == expected
    assert [turn["outcome"] for turn in expected].count("handoff") >= 1
    assert any(turn["pending_action"] for turn in expected)
