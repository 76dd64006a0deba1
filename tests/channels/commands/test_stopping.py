"""SIGTERM to the real program in the middle of its work: what it took on is finished, or found by the next start, and done once."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from standardwebhooks import Webhook

from knowledge.pack import default_pack, load_pack
from tools.mock_apis.apis import MockApis
from tools.mock_apis.faults import Fault
from tools.mock_apis.server import MockServer

SECRET = "whsec_" + "c2VjcmV0LW9mLXR3ZW50eS1mb3VyLWJ5dGVz"
SLOW = Fault(kind="latency", latency_s=0.6)
DEADLINE_S = 5
"""Long enough for a turn on a slow machine, and half of what sixteen turns in a row wait for the slow back-end."""
EACH = 16
"""Messages of each conversation that is written."""
QUESTIONS = (
    "20261115001到哪了",
    "20261108002签收了吗",
    "20261009001是哪天下的单",
    "20261115001什么时候能到",
    "20261108002的快递单号是多少",
    "20261009001付了多少钱",
    "20261115001发的什么快递",
    "20261108002是哪天发货的",
)
CANCEL = "POST /orders/20261112009/cancel"
ASKED = [("c-1", "U1001", "20261115001到哪了"), ("c-2", "U1005", "20261107001到哪了")]


class OwnSystem(ThreadingHTTPServer):
    """The shop's own system, which is told the replies."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Told)
        self.said: dict[str, set[str]] = {}


class Told(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if event["type"] == "message.created":
            self.server.said.setdefault(event["data"]["message_id"], set()).add(event["data"]["text"])
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def own() -> Iterator[OwnSystem]:
    with OwnSystem() as system:
        serving = threading.Thread(target=system.serve_forever)
        serving.start()
        yield system
        system.shutdown()
        serving.join()


@pytest.fixture
def apis() -> Iterator[MockApis]:
    """The back-ends, which outlive the servers."""
    with closing(MockApis(load_pack(default_pack()).backend)) as opened:
        yield opened


@pytest.fixture
def serving(tmp_path, own, apis, releases):
    """Starts the program on one store, stops it by SIGTERM, and has it end well."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XIAOER_")} | {
        "XIAOER_STATE": f"sqlite:///{tmp_path / 'state.db'}",
        "XIAOER_RELEASES": str(releases),
        "XIAOER_WEBHOOK": json.dumps({"url": f"http://127.0.0.1:{own.server_port}", "secret": SECRET}),
        "XIAOER_CHANNEL_BURST_WINDOW_S": "0",
        "XIAOER_TURN_DEADLINE_S": str(DEADLINE_S),
    }

    @contextmanager
    def served(*more: str) -> Iterator[str]:
        command = [sys.executable, "-c", "import xiaoer; xiaoer.main()", "serve", "--port", "0", *more]
        with (
            (tmp_path / "log").open("a") as log,
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment) as running,
        ):
            try:
                yield next(found[1] for line in running.stdout if (found := re.match(r"serving: (\S+)", line)))
                running.send_signal(signal.SIGTERM)
                assert running.wait(timeout=60) == 0
            finally:
                running.kill()

    with MockServer(apis) as urls:
        yield lambda: served("--orders-url", urls.orders, "--logistics-url", urls.logistics)


def ask(url: str, conversation: str, customer: str, text: str, message_id: str = "m-1") -> httpx.Response:
    body = {"conversation_id": conversation, "message_id": message_id, "customer_id": customer, "text": text}
    return httpx.post(f"{url}/chat", json=body, timeout=30)


def write(url: str, conversation: str, text: str, message_id: str) -> None:
    data = {"conversation_id": conversation, "message_id": message_id, "customer_id": "U1001", "text": text}
    body, now = json.dumps({"type": "message.created", "data": data}, ensure_ascii=False), datetime.now(UTC)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
    }
    headers["webhook-signature"] = Webhook(SECRET).sign("msg_1", now, body)
    assert httpx.post(f"{url}/channels/webhook", content=body, headers=headers, timeout=30).status_code == 202


def rows(folder: Path, query: str) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(folder / "state.db")) as store:
        return store.execute(query).fetchall()


WAITING = "SELECT conversation_id, message_id FROM inbox WHERE turn_id IS NULL"


def until(met, within_s: float = 60.0) -> None:
    """Wait for a condition."""
    end = time.monotonic() + within_s
    while not met():
        assert time.monotonic() < end, "not met in time"
        time.sleep(0.02)


def asked_at_once(threads: ThreadPoolExecutor, url: str, apis: MockApis) -> Sequence[Future[httpx.Response]]:
    """Turns in flight, one of them with a yes to a cancellation; each has reached the slow back-end."""
    assert ask(url, "c-3", "U1014", "取消订单20261112009").json()["pending_action"]
    apis.orders_faults.set(SLOW)
    apis.orders_faults.requests.clear()
    asking = [threads.submit(ask, url, *one) for one in ASKED]
    asking.append(threads.submit(ask, url, "c-3", "U1014", "好的，取消吧", "m-2"))
    until(lambda: len(apis.orders_faults.requests) >= len(asking))
    return asking


@pytest.mark.timeout(240)
def test_that_what_a_stopped_server_took_on_is_answered_once_by_it_or_the_next(serving, apis, own, tmp_path):
    lines = [(f"w-{line}", f"m-{number}") for line in range(3) for number in range(EACH)]
    with ThreadPoolExecutor(4) as threads:
        with serving() as url:
            asking = asked_at_once(threads, url, apis)
            for line, message in lines:
                write(url, line, QUESTIONS[int(message[2:]) % len(QUESTIONS)], message)
        assert [answer.result().status_code for answer in asking] == [200, 200, 200]
    left = rows(tmp_path, WAITING)
    assert 0 < len(left) < len(lines)

    apis.orders_faults.set()
    with serving():
        until(lambda: not rows(tmp_path, WAITING))

    turns = rows(tmp_path, "SELECT conversation_id, message_id FROM turns ORDER BY seq")
    assert Counter(turns) == Counter([*lines, ("c-1", "m-1"), ("c-2", "m-1"), ("c-3", "m-1"), ("c-3", "m-2")])
    assert [turn for turn in turns if turn[0] == "w-0"] == lines[:EACH]
    assert apis.orders_faults.requests.count(CANCEL) == 1
    assert own.said
    assert all(len(texts) == 1 for texts in own.said.values())
