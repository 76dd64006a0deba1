"""A fake of DingTalk's gateway, on real TCP and a real web socket, for the official client."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from itertools import count

import pytest
import uvicorn
from fastapi import FastAPI, Request, WebSocket, WebSocketDisconnect
from fastapi.responses import JSONResponse

from agent.settings.connections import DingtalkSettings
from channels.dingtalk.opening import open_dingtalk

GROUP, STAFF = "cidGROUP==", {"s-lin": "Lin", "s-wu": "Wu"}


class Gateway:
    """Enforces what DingTalk documents: tokens, single-use tickets, one card for each id, an acknowledgement for each callback."""

    def __init__(self) -> None:
        self.cards: dict[str, dict[str, str]] = {}
        self.shown: list[str] = []
        self.chats: list[tuple[str, str]] = []
        self.acks: dict[str, int] = {}
        self.failures: list[int] = []
        self.tokens: set[str] = set()
        self._numbers = count(1)
        self._tickets: set[str] = set()
        self._socket: WebSocket | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed = threading.Condition()
        self.app = FastAPI()
        routes = {
            "/v1.0/gateway/connections/open": self.open,
            "/v1.0/oauth2/accessToken": self.token,
            "/v1.0/card/instances/createAndDeliver": self.create,
            "/v1.0/robot/oToMessages/batchSend": self.chat,
        }
        for path, route in routes.items():
            self.app.add_api_route(path, route, methods=["POST"], response_model=None)
        self.app.add_api_route("/v1.0/card/instances", self.update, methods=["PUT"], response_model=None)
        self.app.add_api_websocket_route("/connect", self.connect)

    async def open(self, request: Request) -> dict[str, str]:
        asked = await request.json()
        assert {topic["topic"] for topic in asked["subscriptions"]} == {
            "/v1.0/card/instances/callback",
            "/v1.0/im/bot/messages/get",
        }
        ticket = f"ticket-{next(self._numbers)}"
        self._tickets.add(ticket)
        return {"endpoint": f"{self.url.replace('http', 'ws')}/connect", "ticket": ticket}

    async def connect(self, link: WebSocket) -> None:
        ticket = link.query_params["ticket"]
        if ticket not in self._tickets:
            await link.close(4403)
            return
        self._tickets.remove(ticket)
        await link.accept()
        self._loop = asyncio.get_running_loop()
        with self._changed:
            self._socket = link
            self._changed.notify_all()
        try:
            while True:
                told = json.loads(await link.receive_text())
                with self._changed:
                    self.acks[told["headers"]["messageId"]] = told["code"]
                    self._changed.notify_all()
        except WebSocketDisconnect:
            with self._changed:
                self._socket = None if self._socket is link else self._socket

    async def token(self, request: Request) -> dict[str, object]:
        asked = await request.json()
        assert asked == {"appKey": "ding-app", "appSecret": "ding-secret"}
        token = f"token-{next(self._numbers)}"
        self.tokens.add(token)
        return {"accessToken": token, "expireIn": 7200}

    async def create(self, request: Request) -> JSONResponse:
        asked = await request.json()
        refused = self._refused(request)
        if refused is None:
            assert asked["openSpaceId"] == f"dtv1.card//IM_GROUP.{GROUP}"
            assert asked["callbackType"] == "STREAM"
            with self._changed:
                if asked["outTrackId"] not in self.cards:
                    self.cards[asked["outTrackId"]] = asked["cardData"]["cardParamMap"]
                    self.shown.append(asked["outTrackId"])
                self._changed.notify_all()
        return refused or JSONResponse({"success": True})

    async def update(self, request: Request) -> JSONResponse:
        asked = await request.json()
        refused = self._refused(request)
        if refused is None and asked["outTrackId"] not in self.cards:
            refused = JSONResponse({"code": "param.cardNotExist"}, 400)
        if refused is None:
            with self._changed:
                self.cards[asked["outTrackId"]] |= asked["cardData"]["cardParamMap"]
                self._changed.notify_all()
        return refused or JSONResponse({"success": True})

    async def chat(self, request: Request) -> JSONResponse:
        asked = await request.json()
        refused = self._refused(request)
        if refused is None:
            assert (asked["robotCode"], asked["msgKey"]) == ("ding-app", "sampleMarkdown")
            with self._changed:
                self.chats += [(staff, json.loads(asked["msgParam"])["text"]) for staff in asked["userIds"]]
                self._changed.notify_all()
        return refused or JSONResponse({"processQueryKey": "q"})

    def _refused(self, request: Request) -> JSONResponse | None:
        if self.failures:
            status = self.failures.pop(0)
            return JSONResponse({"code": "Throttling"}, status, headers={"Retry-After": "1"})
        if request.headers.get("x-acs-dingtalk-access-token") not in self.tokens:
            return JSONResponse({"code": "InvalidAuthentication"}, 401)
        return None

    async def until(self, said) -> None:
        """Wait until something is so."""

        def wait() -> bool:
            with self._changed:
                return self._changed.wait_for(said, 20)

        assert await asyncio.to_thread(wait), (self.cards, self.chats, self.acks)

    async def tell(self, topic: str, data: dict[str, object], number: str) -> None:
        """Push a callback, and wait until it is acknowledged."""
        await self.until(lambda: self._socket is not None)
        headers = {"messageId": number, "topic": topic, "contentType": "application/json", "time": "1"}
        frame = {"specVersion": "1.0", "type": "CALLBACK", "headers": headers, "data": json.dumps(data)}
        self.acks.pop(number, None)
        sending = self._socket.send_text(json.dumps(frame))
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(sending, self._loop))
        await self.until(lambda: number in self.acks)

    async def press(self, staff: str, act: str, ticket: str, number: str = "press-1") -> None:
        content = {"cardPrivateData": {"actionIds": [f"{act}:{ticket}"], "params": {}}}
        told = {"userId": staff, "outTrackId": ticket, "content": json.dumps(content), "extension": "{}"}
        await self.tell("/v1.0/card/instances/callback", told, number)

    async def write(self, staff: str, text: str, number: str, **more: object) -> None:
        told = {"msgId": number, "senderStaffId": staff, "msgtype": "text", "conversationType": "1"}
        await self.tell("/v1.0/im/bot/messages/get", told | {"text": {"content": text}} | more, number)

    async def cut(self) -> None:
        """End the connection as DingTalk does before it moves a client to another machine."""
        await self.until(lambda: self._socket is not None)
        closing = self._socket.close(1000)
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(closing, self._loop))


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    made = Gateway()
    listener = socket.create_server(("127.0.0.1", 0))
    made.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(made.app, log_config=None, ws="websockets-sansio"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield made
    server.should_exit = True
    thread.join()


@pytest.fixture
async def connect(gateway):
    async def connected(premises) -> None:
        told = DingtalkSettings(
            client_id="ding-app", client_secret="ding-secret", conversation=GROUP, staff=STAFF, url=gateway.url
        )
        await premises.carry(open_dingtalk(told, premises.shop))

    return connected
