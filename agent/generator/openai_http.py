"""Any model behind an OpenAI-compatible address: vLLM, DashScope, Ollama and the like."""

import asyncio
import random
import ssl
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import httpx

from agent import spans
from agent.generator.errors import GeneratorError, Interrupted, NotAccepted, Overrun, TimedOut, Unavailable
from agent.generator.servers import SERVERS, ServerKind, body_of, kind_of
from agent.generator.sse import Delta, LineReader, check_finish, read_event
from agent.generator.thinking import ThoughtFilter
from tools.breaker import Breaker

_RETRIED = frozenset({408, 409, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Limits:
    """How long and how much a model may take for one draft."""

    connect_s: float = 3.0
    first_token_s: float = 10.0
    """Until the first words, over all tries."""
    total_s: float = 30.0
    max_tokens: int = 512
    max_chars: int = 4000
    """A stream that says more is cut: the draft is lost."""
    tries: int = 2
    """Calls at the most; a call is repeated only before its first word."""
    pause_s: float = 0.2
    """Mean pause before the second call; it doubles with each further one."""


@dataclass
class OpenAiHttpGenerator:
    """Streams drafts from ``POST {base_url}/chat/completions``."""

    base_url: str
    """Up to and with the version, such as ``http://127.0.0.1:8001/v1``."""
    model: str
    """The model's name on that server."""
    api_key: str | None = field(default=None, repr=False)
    name: str = "openai"
    adapter_id: str | None = None
    limits: Limits = Limits()
    temperature: float = 0.3
    """Where the server takes one."""
    seed: int | None = None
    """The same; None: none is sent."""
    server: ServerKind | None = None
    """Decides which fields it is sent; None: told from the address."""
    extra_body: Mapping[str, Any] = field(default_factory=dict)
    """Further fields of the request, which win over all others."""
    transport: httpx.AsyncBaseTransport | None = None
    """None: the network."""
    trust: ssl.SSLContext = field(default_factory=httpx.create_ssl_context, repr=False, compare=False)
    """Certificates, read once: that takes some 30 ms, in which no other customer is heard."""
    breaker: Breaker = field(default_factory=lambda: _new_breaker(), repr=False, compare=False)
    """Stops asking a server that keeps failing, so that no customer waits for it."""

    async def stream(self, messages: list[dict[str, str]]) -> AsyncIterator[str]:
        """Word a reply.

        Args:
            messages: the prompt.

        Raises:
            Unavailable: the server cannot be reached or answers with an error, or refuses the request; or it failed so often
                of late that it is not asked.
            TimedOut: a deadline passed.
            Interrupted: the stream broke off or is malformed.
            Overrun: the draft passed its budget.
        """
        if not self.breaker.admits():
            raise Unavailable(f"the model at {self.base_url!r} failed repeatedly and is not asked for a while")
        try:
            async with aclosing(self._tries(messages)) as pieces:
                async for piece in pieces:
                    yield piece
        except GeneratorError as error:
            self.breaker.record(ok=isinstance(error, NotAccepted | Overrun))
            raise
        self.breaker.record(ok=True)

    async def _tries(self, messages: list[dict[str, str]]) -> AsyncGenerator[str]:
        """Ask, and once more where nothing was said yet."""
        clock = _Deadlines(self.limits)
        spans.name_model(self.model)
        headers = spans.headers_of_trace() | ({"Authorization": f"Bearer {self.api_key}"} if self.api_key else {})
        timeout = httpx.Timeout(self.limits.total_s, connect=self.limits.connect_s)
        asking = httpx.AsyncClient(transport=self.transport, timeout=timeout, headers=headers, verify=self.trust)
        async with asking as client:
            for count in range(1, max(1, self.limits.tries) + 1):
                try:
                    async with aclosing(self._try(client, messages, clock)) as pieces:
                        async for piece in pieces:
                            yield piece
                    return
                except (Unavailable, Interrupted) as error:
                    is_last = count >= self.limits.tries
                    if is_last or clock.has_begun or isinstance(error, NotAccepted):
                        raise
                await clock.pause(self.limits.pause_s * 2 ** (count - 1) * random.uniform(0.5, 1.5))

    async def _try(
        self, client: httpx.AsyncClient, messages: list[dict[str, str]], clock: "_Deadlines"
    ) -> AsyncGenerator[str]:
        """One call, from the request to the end of its stream."""
        response = await self._send(client, messages, clock)
        try:
            async with aclosing(self._pieces(response, clock)) as pieces:
                async for piece in pieces:
                    clock.has_begun = True
                    yield piece
        finally:
            await response.aclose()

    async def _send(
        self, client: httpx.AsyncClient, messages: list[dict[str, str]], clock: "_Deadlines"
    ) -> httpx.Response:
        body = {
            "model": self.model,
            "messages": messages,
            "stream": True,
            **body_of(
                SERVERS[self.server or kind_of(self.base_url)],
                max_tokens=self.limits.max_tokens,
                temperature=self.temperature,
                seed=self.seed,
                asks_usage=spans.is_traced(),
            ),
            **self.extra_body,
        }
        request = client.build_request("POST", f"{self.base_url.rstrip('/')}/chat/completions", json=body)
        try:
            async with asyncio.timeout(clock.left("first token")):
                response = await client.send(request, stream=True)
                if response.status_code >= 400:
                    await _refuse(response)
                return response
        except TimeoutError as error:
            raise clock.passed("first token") from error
        except httpx.ConnectTimeout as error:
            raise Unavailable(f"no connection to {self.base_url!r} within {self.limits.connect_s:g} s") from error
        except httpx.TimeoutException as error:
            raise clock.passed("first token") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable(f"cannot reach the model at {self.base_url!r}: {error!r}; is its server up?") from error

    async def _pieces(self, response: httpx.Response, clock: "_Deadlines") -> AsyncGenerator[str]:
        """Read the events of an open stream to their end."""
        thoughts, finish, length = ThoughtFilter(), None, 0
        async with aclosing(_deltas(response, clock)) as deltas:
            async for delta in deltas:
                finish = delta.finish or finish
                if delta.tokens is not None:
                    spans.count_tokens(*delta.tokens)
                length += len(delta.text)
                if length > self.limits.max_chars:
                    raise Overrun(f"the draft passed {self.limits.max_chars} characters and was cut")
                said = thoughts.feed(delta.text)
                if said:
                    yield said
        check_finish(finish)
        rest = thoughts.finish()
        if rest:
            yield rest


def _new_breaker() -> Breaker:
    """Opens after three failures of the latest ten within two minutes; one draft probes after 15 s."""
    return Breaker(time.monotonic, min_outcomes=3, window=10, window_s=120.0, cool_off_s=15.0)


async def _deltas(response: httpx.Response, clock: "_Deadlines") -> AsyncGenerator[Delta]:
    """The events of a response up to its end mark, each waited for no longer than the deadlines allow."""
    reader = LineReader()
    chunks = response.aiter_bytes()
    while True:
        phase = "total" if clock.has_begun else "first token"
        try:
            async with asyncio.timeout(clock.left(phase)):
                chunk = await anext(chunks, None)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise clock.passed(phase) from error
        except httpx.HTTPError as error:
            raise Interrupted(f"the stream broke off: {error!r}") from error
        for line in reader.finish() if chunk is None else reader.feed(chunk):
            delta = read_event(line)
            if delta is not None and delta.is_done:
                return
            if delta is not None:
                yield delta
        if chunk is None:
            return


async def _refuse(response: httpx.Response) -> None:
    """Turn an error answer into an error, with the beginning of what it says."""
    beginning = await anext(response.aiter_bytes(), b"")
    await response.aclose()
    said = beginning[:300].decode("utf-8", "replace")
    status = response.status_code
    if status in _RETRIED:
        raise Unavailable(f"the model's server answered {status}: {said}", status)
    raise NotAccepted(
        f"the model's server refused the request with {status}: {said}; check base URL, key and model name", status
    )


class _Deadlines:
    """The clock of one draft."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.started = time.monotonic()
        self.has_begun = False

    def left(self, phase: str) -> float:
        """Seconds left of a phase, >= 0."""
        limit = self.limits.total_s if phase == "total" else min(self.limits.first_token_s, self.limits.total_s)
        return max(0.0, self.started + limit - time.monotonic())

    def passed(self, phase: str) -> TimedOut:
        """The error of a phase that took too long."""
        return TimedOut(phase, self.limits.total_s if phase == "total" else self.limits.first_token_s)

    async def pause(self, seconds: float) -> None:
        """Wait before another try, within the time left."""
        if seconds >= self.left("first token"):
            raise self.passed("first token")
        await asyncio.sleep(seconds)
