"""Logs: one JSON object a line, without message texts and without secrets."""

import logging
from typing import TextIO

import structlog

_TALKATIVE = frozenset({"faiss", "httpx", "httpcore", "bm25s"})
"""Heard only when they warn: the first two name URLs, which may hold secrets, the third sets its own level when imported, the fourth
tells how it was loaded."""


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
    handler.addFilter(_is_worth_telling)
    logging.basicConfig(handlers=[handler], level=level, force=True)


def _is_worth_telling(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] not in _TALKATIVE
