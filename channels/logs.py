"""Logs: one JSON object a line, without message texts, without secrets and without personal data."""

import logging
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, TextIO

import structlog
from pydantic import BaseModel, SecretStr

from agent.privacy.masking import mask_tree
from agent.settings import Settings

_TALKATIVE = frozenset({"faiss", "httpx", "httpcore", "bm25s"})
"""Heard only when they warn: the first two name URLs, which may hold secrets, the third sets its own level when imported, the fourth
tells how it was loaded."""


_IDENTIFIERS = frozenset({"conversation_id", "turn_id", "message_id", "release_id", "timestamp", "level", "logger"})
"""Keys whose values a line is found by; they are left as they are."""
_KEY_LIKE = re.compile(
    r"(?i:bearer\s+)[\w.~+/=\-]{8,}|\b(?:xk|sk|pk|ak)-[\w\-]{8,}|\beyJ[\w\-]{6,}\.[\w\-]{6,}\.[\w\-]*|(?<=://)[^\s/@:]+:[^\s/@]+(?=@)"
    r"|(?i:(?:api[_-]?key|token|secret|password)\W{1,3})[^\s\"',;]{8,}"
)
_HIDDEN = "[secret]"


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """The values of all secret settings, which must never stand in a log."""
    return tuple(secret.get_secret_value() for secret in _secrets(settings))


def _secrets(held: BaseModel) -> Iterator[SecretStr]:
    for name in type(held).model_fields:
        value = getattr(held, name)
        if isinstance(value, SecretStr):
            yield value
        elif isinstance(value, BaseModel):
            yield from _secrets(value)


def write_logs(stream: TextIO, level: int = logging.INFO, secrets: Collection[str] = ()) -> None:
    """Send the process's log to a stream.

    Args:
        stream: usually standard error.
        level: the least severity that is written.
        secrets: values that are blotted out wherever they stand, beside everything that looks like a key.
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
                _Scrubber(secrets),
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    handler.addFilter(_is_worth_telling)
    logging.basicConfig(handlers=[handler], level=level, force=True)


class _Scrubber:
    """Takes secrets and personal data out of each line."""

    def __init__(self, secrets: Collection[str]) -> None:
        self._secrets = tuple(secret for secret in secrets if secret)

    def __call__(self, logger: Any, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        scrubbed: dict[str, Any] = mask_tree(self._hide(event), leave=_IDENTIFIERS)
        return scrubbed

    def _hide(self, value: Any) -> Any:
        if isinstance(value, str):
            for secret in self._secrets:
                value = value.replace(secret, _HIDDEN)
            return _KEY_LIKE.sub(_HIDDEN, value)
        if isinstance(value, Mapping):
            return {key: self._hide(held) for key, held in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._hide(held) for held in value]
        return value if value is None or isinstance(value, int | float) else self._hide(str(value))


def _is_worth_telling(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] not in _TALKATIVE
