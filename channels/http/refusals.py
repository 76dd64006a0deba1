"""Refusals: how every error of the program becomes an HTTP answer of one shape."""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from agent.errors import (
    AgentError,
    ConversationBusy,
    ConversationOwnedByAnother,
    MessageGarbled,
    MessageIdReused,
    MessageRefused,
    MessageTooLong,
)
from agent.generator.errors import BadModel
from agent.generator.registry.errors import NothingBefore, NotPassed, ReasonMissing, RegistryError, VersionUnknown
from agent.handoff.errors import HandoffError, NotTaken, TicketClosed, TicketTaken, TicketUnknown
from channels.errors import Refusal
from channels.http.wire import ChatRequest
from knowledge.errors import (
    EditConflict,
    EditOutdated,
    KnowledgeError,
    PackReadOnly,
    PolicyFileRefused,
    PublishBusy,
    ReleaseUnknown,
)
from retrieval.errors import RetrievalError
from tools.errors import ToolError

_RETRY_SOON_S = 1

_STATUSES: tuple[tuple[type[Exception], int, str], ...] = (
    (MessageTooLong, 413, MessageTooLong.code),
    (MessageGarbled, 400, MessageGarbled.code),
    (MessageIdReused, 409, MessageIdReused.code),
    (ConversationOwnedByAnother, 403, ConversationOwnedByAnother.code),
    (MessageRefused, 400, MessageRefused.code),
    (ConversationBusy, 409, "conversation_busy"),
    (TicketUnknown, 404, "ticket_unknown"),
    (TicketTaken, 409, "ticket_taken"),
    (TicketClosed, 409, "ticket_closed"),
    (NotTaken, 409, "not_taken"),
    (HandoffError, 409, "handoff_refused"),
    (EditConflict, 409, "edit_conflict"),
    (EditOutdated, 409, "edit_outdated"),
    (PackReadOnly, 409, "pack_read_only"),
    (PublishBusy, 409, "publish_busy"),
    (ReleaseUnknown, 404, "release_unknown"),
    (PolicyFileRefused, 422, "policy_file_refused"),
    (VersionUnknown, 404, "adapter_unknown"),
    (NotPassed, 409, "adapter_not_passed"),
    (NothingBefore, 409, "nothing_before"),
    (ReasonMissing, 422, "reason_missing"),
    (RegistryError, 409, "registry_damaged"),
    (BadModel, 409, "adapter_refused"),
    (KnowledgeError, 503, "knowledge_unavailable"),
    (AgentError, 503, "store_unavailable"),
    (RetrievalError, 503, "knowledge_unavailable"),
    (ToolError, 503, "back_end_unavailable"),
)
"""The first fitting row counts."""

_HTTP_CODES = {400: "bad_body", 404: "not_found", 405: "method_not_allowed"}


def install_refusals(app: FastAPI) -> None:
    """Make every error of the app an answer of the one shape."""
    for kind in (Refusal, AgentError, BadModel, RegistryError, KnowledgeError, RetrievalError, ToolError, Exception):
        app.add_exception_handler(kind, _of_error)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, _of_http)


@dataclass(frozen=True)
class Described:
    """An error as callers are told of it."""

    status: int
    """HTTP status."""
    code: str
    """A stable word for machines."""
    message: str
    """For people."""
    retry_after_s: int | None = None
    """Seconds to wait; None: waiting does not help."""
    param: str | None = None
    """The key of an OpenAI-style request that is to blame; None: none."""
    detail: Any = None
    """Anything more, as JSON."""

    def body(self, path: str, detail: Any = None) -> dict[str, Any]:
        """The JSON of the error; under ``/v1`` with OpenAI's keys too."""
        more = self.detail if detail is None else detail
        error: dict[str, Any] = {"code": self.code, "message": self.message, "detail": more}
        if path.startswith("/v1/"):
            error |= {"type": "server_error" if self.status >= 500 else "invalid_request_error", "param": self.param}
        return {"error": error}

    def answer(self, path: str, detail: Any = None) -> JSONResponse:
        """The HTTP answer.

        Args:
            path: of the request.
            detail: anything more, as JSON.
        """
        headers = {} if self.retry_after_s is None else {"Retry-After": str(self.retry_after_s)}
        if self.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return JSONResponse(self.body(path, detail), status_code=self.status, headers=headers)


def describe(error: BaseException) -> Described:
    """Say what is told of an error that came up while a request was worked."""
    if isinstance(error, Refusal):
        return Described(error.status, error.code, str(error), error.retry_after_s, error.param)
    for kind, status, code in _STATUSES:
        if isinstance(error, kind):
            message = str(error) if status < 500 else f"{code.replace('_', ' ')}: try again in a moment"
            waits = status == 503 or isinstance(error, ConversationBusy)
            detail = {"person": error.person} if isinstance(error, TicketTaken) else None
            return Described(status, code, message, _RETRY_SOON_S if waits else None, detail=detail)
    said = "the program failed at this request, the log says where: send it again with the same id"
    return Described(500, "defect", said)


async def _of_error(request: Request, error: Exception) -> JSONResponse:
    return describe(error).answer(request.url.path)


async def _of_validation(request: Request, error: Exception) -> JSONResponse:
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    path = request.url.path
    if any(problem["type"] == "json_invalid" for problem in problems):
        return Described(400, "bad_json", "the body is not JSON: send one JSON object in UTF-8").answer(path)
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json" and request.method == "POST":
        return Described(400, "bad_body", "send the body as 'Content-Type: application/json'").answer(path)
    detail = [_problem(problem) for problem in problems]
    said = "; ".join(f"{one['key']!r}: {one['problem']}" for one in detail)
    return Described(422, "bad_request", f"the request does not fit: {said}").answer(path, detail)


def _problem(problem: dict[str, Any]) -> dict[str, str]:
    key = ".".join(str(part) for part in problem["loc"][1:]) or "body"
    if problem["type"] != "extra_forbidden":
        return {"key": key, "problem": problem["msg"]}
    near = get_close_matches(key, ChatRequest.model_fields, n=1, cutoff=0.0)[0]
    return {"key": key, "problem": f"unknown key; the nearest known one is {near!r}"}


async def _of_http(request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    said = {
        400: "the body cannot be read: send one JSON object in UTF-8",
        404: f"there is nothing at {request.url.path!r}: see /docs",
        405: f"{request.method} does not fit {request.url.path!r}: see /docs",
    }
    code, message = _HTTP_CODES.get(status, "refused"), said.get(status, "the request was refused")
    return Described(status, code, message).answer(request.url.path)
