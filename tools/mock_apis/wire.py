"""How the mocked services speak HTTP: who asks, under which key, and how errors look."""

from typing import Annotated
from urllib.parse import unquote

from fastapi import FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from tools.mock_apis.errors import Missing, Refusal, Unnamed


async def asking_customer(x_customer_id: Annotated[str, Header()] = "") -> str:
    """Who asks: every answer is about this customer alone."""
    if not x_customer_id:
        raise Unnamed("X-Customer-Id", 401)
    return unquote(x_customer_id)


async def request_key(idempotency_key: Annotated[str, Header()] = "") -> str:
    """The key under which a write is asked for."""
    if not idempotency_key:
        raise Unnamed("Idempotency-Key", 400)
    return unquote(idempotency_key)


def problem(status: int, code: str, reason: str) -> JSONResponse:
    """The agreed body of every error."""
    return JSONResponse({"error": {"code": code, "reason": reason}}, status)


def add_error_answers(app: FastAPI) -> None:
    """Answer every error of the mocked services in the agreed form."""
    app.add_exception_handler(Missing, _missing)
    app.add_exception_handler(Refusal, _refusal)
    app.add_exception_handler(Unnamed, _unnamed)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(404, _missing)  # an id with a slash meets no route


async def _missing(request: Request, error: Exception) -> JSONResponse:
    return problem(404, "not_found", "没有找到")


async def _refusal(request: Request, error: Exception) -> JSONResponse:
    return problem(409, getattr(error, "code", "refused"), getattr(error, "reason", ""))


async def _unnamed(request: Request, error: Exception) -> JSONResponse:
    return problem(getattr(error, "status", 400), "unnamed", str(error))


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    return problem(422, "invalid", "提交的信息不完整或格式不对")
