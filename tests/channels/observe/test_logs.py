import io
import json
import logging

import pytest
import structlog

from agent.errors import ConversationBusy
from agent.settings import Settings
from channels.observe.logs import secrets_of, write_logs
from channels.observe.marks import marks_of


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
    log.warning(
        "failed", said="电话13812345678，地址西湖区文三路9号", conversation_id="13812345678", customer_id="U1001"
    )
    try:
        raise ValueError("key open-sesame of 13812345678")
    except ValueError:
        logging.getLogger("uvicorn.error").exception("failed for li@qq.com")
    told = stream.getvalue()
    for hidden in (*secrets, "abcdef123456", "xk-abcdefgh", "user:pass", "文三路", "li@qq.com"):
        assert hidden not in told
    assert "13812345678" not in told
    assert "U1001" not in told


def test_that_a_conversation_stands_under_its_mark_wherever_it_is_named(stream):
    write_logs(stream, mark=marks_of(Settings(token_secret="t" * 40)))
    for logged in ({"conversation_id": "wx-8812", "customer_id": "U1001"}, {"conversation_id": "wx-8813"}):
        logging.getLogger("agent.reception").warning("conversation wx-8812 of U1001 waits", extra=logged)
    first, other = (json.loads(line) for line in stream.getvalue().splitlines())
    assert first["event"] == f"conversation {first['conversation']} of [customer] waits"
    assert len(first["conversation"]) == 16
    assert first["conversation"] != other["conversation"]
    assert "conversation_id" not in first


def test_that_the_conversation_of_an_error_is_found(stream):
    write_logs(stream, mark=lambda conversation_id: "mark")
    log, error = logging.getLogger("agent.reception"), ConversationBusy("wx-8812")
    log.warning("waits on: %s", error)
    log.error("failed", exc_info=error)
    assert "wx-8812" not in stream.getvalue()
    assert {json.loads(line)["conversation"] for line in stream.getvalue().splitlines()} == {"mark"}


def test_that_marks_are_the_same_in_all_processes_that_share_a_secret():
    one, same, other = (marks_of(Settings(token_secret=letter * 40))("c-1") for letter in "aab")
    assert one == same != other


def test_that_a_short_id_takes_no_words_out_of_a_line(stream):
    write_logs(stream)
    logging.getLogger("turns").warning("1 of 10 turns", extra={"conversation_id": "1"})
    assert json.loads(stream.getvalue())["event"] == "1 of 10 turns"


def test_that_order_numbers_stay_readable(stream):
    write_logs(stream)
    structlog.get_logger("tools").info("call", order_id="TEA-88231", path="/orders/2026112012345678901")
    assert "TEA-88231" in stream.getvalue()
    assert "2026112012345678901" in stream.getvalue()


def test_that_the_secrets_of_a_contact_centre_are_known_to_the_log():
    told = {"url": "https://d", "account": 1, "bot_token": "bot-t", "secret": "hook-s"}
    assert set(secrets_of(Settings(chatwoot=told))) == {"bot-t", "hook-s"}
