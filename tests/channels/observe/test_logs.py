import json
import logging

import structlog

from agent.errors import ConversationBusy
from agent.settings import Settings
from channels.observe.logs import secrets_of, write_logs
from channels.observe.marks import marks_of


def test_that_each_event_is_one_json_object(log):
    write_logs(log)
    structlog.get_logger("turns").info("turn", turn_id="t-1")
    logged = json.loads(log.getvalue())
    assert (logged["event"], logged["turn_id"], logged["level"], logged["logger"]) == ("turn", "t-1", "info", "turns")


def test_that_a_client_library_does_not_tell_the_urls_it_calls(log):
    write_logs(log)
    logging.getLogger("httpx").info("GET http://shop/?key=secret")
    logging.getLogger("uvicorn.error").info("started")
    assert "secret" not in log.getvalue()
    assert "started" in log.getvalue()


def test_that_a_defect_keeps_its_traceback_on_one_line(log):
    write_logs(log)
    try:
        raise ValueError("broken")
    except ValueError:
        logging.getLogger("uvicorn.error").exception("failed")
    assert "ValueError: broken" in json.loads(log.getvalue())["exception"]


def test_that_no_secret_and_no_personal_data_stands_in_a_line(log):
    secrets = secrets_of(Settings(token_secret="t" * 40, orders_token="orders-sesame", openai_api_key="open-sesame"))
    write_logs(log, secrets=secrets)
    logger = structlog.get_logger("turns")
    logger.warning("failed", why="GET with orders-sesame", headers={"Authorization": "Bearer abcdef123456"})
    logger.warning("failed", why=["t" * 40, "xk-abcdefgh12345678"], url="http://user:pass@host/x")
    logger.warning(
        "failed", said="电话13812345678，地址西湖区文三路9号", conversation_id="13812345678", customer_id="U1001"
    )
    try:
        raise ValueError("key open-sesame of 13812345678")
    except ValueError:
        logging.getLogger("uvicorn.error").exception("failed for li@qq.com")
    told = log.getvalue()
    for hidden in (*secrets, "abcdef123456", "xk-abcdefgh", "user:pass", "文三路", "li@qq.com"):
        assert hidden not in told
    assert "13812345678" not in told
    assert "U1001" not in told


def test_that_a_conversation_stands_under_its_mark_wherever_it_is_named(log):
    write_logs(log, mark=marks_of(Settings(token_secret="t" * 40)))
    for logged in ({"conversation_id": "wx-8812", "customer_id": "U1001"}, {"conversation_id": "wx-8813"}):
        logging.getLogger("agent.mailroom.reception").warning("conversation wx-8812 of U1001 waits", extra=logged)
    first, other = (json.loads(line) for line in log.getvalue().splitlines())
    assert first["event"] == f"conversation {first['conversation']} of [customer] waits"
    assert len(first["conversation"]) == 16
    assert first["conversation"] != other["conversation"]
    assert "conversation_id" not in first


def test_that_the_conversation_of_an_error_is_found(log):
    write_logs(log, mark=lambda conversation_id: "mark")
    logger, error = logging.getLogger("agent.mailroom.reception"), ConversationBusy("wx-8812")
    logger.warning("waits on: %s", error)
    logger.error("failed", exc_info=error)
    assert "wx-8812" not in log.getvalue()
    assert {json.loads(line)["conversation"] for line in log.getvalue().splitlines()} == {"mark"}


def test_that_marks_are_the_same_in_all_processes_that_share_a_secret():
    one, same, other = (marks_of(Settings(token_secret=letter * 40))("c-1") for letter in "aab")
    assert one == same != other


def test_that_a_short_id_takes_no_words_out_of_a_line(log):
    write_logs(log)
    logging.getLogger("turns").warning("1 of 10 turns", extra={"conversation_id": "1"})
    assert json.loads(log.getvalue())["event"] == "1 of 10 turns"


def test_that_order_numbers_stay_readable(log):
    write_logs(log)
    structlog.get_logger("tools").info("call", order_id="TEA-88231", path="/orders/2026112012345678901")
    assert "TEA-88231" in log.getvalue()
    assert "2026112012345678901" in log.getvalue()


def test_that_the_secrets_of_a_contact_centre_are_known_to_the_log():
    told = {"url": "https://d", "account": 1, "bot_token": "bot-t", "secret": "hook-s"}
    assert set(secrets_of(Settings(chatwoot=told))) == {"bot-t", "hook-s"}
