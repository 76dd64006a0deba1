"""Chatwoot's API, as far as an agent bot may use it."""

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Annotated, Any

import httpx
from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from agent.errors import DeliveryFailed
from channels.chatwoot.events import MARK
from channels.chatwoot.place import Place
from channels.contact_centre.vendor import sent

_FINAL = frozenset({400, 404, 410, 413})
"""Not 422: with it Chatwoot also stops too many messages a minute."""
_CLOSED = frozenset({401, 403, 404})
"""The token may not look: an agent bot reads no messages, and before 4.15 no conversations."""


class ChatwootClient:
    """Asks Chatwoot.

    Args:
        http: with the server's address as its base.
        bot_token: of the agent bot.
        agent_token: of a person's account, which may read messages; None: there is none.
    """

    def __init__(self, http: httpx.AsyncClient, bot_token: str, agent_token: str | None = None) -> None:
        self._http = http
        self._bot = {"api_access_token": bot_token}
        self._agent = None if agent_token is None else {"api_access_token": agent_token}

    async def say(self, place: Place, text: str, message_id: str, *, is_private: bool = False) -> None:
        """Write into a conversation.

        Args:
            place: the conversation.
            text: to the customer; Chatwoot takes Markdown.
            message_id: ours; it comes back with the message.
            is_private: a note that the customer does not see.

        Raises:
            DeliveryFailed: it was not written, or nobody knows.
        """
        body = {
            "content": text,
            "message_type": "outgoing",
            "private": is_private,
            "echo_id": message_id,
            "content_attributes": {MARK: message_id},
        }
        # No source_id: Chatwoot takes a message that has one for one that came from outside, and does not send it on.
        await self._post(place, "messages", body, message_id)

    async def set_status(self, place: Place, status: str, request_id: str) -> float:
        """Open a conversation for people, give it to the bot (``pending``), or end it (``resolved``).

        Args:
            place: the conversation.
            status: from now on.
            request_id: for the failure.

        Returns:
            When it was done for certain, by Chatwoot's clock, in seconds since the epoch.

        Raises:
            DeliveryFailed: it was not done, or nobody knows.
        """
        answer = await self._post(place, "toggle_status", {"status": status}, request_id)
        return _after(answer.headers.get("Date"))

    async def has(self, place: Place, message_id: str) -> bool:
        """Whether a message of ours is in a conversation, as far as the token may look: among the last twenty, or as the last one.

        Raises:
            DeliveryFailed: Chatwoot did not answer.
        """
        path, token = ("", self._bot) if self._agent is None else ("/messages", self._agent)
        try:
            answer = await sent(message_id, self._http.get(f"{_path(place)}{path}", headers=token), _CLOSED)
        except DeliveryFailed as failure:
            if failure.is_final:
                return False
            raise
        try:
            seen = _Seen.model_validate_json(answer.content)
        except ValidationError as error:
            raise DeliveryFailed(message_id, "what Chatwoot answered cannot be read") from error
        return any(one is not None and one.content_attributes.get(MARK) == message_id for one in seen.all)

    async def _post(self, place: Place, what: str, body: Mapping[str, Any], request_id: str) -> httpx.Response:
        request = self._http.post(f"{_path(place)}/{what}", json=body, headers=self._bot)
        return await sent(request_id, request, _FINAL)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()


class _Message(BaseModel):
    content_attributes: Annotated[Mapping[str, Any], BeforeValidator(lambda told: told or {})] = Field(
        default_factory=dict
    )


class _Seen(BaseModel):
    """Messages as either place tells them."""

    payload: tuple[_Message, ...] = ()
    messages: tuple[_Message, ...] = ()
    last_non_activity_message: _Message | None = None

    @property
    def all(self) -> tuple[_Message | None, ...]:
        return (*self.payload, *self.messages, self.last_non_activity_message)


def _path(place: Place) -> str:
    return f"/api/v1/accounts/{place.account}/conversations/{place.number}"


def _after(date: str | None) -> float:
    """The end of the second in which an answer was dated; by this machine's clock where it was not."""
    try:
        return parsedate_to_datetime(date or "").timestamp() + 1
    except ValueError:
        return time.time() + 1
