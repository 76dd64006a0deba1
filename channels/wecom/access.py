"""Access to WeCom's API: the access token, and calls under it."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from channels.wecom.errors import ACCESS_GONE, WecomRefused, WecomUnreachable

_EARLY_S = 300.0
"""A token is asked for anew so long before it ends."""


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    errcode: int
    errmsg: str = ""


class _Token(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    access_token: str
    expires_in: float
    """Seconds."""


class Access:
    """Calls WeCom for one application. While a token holds WeCom gives the same one again, so that each process may ask by itself.

    Args:
        http: speaks to WeCom's address.
        corp_id: the company.
        secret: of the application.
        now: gives seconds that never go back.
    """

    def __init__(
        self, http: httpx.AsyncClient, corp_id: str, secret: str, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._http = http
        self._corp_id = corp_id
        self._secret = secret
        self._now = now
        self._token = ""
        self._until = 0.0
        self._asking = asyncio.Lock()

    async def call(self, doing: str, path: str, body: Mapping[str, object] | None = None, **query: str) -> Any:
        """Call WeCom; a token that is not accepted any more is asked for anew, once.

        Args:
            doing: for messages, as a verb phrase.
            path: below ``/cgi-bin/``.
            body: sent as JSON; None: the call has none, and is a GET.
            query: parameters beside the token.

        Returns:
            The answer's JSON.

        Raises:
            WecomUnreachable: no answer, or none that can be read.
            WecomRefused: an answer with an error code.
        """
        token = await self._valid()
        try:
            return await self._asked(doing, path, body, {"access_token": token, **query})
        except WecomRefused as refusal:
            if refusal.code not in ACCESS_GONE:
                raise
            if token == self._token:
                self._until = 0.0
        return await self._asked(doing, path, body, {"access_token": await self._valid(), **query})

    async def _valid(self) -> str:
        async with self._asking:
            if self._now() >= self._until:
                query = {"corpid": self._corp_id, "corpsecret": self._secret}
                doing = "give an access token"
                told = await self._asked(doing, "gettoken", None, query)
                try:
                    token = _Token.model_validate(told)
                except ValidationError as error:
                    raise WecomUnreachable(doing, "its answer has none") from error
                self._token, self._until = token.access_token, self._now() + max(token.expires_in - _EARLY_S, 0.0)
            return self._token

    async def _asked(self, doing: str, path: str, body: Mapping[str, object] | None, query: Mapping[str, str]) -> Any:
        try:
            # The address holds the token: it is in no message of ours.
            method = "GET" if body is None else "POST"
            answer = await self._http.request(method, f"/cgi-bin/{path}", params=query, json=body)
        except httpx.HTTPError as error:
            raise WecomUnreachable(doing, type(error).__name__) from error
        try:
            told = answer.json()
            read = _Answer.model_validate(told)
        except ValueError as error:
            raise WecomUnreachable(doing, f"it was answered with {answer.status_code} and no errcode") from error
        if read.errcode:
            raise WecomRefused(doing, read.errcode, read.errmsg)
        return told
