"""DingTalk's stream: button presses and messages of staff, heard through the official client."""

import asyncio
import json
import logging
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import dingtalk_stream
import httpx

from channels.dingtalk.client import Credentials

log = logging.getLogger("channels.dingtalk")

CARD_TOPIC = "/v1.0/card/instances/callback"
MESSAGE_TOPIC = "/v1.0/im/bot/messages/get"
_CONNECT_S = 10.0

Hear = Callable[[dict[str, Any]], Awaitable[None]]
"""Gets what one press or message says; once it returns it is acknowledged."""


class Stream:
    """Listens until it is cancelled. The official client blocks while it connects, so it has a thread and a loop of its own.

    Args:
        credentials: of the DingTalk application.
        url: of DingTalk's API.
        on_press: hears buttons of cards.
        on_message: hears messages to the robot.
    """

    def __init__(self, credentials: Credentials, url: str, on_press: Hear, on_message: Hear) -> None:
        self._credentials = credentials
        self._url = url
        self._on_press = on_press
        self._on_message = on_message

    async def run(self) -> None:
        """Listen until cancelled; a lost connection is made anew by the client."""
        home = asyncio.get_running_loop()
        client = _Client(self._credentials, self._url)
        client.register_callback_handler(CARD_TOPIC, _Handler(self._on_press, home))
        client.register_callback_handler(MESSAGE_TOPIC, _Handler(self._on_message, home))
        away, ended = asyncio.new_event_loop(), asyncio.Event()
        listening = away.create_task(client.start())

        def listen() -> None:
            try:
                away.run_until_complete(asyncio.wait({listening}))
            finally:
                away.run_until_complete(_leave_nothing())
                away.run_until_complete(away.shutdown_asyncgens())
                away.close()
                home.call_soon_threadsafe(ended.set)

        threading.Thread(target=listen, name="dingtalk-stream", daemon=True).start()
        try:
            await ended.wait()
        finally:
            await self._stop(away, listening, ended)

    @staticmethod
    async def _stop(away: asyncio.AbstractEventLoop, listening: "asyncio.Task[None]", ended: asyncio.Event) -> None:
        # The client takes the first cancellation for a lost connection and pauses; the next one ends the pause.
        while not ended.is_set():
            try:
                away.call_soon_threadsafe(listening.cancel)
            except RuntimeError:  # its loop is closed: it has ended
                return
            await asyncio.sleep(0.05)


async def _leave_nothing() -> None:
    """End what else runs in the loop: the client forgets the task that keeps a connection alive."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


class _Client(dingtalk_stream.DingTalkStreamClient):  # type: ignore[misc]
    """The official client, pointed at an address and with a limit on the time it takes to connect."""

    def __init__(self, credentials: Credentials, url: str) -> None:
        told = dingtalk_stream.Credential(credentials.client_id, credentials.client_secret)
        super().__init__(told, logging.getLogger("dingtalk_stream"))
        self._url = url

    def open_connection(self) -> dict[str, Any] | None:
        """Ask for a place to connect to; None: there is none now."""
        topics = [{"type": "CALLBACK", "topic": topic} for topic in self.callback_handler_map]
        asked = {
            "clientId": self.credential.client_id,
            "clientSecret": self.credential.client_secret,
            "subscriptions": topics,
            "ua": "xiaoer",
        }
        try:
            answer = httpx.post(f"{self._url}/v1.0/gateway/connections/open", json=asked, timeout=_CONNECT_S)
            answer.raise_for_status()
            told: dict[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            log.warning("DingTalk's stream cannot be opened: %s", error)
            return None
        return told


class _Handler(dingtalk_stream.CallbackHandler):  # type: ignore[misc]
    """Takes what the client hears to the program's own loop; what could not be done there is not acknowledged."""

    def __init__(self, hear: Hear, home: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._hear = hear
        self._home = home

    async def process(self, message: Any) -> tuple[int, dict[str, Any]]:
        """Hear one press or message."""
        told = {name: _unfolded(value) for name, value in message.data.items()}
        heard = asyncio.run_coroutine_threadsafe(_heard(self._hear, told), self._home)
        is_done = await asyncio.wrap_future(heard)
        ack = dingtalk_stream.AckMessage
        return (ack.STATUS_OK, {}) if is_done else (ack.STATUS_SYSTEM_EXCEPTION, {})


async def _heard(hear: Hear, told: dict[str, Any]) -> bool:
    try:
        await hear(told)
    except (
        Exception
    ) as error:  # the vendor's boundary: whatever fails, the press is not acknowledged and may come again
        log.error("what DingTalk told was not worked", exc_info=error)
        return False
    return True


def _unfolded(value: Any) -> Any:
    """A field as it is meant: DingTalk writes some as JSON inside of JSON."""
    if isinstance(value, str) and value.startswith("{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
