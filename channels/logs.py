"""Logs: one JSON object a line, without message texts and without secrets."""

import logging
from typing import TextIO

import structlog


def write_logs(stream: TextIO, level: int = logging.INFO) -> None:
    """Send the process's log to a stream.

    Args:
        stream: usually standard error.
        level: the least severity that is written.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    # The first two name URLs, which may hold secrets, at every call; the third tells each step whatever the level.
    for name in ("httpx", "httpcore", "bm25s"):
        logging.getLogger(name).setLevel(logging.WARNING)
