"""Refusals: how every error of the program becomes an HTTP answer of one shape."""

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
from channels.errors import Refusal
from channels.http.wire import ChatRequest
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
    (AgentError, 503, "store_unavailable"),
    (RetrievalError, 503, "knowledge_unavailable"),
    (ToolError, 503, "back_end_unavailable"),
)
"""The first fitting row counts."""

_HTTP_CODES = {400: "bad_body", 404: "not_found", 405: "method_not_allowed"}


def install_refusals(app: FastAPI) -> None:
    """Make every error of the app an answer of the one shape."""
    app.add_exception_handler(Refusal, _of_refusal)
    for kind in (AgentError, RetrievalError, ToolError):
        app.add_exception_handler(kind, _of_tree)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(Exception, _of_defect)


def answer_error(
    path: str,
    status: int,
    code: str,
    message: str,
    detail: Any = None,
    retry_after_s: int | None = None,
    param: str | None = None,
) -> JSONResponse:
    """Write one error.

    Args:
        path: of the request; under ``/v1`` OpenAI's keys are added.
        status: HTTP status.
        code: a stable word for machines.
        message: for people.
        detail: anything more, as JSON.
        retry_after_s: seconds to wait; None: waiting does not help.
        param: the key of an OpenAI-style request that is to blame; None: none.
    """
    error: dict[str, Any] = {"code": code, "message": message, "detail": detail}
    if path.startswith("/v1/"):
        error |= {"type": "server_error" if status >= 500 else "invalid_request_error", "param": param}
    headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse({"error": error}, status_code=status, headers=headers)


def refuse(path: str, error: Refusal) -> JSONResponse:
    """Write a refusal.

    Args:
        path: of the request.
        error: why.
    """
    wait = error.retry_after_s
    return answer_error(path, error.status, error.code, str(error), retry_after_s=wait, param=error.param)


async def _of_refusal(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, Refusal):
        return await _of_defect(request, error)
    return refuse(request.url.path, error)


async def _of_tree(request: Request, error: Exception) -> JSONResponse:
    status, code = next(((status, code) for kind, status, code in _STATUSES if isinstance(error, kind)))
    message = str(error) if status < 500 else f"{code.replace('_', ' ')}: try again in a moment"
    wait = _RETRY_SOON_S if status == 503 or isinstance(error, ConversationBusy) else None
    return answer_error(request.url.path, status, code, message, retry_after_s=wait)


async def _of_validation(request: Request, error: Exception) -> JSONResponse:
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    path = request.url.path
    if any(problem["type"] == "json_invalid" for problem in problems):
        return answer_error(path, 400, "bad_json", "the body is not JSON: send one JSON object in UTF-8")
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json" and request.method == "POST":
        return answer_error(path, 400, "bad_body", "send the body as 'Content-Type: application/json'")
    detail = [_problem(problem) for problem in problems]
    said = "; ".join(f"{one['key']!r}: {one['problem']}" for one in detail)
    return answer_error(path, 422, "bad_request", f"the request does not fit: {said}", detail)


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
    return answer_error(
        request.url.path, status, _HTTP_CODES.get(status, "refused"), said.get(status, "the request was refused")
    )


async def _of_defect(request: Request, error: Exception) -> JSONResponse:
    return answer_error(
        request.url.path,
        500,
        "defect",
        "the program failed at this request, the log says where: send it again with the same id",
    )
