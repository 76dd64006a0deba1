import io
import json
import logging

import pytest
import structlog

from agent.settings import Settings
from channels.logs import secrets_of, write_logs


@pytest.fixture
def stream():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield io.StringIO()
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_that_each_event_is_one_json_object(stream):
    write_logs(stream)
    structlog.get_logger("turns").info("turn", turn_id="t-1")
    logged = json.loads(stream.getvalue())
    assert (logged["event"], logged["turn_id"], logged["level"], logged["logger"]) == ("turn", "t-1", "info", "turns")


def test_that_a_client_library_does_not_tell_the_urls_it_calls(stream):
    write_logs(stream)
    logging.getLogger("httpx").info("GET http://shop/?key=secret")
    logging.getLogger("uvicorn.error").info("started")
    assert "secret" not in stream.getvalue()
    assert "started" in stream.getvalue()


def test_that_a_defect_keeps_its_traceback_on_one_line(stream):
    write_logs(stream)
    try:
        raise ValueError("broken")
    except ValueError:
        logging.getLogger("uvicorn.error").exception("failed")
    assert "ValueError: broken" in json.loads(stream.getvalue())["exception"]


def test_that_no_secret_and_no_personal_data_stands_in_a_line(stream):
    secrets = secrets_of(Settings(token_secret="t" * 40, orders_token="orders-sesame", openai_api_key="open-sesame"))
    write_logs(stream, secrets=secrets)
    log = structlog.get_logger("turns")
    log.warning("failed", why="GET with orders-sesame", headers={"Authorization": "Bearer abcdef123456"})
    log.warning("failed", why=["t" * 40, "xk-abcdefgh12345678"], url="http://user:pass@host/x")
    log.warning("failed", said="电话13812345678，地址西湖区文三路9号", conversation_id="13812345678")
    try:
        raise ValueError("key open-sesame of 13812345678")
    except ValueError:
        logging.getLogger("uvicorn.error").exception("failed for li@qq.com")
    told = stream.getvalue()
    for hidden in (*secrets, "abcdef123456", "xk-abcdefgh", "user:pass", "文三路", "li@qq.com"):
        assert hidden not in told
    assert told.count("13812345678") == 1
    assert json.loads(told.splitlines()[2])["conversation_id"] == "13812345678"


def test_that_order_numbers_stay_readable(stream):
    write_logs(stream)
    structlog.get_logger("tools").info("call", order_id="TEA-88231", path="/orders/2026112012345678901")
    assert "TEA-88231" in stream.getvalue()
    assert "2026112012345678901" in stream.getvalue()


def test_that_the_secrets_of_a_contact_centre_are_known_to_the_log():
    told = {"url": "https://d", "account": 1, "bot_token": "bot-t", "secret": "hook-s"}
    assert set(secrets_of(Settings(chatwoot=told))) == {"bot-t", "hook-s"}
