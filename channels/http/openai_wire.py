"""The JSON of ``POST /v1/chat/completions``: the part of OpenAI's shapes that a turn has."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.messages import Reply
from channels.errors import TurnUnsupported
from channels.http.events import event
from channels.http.wire import ChatReply, Id
from channels.sentences import sentences


class Part(BaseModel):
    """One part of a message's content."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    type: str
    text: str = ""


class SpokenMessage(BaseModel):
    """One message of the history that the client sends."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None


class StreamOptions(BaseModel):
    """What else a stream tells."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    include_usage: bool = False


class CompletionRequest(BaseModel):
    """A chat completion; sampling settings are taken and have no effect, as the agent words replies from facts."""

    model_config = ConfigDict(
        extra="ignore",
        frozen=True,
        json_schema_extra={
            "examples": [{"model": "xiaoer", "user": "c-1", "messages": [{"role": "user", "content": "几天发货"}]}]
        },
    )

    model: str
    messages: list[SpokenMessage] = Field(min_length=1)
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: int = 1
    user: Id | None = None
    """The conversation, unless ``X-Session-Id`` names it."""

    @property
    def with_usage(self) -> bool:
        """Whether a stream ends with what was used."""
        return self.stream_options is not None and self.stream_options.include_usage

    def asked(self) -> str:
        """The turn: what the customer said last.

        Raises:
            TurnUnsupported: the last message is not the customer's, or is not text; or more than one reply is wanted.
        """
        if self.n != 1:
            raise TurnUnsupported("n", "one reply a turn")
        last = self.messages[-1]
        if last.role != "user":
            raise TurnUnsupported("messages", "the last message must be the customer's, with role 'user'")
        if isinstance(last.content, str):
            return last.content
        parts = last.content or []
        if any(part.type != "text" for part in parts):
            raise TurnUnsupported("messages", "only text can be read, no images, sound or files")
        return "".join(part.text for part in parts)


@dataclass(frozen=True)
class Envelope:
    """What every object of one completion says."""

    turn_id: str
    model: str
    """As the client named it."""
    created: int
    """Seconds since the epoch."""

    def head(self, kind: str) -> dict[str, Any]:
        """The keys that begin an object."""
        return {"id": f"chatcmpl-{self.turn_id}", "object": kind, "created": self.created, "model": self.model}

    def chunk(self, choices: Sequence[dict[str, Any]], **more: Any) -> str:
        """One event of a stream."""
        return event(self.head("chat.completion.chunk") | {"choices": list(choices)} | more)

    def opening(self) -> str:
        """The first event: who speaks."""
        return self.chunk([_delta({"role": "assistant", "content": ""})])


@dataclass(frozen=True)
class Completion:
    """One reply in OpenAI's shapes."""

    envelope: Envelope
    reply: Reply
    asked_chars: int
    """Length of the customer's message."""

    def whole(self) -> dict[str, Any]:
        """The reply in one piece."""
        message = {"role": "assistant", "content": self.reply.reply, "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        told = {"choices": [choice], "usage": self._usage(), "x_agent": self._extras()}
        return self.envelope.head("chat.completion") | told

    def events(self, *, with_usage: bool) -> Iterator[str]:
        """What follows the opening event: the sentences, the end, and what was asked for beyond."""
        for piece in sentences(self.reply.reply):
            yield self.envelope.chunk([_delta({"content": piece})])
        yield self.envelope.chunk([_delta({}, "stop")], x_agent=self._extras())
        if with_usage:
            yield self.envelope.chunk([], usage=self._usage())
        yield event("[DONE]")

    def _usage(self) -> dict[str, int]:
        # Counted in characters: a reply worded from facts has no tokens.
        told = len(self.reply.reply)
        return {
            "prompt_tokens": self.asked_chars,
            "completion_tokens": told,
            "total_tokens": self.asked_chars + told,
        }

    def _extras(self) -> dict[str, Any]:
        return ChatReply.of(self.reply).model_dump(mode="json", exclude={"reply"})


def _delta(delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
