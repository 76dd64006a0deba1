"""How long a contact center waits for an acknowledgement while the model sleeps.

    python -m benchmarks.acknowledge [--conversations 50] [--messages 300] [--seconds 30] [--write]

A served program (`xiaoer serve`) with the generator ``openai`` at a server that says nothing for twenty seconds. Customers of many
conversations write through the signed webhook, at random moments; each acknowledgement (202: the message is durable) is timed by the
sender. Beside it, in the same run, the machine's own noise: the same requests to `/health`.
"""

import argparse
import asyncio
import json
import os
import random
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from subprocess import DEVNULL, Popen

import httpx
from standardwebhooks import Webhook

from benchmarks.pages import table, write_block

PAGE = Path(__file__).parents[1] / "docs" / "integrate.md"
SECRET = "whsec_" + "c2VjcmV0LW9mLXR3ZW50eS1mb3VyLWJ5dGVz"
THINKS_S = 20.0
STARTS_WITHIN_S = 120.0
QUESTIONS = (
    "几天发货",
    "可以退吗",
    "运费多少",
    "能开发票吗",
    "支持花呗吗",
    "洗了会缩水吗",
    "可以改地址吗",
    "有没有优惠",
)


def main(arguments: Sequence[str]) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conversations", type=int, default=50)
    parser.add_argument("--messages", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=30.0, help="the messages come within so many seconds")
    parser.add_argument("--write", action="store_true", help=f"write the figures into {PAGE.name}")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        waited = asyncio.run(measure(Path(folder), chosen.conversations, chosen.messages, chosen.seconds))
    rows = [(name, len(took), *map(_ms, (_at(took, 50), _at(took, 99), max(took)))) for name, took in waited.items()]
    text = table(("", "requests", "p50 ms", "p99 ms", "longest ms"), rows)
    print(text)
    if chosen.write:
        write_block(PAGE, "acknowledge", text)


async def measure(folder: Path, conversations: int, messages: int, seconds: float) -> dict[str, list[float]]:
    """Serve, write, and time.

    Args:
        folder: for the server's files.
        conversations: so many customers write.
        messages: so many are written in all.
        seconds: the time over which they are spread at random.

    Returns:
        Seconds of each acknowledgement, and of each look at ``/health`` in the same time.
    """
    async with _sleeper() as model:
        with _served(folder, model) as url:
            async with httpx.AsyncClient(base_url=url, timeout=60) as client:
                await _until_alive(client)
                waited = await _write(client, conversations, messages, seconds)
    return waited


async def _write(
    client: httpx.AsyncClient, conversations: int, messages: int, seconds: float
) -> dict[str, list[float]]:
    draw = random.Random(0)
    waited: dict[str, list[float]] = {"acknowledged, with the model asleep": [], "`/health` in the same time": []}
    acknowledged, looked = waited.values()

    async def write(number: int, after_s: float) -> None:
        await asyncio.sleep(after_s)
        conversation = f"c-{draw.randrange(conversations)}"
        headers, body = _signed(conversation, number, draw.choice(QUESTIONS))
        began = time.perf_counter()
        answer = await client.post("/channels/webhook", content=body, headers=headers)
        acknowledged.append(time.perf_counter() - began)
        if answer.status_code != 202:
            raise RuntimeError(f"message {number} was answered with {answer.status_code}: {answer.text[:200]}")

    async def look(after_s: float) -> None:
        await asyncio.sleep(after_s)
        began = time.perf_counter()
        (await client.get("/health")).raise_for_status()
        looked.append(time.perf_counter() - began)

    async with asyncio.TaskGroup() as group:
        for number in range(messages):
            group.create_task(write(number, draw.uniform(0, seconds)))
            group.create_task(look(draw.uniform(0, seconds)))
    return waited


def _signed(conversation: str, number: int, text: str) -> tuple[dict[str, str], bytes]:
    data = {"conversation_id": conversation, "message_id": f"m-{number}", "customer_id": f"U-{conversation}"}
    body = json.dumps({"type": "message.created", "data": {**data, "text": text}}, ensure_ascii=False)
    now = datetime.now(UTC)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": f"msg_{number}",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(SECRET).sign(f"msg_{number}", now, body),
    }
    return headers, body.encode()


@asynccontextmanager
async def _sleeper() -> AsyncIterator[str]:
    """A model's server that takes every request and says nothing for `THINKS_S`."""

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(THINKS_S)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"


@contextmanager
def _served(folder: Path, model: str) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "XIAOER_STATE": f"sqlite:///{folder / 'state.db'}",
        "XIAOER_RELEASES": str(folder / "releases"),
        "XIAOER_PORT": str(port),
        "XIAOER_GENERATOR": "openai",
        "XIAOER_OPENAI_BASE_URL": model,
        "XIAOER_OPENAI_MODEL": "asleep",
        "XIAOER_WEBHOOK": json.dumps({"url": "http://127.0.0.1:9/events", "secret": SECRET}),
    }
    command = [str(Path(sys.executable).with_name("xiaoer")), "serve"]
    process = Popen(command, cwd=folder, env={**os.environ, **settings}, stdout=DEVNULL, stderr=DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


async def _until_alive(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(STARTS_WITHIN_S):
        while True:
            try:
                (await client.get("/health")).raise_for_status()
                return
            except httpx.TransportError:
                await asyncio.sleep(0.2)


def _at(took: Sequence[float], percent: int) -> float:
    return quantiles(took, n=100)[percent - 1]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f}"


if __name__ == "__main__":
    main(sys.argv[1:])
