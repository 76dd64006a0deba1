"""What OpenAI-compatible servers take beside the fields that all of them take, one line a kind of server."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal
from urllib.parse import urlsplit

ServerKind = Literal["vllm", "dashscope", "ollama", "openai", "unknown"]


@dataclass(frozen=True)
class Server:
    """What one kind of server takes."""

    max_tokens: str = "max_tokens"
    """Its name for the longest reply."""
    thinking_off: Mapping[str, Any] = field(default_factory=dict)
    """Fields that keep a model from reasoning before it answers; empty: it has none that every model of it takes."""
    takes_temperature: bool = True
    takes_seed: bool = False
    tells_usage: bool = True
    """Whether it may be asked for the tokens of a stream."""


SERVERS: Mapping[ServerKind, Server] = MappingProxyType(
    {
        # vLLM 0.32, vllm/entrypoints/openai/chat_completion/protocol.py; Qwen's page on vLLM for the template's switch.
        "vllm": Server(thinking_off={"chat_template_kwargs": {"enable_thinking": False}}, takes_seed=True),
        # Alibaba Cloud Model Studio, "OpenAI Chat" and "Deep thinking": the switch stands beside the messages.
        "dashscope": Server(thinking_off={"enable_thinking": False}, takes_seed=True),
        # Ollama, "OpenAI compatibility" and its issue 14820: `think` is not read there, `reasoning_effort` is.
        "ollama": Server(thinking_off={"reasoning_effort": "none"}, takes_seed=True),
        # OpenAI's reference: max_tokens is deprecated and refused by reasoning models, which also refuse any temperature but
        # their own; seed is deprecated, and `reasoning_effort: none` is taken by the newest models only.
        "openai": Server(max_tokens="max_completion_tokens", takes_temperature=False),
        "unknown": Server(),
    }
)
"""By kind. A field that a server does not know can fail every draft, so an unknown one gets what all take."""

_OLLAMA_PORT = 11434


def kind_of(base_url: str) -> ServerKind:
    """Guess a server's kind from its address; ``unknown`` where the address does not tell.

    Args:
        base_url: up to and with the version.
    """
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if host.endswith(".aliyuncs.com"):
        return "dashscope"
    if host == "api.openai.com":
        return "openai"
    return "ollama" if host.endswith("ollama.com") or parts.port == _OLLAMA_PORT else "unknown"


def body_of(
    server: Server, *, max_tokens: int, temperature: float, seed: int | None, asks_usage: bool
) -> dict[str, Any]:
    """The fields of a request beside model, messages and streaming.

    Args:
        server: that gets it.
        max_tokens: of the draft.
        temperature: left out where the server takes none.
        seed: the same; None: none is wanted.
        asks_usage: whether the tokens are to be told at the end.
    """
    return {
        server.max_tokens: max_tokens,
        **({"temperature": temperature} if server.takes_temperature else {}),
        **({"seed": seed} if seed is not None and server.takes_seed else {}),
        **({"stream_options": {"include_usage": True}} if asks_usage and server.tells_usage else {}),
        **server.thinking_off,
    }
