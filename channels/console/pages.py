"""The console's own files: plain HTML, CSS and ES modules, served as they stand in ``static/``."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from fastapi import APIRouter, Request, Response

from channels.console.errors import NothingThere

STATIC = Path(__file__).parent / "static"
_KINDS: Mapping[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
"""Nothing from elsewhere, no script in the page itself, shown in nobody's frame, asked for anew after an update."""


def page_routes() -> APIRouter:
    """The page and its files; what they show is behind the API."""
    known = {path.relative_to(STATIC).as_posix(): path for path in STATIC.rglob("*") if path.suffix in _KINDS}

    async def page(request: Request) -> Response:
        return _file(known["index.html"], request)

    async def static(request: Request, path: str) -> Response:
        if path not in known:
            raise NothingThere("file", path)
        return _file(known[path], request)

    router = APIRouter(include_in_schema=False)
    router.add_api_route("/console", page, methods=["GET"])
    router.add_api_route("/console/static/{path:path}", static, methods=["GET"])
    return router


def _file(path: Path, request: Request) -> Response:
    body = path.read_bytes()
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = {**HEADERS, "ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=_KINDS[path.suffix], headers=headers)
