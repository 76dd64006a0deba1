import io
import json
import logging

import pytest
import structlog

from channels.logs import write_logs


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
