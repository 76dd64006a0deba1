"""Logs: one JSON object a line, without message texts, without secrets, without personal data and without anybody's id."""

import logging
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, TextIO

import structlog
from pydantic import BaseModel, SecretStr

from agent.privacy.masking import mask_tree
from agent.settings import Settings
from channels.observe.marks import Mark

_TALKATIVE = frozenset({"faiss", "httpx", "httpcore", "bm25s"})
"""Heard only when they warn: the first two name URLs, which may hold secrets, the third sets its own level when imported, the fourth
tells how it was loaded."""

_IDENTIFIERS = frozenset({"conversation", "turn_id", "message_id", "release_id", "timestamp", "level", "logger"})
"""Keys whose values a line is found by; they are left as they are."""
_PLAIN = frozenset(
    {
        "channel",
        "error",
        "failures",
        "handoff",
        "intents",
        "outcome",
        "owner",
        "strategy",
        "timings_ms",
        "tools",
        "worded_by",
    }
)
"""Keys whose values are words of the program's own."""
_KEY_LIKE = re.compile(
    r"(?i:bearer\s+)[\w.~+/=\-]{8,}|\b(?:xk|sk|pk|ak)-[\w\-]{8,}|\beyJ[\w\-]{6,}\.[\w\-]{6,}\.[\w\-]*|(?<=://)[^\s/@:]+:[^\s/@]+(?=@)"
    r"|(?i:(?:api[_-]?key|token|secret|password)\W{1,3})[^\s\"',;]{8,}"
)
_HIDDEN = "[secret]"
_CUSTOMER = "[customer]"
_SHORTEST = 4
"""A shorter id is looked for in its own key only: taken out of every text it would take words with it."""


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


def write_logs(
    stream: TextIO,
    level: int = logging.INFO,
    secrets: Collection[str] = (),
    mark: Mark = lambda conversation_id: "[id]",
) -> None:
    """Send the process's log to a stream.

    Args:
        stream: usually standard error.
        level: the least severity that is written.
        secrets: values that are blotted out wherever they stand, beside everything that looks like a key.
        mark: stands for a conversation.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
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
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder(), _name_conversation],
            pass_foreign_args=True,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _Scrubber(secrets, mark),
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    handler.addFilter(_is_worth_telling)
    logging.basicConfig(handlers=[handler], level=level, force=True)


def _name_conversation(logger: Any, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Find the conversation that an error in the line is about, so that its id is taken out of the error's words."""
    given, raised = event.pop("positional_args", ()), event.get("exc_info")
    errors = [*(given if isinstance(given, tuple) else ()), *(raised if isinstance(raised, tuple) else ())]
    for error in errors:
        if isinstance(error, Exception) and isinstance(named := getattr(error, "conversation_id", None), str):
            event.setdefault("conversation_id", named)
    return event


class _Scrubber:
    """Takes secrets, ids and personal data out of each line."""

    def __init__(self, secrets: Collection[str], mark: Mark) -> None:
        self._secrets = [(secret, _HIDDEN) for secret in secrets if secret]
        self._mark = mark

    def __call__(self, logger: Any, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        named: list[tuple[str, str]] = []
        conversation_id, customer_id = event.pop("conversation_id", None), event.pop("customer_id", None)
        event.pop("color_message", None)  # the same line once more, from the server
        if conversation_id is not None:
            event["conversation"] = self._mark(str(conversation_id))
            named.append((str(conversation_id), event["conversation"]))
        if customer_id is not None:
            named.append((str(customer_id), _CUSTOMER))
        hidden = [*self._secrets, *(one for one in named if len(one[0]) >= _SHORTEST)]
        scrubbed: dict[str, Any] = mask_tree(
            _each(event, lambda text: _hide(text, hidden)), leave=_IDENTIFIERS | _PLAIN
        )
        return scrubbed


def _hide(text: str, hidden: Collection[tuple[str, str]]) -> str:
    for value, shown in hidden:
        text = text.replace(value, shown)
    return _KEY_LIKE.sub(_HIDDEN, text)


def _each(value: Any, change: Callable[[str], str]) -> Any:
    """A record with every text changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _each(held, change) for key, held in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_each(held, change) for held in value]
    return value if value is None or isinstance(value, int | float) else change(str(value))


def _is_worth_telling(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] not in _TALKATIVE
