"""The real program in a process of its own, over real TCP."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from knowledge.pack import default_pack, load_pack
from tools.mock_apis.apis import MockApis
from tools.mock_apis.faults import Fault
from tools.mock_apis.server import MockServer

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("XIAOER_")}


def _command(*arguments):
    return [sys.executable, "-c", "import xiaoer; xiaoer.main()", *arguments]


@pytest.fixture(scope="module")
def environment(tmp_path_factory, releases):
    folder = tmp_path_factory.mktemp("served")
    return ENVIRONMENT | {
        "XIAOER_STATE": f"sqlite:///{folder / 'state.db'}",
        "XIAOER_RELEASES": str(releases),
    }


@contextmanager
def _serving(environment, *arguments) -> Iterator[tuple[subprocess.Popen, str]]:
    command = _command("serve", "--port", "0", *arguments)
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment) as running:
        urls = (re.match(r"serving: (\S+)", line) for line in running.stdout)
        try:
            yield running, next(url for url in urls if url)[1]
        finally:
            running.kill()


@pytest.fixture(scope="module")
def server(environment) -> Iterator[tuple[subprocess.Popen, str]]:
    with _serving(environment) as served:
        yield served


def _body(text, message_id="m-1"):
    return {"conversation_id": "c-1", "message_id": message_id, "customer_id": "U1001", "text": text}


def test_that_a_served_shop_answers_from_its_own_pack(server):
    _, url = server
    told = httpx.post(f"{url}/chat", json=_body("衣服不喜欢可以退吗"), timeout=30).json()
    assert told["outcome"] == "answered"
    assert told["sources"][0]["kind"] == "policy"
    assert httpx.get(f"{url}/ready").json()["status"] == "ready"
    counted = httpx.get(f"{url}/metrics").text
    assert 'xiaoer_turns_total{outcome="answered"} 1.0' in counted
    assert f'xiaoer_knowledge_release_info{{release_id="{told["release_id"]}"}} 1.0' in counted


@pytest.fixture(scope="module")
def stopped(environment) -> tuple[httpx.Response, int, str]:
    """A server that was stopped while its orders back-end was slow: the answer, its exit status and its log."""
    apis = MockApis(load_pack(default_pack()).backend)
    apis.orders_faults.set(Fault(kind="latency", latency_s=1.0))
    answers: list[httpx.Response] = []
    with MockServer(apis) as urls:
        back_ends = ["--orders-url", urls.orders, "--logistics-url", urls.logistics]
        with _serving(environment, *back_ends) as (running, url):
            body = _body("我的订单到哪了,手机13800001111", "m-2")
            asking = threading.Thread(target=lambda: answers.append(httpx.post(f"{url}/chat", json=body, timeout=30)))
            asking.start()
            while asking.is_alive() and not apis.orders_faults.requests:
                time.sleep(0.01)
            running.send_signal(signal.SIGTERM)
            asking.join()
            status, log = running.wait(timeout=30), running.stderr.read()
    apis.close()
    return answers[0], status, log


def test_that_a_stopped_server_finishes_the_turn_in_flight(stopped):
    answer, status, _ = stopped
    assert answer.status_code == 200
    assert status == 0


def test_that_logs_are_json_without_the_customers_words(stopped):
    events = [json.loads(line) for line in stopped[2].splitlines()]
    (turn,) = [event for event in events if event["event"] == "turn"]
    assert (len(turn["conversation"]), turn["channel"]) == (16, "web")
    assert "conversation_id" not in turn
    assert "13800001111" not in stopped[2]


def test_that_the_demonstration_plays_and_stops(environment):
    command = _command("serve", "--port", "0", "--replay-clock", "--once")
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("顾客") == 5
    assert "sources" in done.stdout
    assert "tools" in done.stdout


def test_that_the_terminal_talks_and_leaves(environment):
    done = subprocess.run(
        _command("chat", "--trace"),
        input="可以退货吗\n/quit\n",
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "intent" in done.stdout


def test_that_an_address_in_use_is_one_clear_line(server, environment):
    _, url = server
    port = url.rsplit(":", 1)[1]
    done = subprocess.run(_command("serve", "--port", port), capture_output=True, text=True, env=environment)
    assert done.returncode == 1
    assert (
        done.stderr
        == f"xiaoer: cannot listen on 127.0.0.1:{port} (Address already in use): name another with --host or --port\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--host", "0.0.0.0"], "set token_secret"),
        (["--host", "0.0.0.0", "--replay-clock"], "replay_clock is for 127.0.0.1 only"),
        (["--shop", "/nowhere"], "shop '/nowhere' is no folder"),
    ],
)
def test_that_a_wrong_setup_is_told_without_a_traceback(environment, arguments, said):
    done = subprocess.run(_command("serve", "--port", "0", *arguments), capture_output=True, text=True, env=environment)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
