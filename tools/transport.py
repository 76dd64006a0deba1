"""The transport: every call to a back-end goes through here, with its deadline, retries, breaker and identity."""

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

import httpx
from pydantic import JsonValue, ValidationError

from tools.answers import ReceiptAnswer, StatusAnswer
from tools.breaker import Breaker
from tools.errors import NotFound, OutcomeUnknown, Refused, Unavailable
from tools.exchange import Answer, Lost, exchange, header_value, path_segment
from tools.limits import Limits
from tools.receipts import ActionName, ActionStatus, Receipt
from tools.retry_budget import RetryBudget
from tools.verdicts import REFUSED_WORDS, raise_failure, told

T = TypeVar("T")

_TRY_AGAIN = frozenset({429, 502, 503, 504})


class Transport:
    """The one way to a back-end.

    Args:
        name: what the back-end is called in errors and metrics.
        client: an httpx client with the back-end's base URL; owned and closed by this object.
        limits: deadlines and bounds.
        breaker: shared by all calls to this back-end; None: a new one.
        budget: shared by all calls to this back-end; None: a new one.
        clock: seconds, monotonic.
        sleep: waits for seconds.
        draw: uniform in 0..1, for the jitter.
    """

    def __init__(
        self,
        name: str,
        client: httpx.AsyncClient,
        limits: Limits | None = None,
        *,
        breaker: Breaker | None = None,
        budget: RetryBudget | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self.name = name
        self.breaker = breaker or Breaker(clock)
        self._client = client
        self._limits = limits or Limits()
        self._budget = budget or RetryBudget(clock)
        self._clock = clock
        self._sleep = sleep
        self._draw = draw

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def read(
        self,
        customer_id: str,
        path: str,
        parse: Callable[[bytes], T],
        *,
        thing: tuple[str, str],
        params: Mapping[str, str | int] | None = None,
    ) -> T:
        """Read something, trying again where that can help.

        Args:
            customer_id: who asks, from the session.
            path: below the base URL, segments already encoded.
            parse: turns the body of a 2xx into the result; a ValueError means garbage.
            thing: kind and id of what is asked for, for NotFound.
            params: the query.

        Returns:
            What ``parse`` made of the answer.

        Raises:
            NotFound: missing, or somebody else's.
            Refused: the back-end said no.
            Unavailable: no usable answer within ``limits.read_s``; RateLimited where it asked for patience.
        """
        self._admit(f"GET {path}", customer_id, thing)
        self._budget.note_call()
        ends = self._clock() + self._limits.read_s
        attempt = 0
        while True:
            attempt += 1
            result = await self._send("GET", path, customer_id, ends - self._clock(), params=params)
            pause = self._pause_before_retry(attempt, result, ends)
            if pause is None:
                break
            await self._sleep(pause)
        if isinstance(result, Answer) and result.is_success:
            return self._parsed(f"GET {path}", result, parse)
        raise_failure(self.name, f"GET {path} (attempts: {attempt})", result, thing)

    async def write(
        self,
        customer_id: str,
        path: str,
        body: Mapping[str, JsonValue],
        *,
        action: ActionName,
        key: str,
        thing: tuple[str, str],
    ) -> Receipt:
        """Do something once; when the answer is lost, ask what became of it instead of sending it again.

        Args:
            customer_id: who asks, from the session.
            path: below the base URL, segments already encoded.
            body: the arguments.
            action: what is done.
            key: the idempotency key; the back-end does one thing once under one key.
            thing: kind and id of what it is done to, for NotFound.

        Returns:
            The receipt.

        Raises:
            NotFound: the thing is missing, or somebody else's; nothing was done.
            Refused: the back-end said no; nothing was done.
            Unavailable: nothing was done (``not_done`` is True).
            OutcomeUnknown: it may have been done or not.
        """
        doing = f"{action} (POST {path})"
        self._admit(doing, customer_id, thing)
        self._budget.note_call()
        result = await self._send("POST", path, customer_id, self._limits.write_s, body=body, key=key)
        if isinstance(result, Answer) and result.is_success:
            receipt = self._receipt_of(result, action, key)
            if receipt is not None:
                return receipt
        elif _is_surely_not_done(result):
            raise_failure(self.name, doing, result, thing)
        return await self._reconcile(customer_id, action, key, told(result))

    async def action_status(self, customer_id: str, key: str) -> ActionStatus:
        """Ask what became of a write.

        Args:
            customer_id: who asked for it.
            key: its idempotency key.

        Returns:
            Its status; ``absent`` when the back-end has never seen the key.

        Raises:
            Unavailable: the back-end could not say.
        """
        path = f"/actions/{path_segment('action', key)}"
        # Not held back by the breaker: this one call decides whether a customer's order was changed.
        result = await self._send("GET", path, customer_id, self._limits.attempt_s)
        try:
            if isinstance(result, Answer) and result.is_success:
                return self._parsed(f"GET {path}", result, _parse_status(key))
            raise_failure(self.name, f"GET {path}", result, ("action", key))
        except NotFound:
            return ActionStatus("absent")
        except Refused as error:
            raise Unavailable(
                f"{self.name}: GET {path} was refused ({error.code!r}); a status needs no permission"
            ) from error

    async def _reconcile(self, customer_id: str, action: ActionName, key: str, why: str) -> Receipt:
        status = ActionStatus("pending")
        for pause in self._limits.status_pauses_s:
            await self._sleep(pause)
            try:
                status = await self.action_status(customer_id, key)
            except Unavailable:
                status = ActionStatus("pending")
            if status.state == "done" and status.receipt is not None and status.receipt.action == action:
                return status.receipt
            if status.state == "refused":
                raise Refused(status.code or "refused", status.reason or REFUSED_WORDS)
        if status.state == "absent":
            raise Unavailable(
                f"{self.name}: {action} under key {key!r}: {why}, and the back-end has not seen the key; "
                "nothing was done, try again later under the same key",
                not_done=True,
            )
        raise OutcomeUnknown(action, key)

    async def _send(
        self,
        method: str,
        path: str,
        customer_id: str,
        within_s: float,
        *,
        params: Mapping[str, str | int] | None = None,
        body: Mapping[str, JsonValue] | None = None,
        key: str | None = None,
    ) -> Answer | Lost:
        headers = {
            "X-Customer-Id": header_value(customer_id),
            "Accept": "application/json",
            "Accept-Encoding": "identity",
        }
        if key is not None:
            headers["Idempotency-Key"] = header_value(key)
        else:
            within_s = min(within_s, self._limits.attempt_s)
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body).encode("ascii")
        connect_s = min(self._limits.connect_s, within_s)
        timeout = httpx.Timeout(None, connect=connect_s, pool=connect_s)
        request = self._client.build_request(
            method, path, params=params, content=content, headers=headers, timeout=timeout
        )
        result = await exchange(self._client, request, within_s=within_s, max_bytes=self._limits.max_bytes)
        if isinstance(result, Lost) or result.status >= 500:
            self.breaker.record(ok=False)
        elif not result.is_success:
            self.breaker.record(ok=True)  # a 2xx is judged once its body is understood
        return result

    def _pause_before_retry(self, attempt: int, result: Answer | Lost, ends: float) -> float | None:
        is_transient = result.is_transient if isinstance(result, Lost) else result.status in _TRY_AGAIN
        asked_s = (result.retry_after_s or 0.0) if isinstance(result, Answer) else 0.0
        pause = asked_s + self._draw() * self._limits.backoff_s * 2 ** (attempt - 1)
        is_over = not is_transient or attempt >= self._limits.attempts or self._clock() + pause >= ends
        return None if is_over or not self.breaker.admits() or not self._budget.grants() else pause

    def _admit(self, doing: str, customer_id: str, thing: tuple[str, str]) -> None:
        if not customer_id:
            raise NotFound(*thing)  # nobody owns nothing
        if not self.breaker.admits():
            message = f"{self.name}: {doing} was not sent: the breaker is open after repeated failures; try again later"
            raise Unavailable(message, not_done=True)

    def _parsed(self, doing: str, answer: Answer, parse: Callable[[bytes], T]) -> T:
        try:
            parsed = parse(answer.body)
        except ValueError as error:
            self.breaker.record(ok=False)
            raise Unavailable(
                f"{self.name}: {doing} answered {answer.status} with a body nobody agreed on: {error}"
            ) from error
        except NotFound:
            self.breaker.record(ok=True)
            raise
        self.breaker.record(ok=True)
        return parsed

    def _receipt_of(self, answer: Answer, action: ActionName, key: str) -> Receipt | None:
        try:
            receipt = ReceiptAnswer.model_validate_json(answer.body).as_receipt()
        except ValidationError:
            self.breaker.record(ok=False)
            return None
        is_ours = receipt.key == key and receipt.action == action
        self.breaker.record(ok=is_ours)
        return receipt if is_ours else None


def _is_surely_not_done(result: Answer | Lost) -> bool:
    """Whether a write without success left nothing behind: it never got there, or was turned away."""
    if isinstance(result, Lost):
        return not result.was_sent
    return 400 <= result.status < 500 and result.status != 408


def _parse_status(key: str) -> Callable[[bytes], ActionStatus]:
    def parse(body: bytes) -> ActionStatus:
        status = StatusAnswer.model_validate_json(body).as_status()
        if status.receipt is not None and status.receipt.key != key:
            raise ValueError(f"a receipt for key {status.receipt.key!r} instead of {key!r}")
        return status

    return parse
