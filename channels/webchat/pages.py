"""The files of the window, its session, its product cards, and an example page of a shop."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Body, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse

from channels.http.chat import ERRORS, Bearer
from channels.http.wire import Id
from channels.webchat.guests import Guests
from channels.webchat.storefront import Storefront
from channels.webchat.wire import CardTold, SessionRequest, SessionTold

_FOLDER = Path(__file__).parent / "static"
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
}
_DEMO = frozenset({"demo.html", "demo.js", "demo.css"})
_DEMO_GOODS = 6
_VERSION = b"@VERSION@"
_STRICT = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'"
"""The example page's own policy: the window needs no more than its server's scripts and answers."""


@dataclass(frozen=True)
class StaticFile:
    """A file that is served as it is."""

    body: bytes
    media_type: str
    etag: str


class WindowRoutes:
    """What a page needs to show a window.

    Args:
        guests: says whom a window speaks for.
        storefront: shows the shop.
        demo: whether the example page is served.
    """

    def __init__(self, guests: Guests, storefront: Storefront, *, demo: bool) -> None:
        self._guests = guests
        self._storefront = storefront
        self._demo = demo
        self._version, self._files = _read(_FOLDER, demo=demo)

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(tags=["web chat"])
        router.add_api_route("/widget/session", self.session, methods=["POST"], responses={429: ERRORS[429]})
        router.add_api_route("/widget/products", self.products, methods=["GET"])
        hidden = APIRouter(include_in_schema=False, default_response_class=Response)
        hidden.add_api_route("/widget.js", self.script, methods=["GET"])
        if self._demo:
            hidden.add_api_route("/widget/demo", self.demo, methods=["GET"])
            hidden.add_api_route("/widget/demo/goods", self.goods, methods=["GET"], response_class=JSONResponse)
        hidden.add_api_route("/widget/{name}", self.file, methods=["GET"])
        hidden.add_api_route("/widget/{version}/{name}", self.part, methods=["GET"])
        router.include_router(hidden)
        return router

    async def session(
        self, bearer: Bearer, request: Request, told: Annotated[SessionRequest | None, Body()] = None
    ) -> SessionTold:
        """Say whom a window speaks for; whoever has no login becomes a guest with a token."""
        address = request.client.host if request.client else ""
        stated = told.customer_id if told else None
        visitor = self._guests.admit(bearer.credentials if bearer else None, stated, address)
        return SessionTold(
            customer_id=visitor.customer_id,
            token=visitor.token,
            states_customer=self._guests.states_customer,
            now=self._storefront.clock(),
            shop=self._storefront.shop(),
        )

    async def products(
        self, ids: Annotated[list[Id], Query(alias="id", min_length=1, max_length=12)]
    ) -> list[CardTold]:
        """Cards of products, from the catalogue in force; unknown ones have none."""
        return self._storefront.cards(ids)

    async def goods(self) -> list[CardTold]:
        """The goods of the example page."""
        return self._storefront.first_cards(_DEMO_GOODS)

    async def script(self, request: Request) -> Response:
        """What the script tag of a page loads."""
        return self._answer(request, "widget.js")

    async def demo(self, request: Request) -> Response:
        """An example page of a shop."""
        answer = self._answer(request, "demo.html")
        answer.headers["Content-Security-Policy"] = _STRICT
        return answer

    async def file(self, request: Request, name: str) -> Response:
        """A file as it is now."""
        return self._answer(request, name)

    async def part(self, request: Request, version: str, name: str) -> Response:
        """A part of the window; a page that was loaded before an update gets the parts of now."""
        answer = self._answer(request, name)
        if version == self._version:
            answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return answer

    def _answer(self, request: Request, name: str) -> Response:
        found = self._files.get(name)
        if found is None:
            raise HTTPException(404)
        headers = {
            "ETag": found.etag,
            "Cache-Control": "no-cache",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        if request.headers.get("if-none-match") == found.etag:
            return Response(status_code=304, headers=headers)
        return Response(found.body, media_type=found.media_type, headers=headers)


def _read(folder: Path, *, demo: bool) -> tuple[str, Mapping[str, StaticFile]]:
    """The version of the files, and the files; the script of the tag knows the version."""
    files = sorted(file for file in folder.iterdir() if file.suffix in _TYPES and (demo or file.name not in _DEMO))
    bodies = {file.name: file.read_bytes() for file in files}
    version = hashlib.sha256(b"".join(bodies.values())).hexdigest()[:16]
    written = {name: body.replace(_VERSION, version.encode()) for name, body in bodies.items()}
    return version, {name: _static(body, _TYPES[Path(name).suffix]) for name, body in written.items()}


def _static(body: bytes, media_type: str) -> StaticFile:
    return StaticFile(body, media_type, f'"{hashlib.sha256(body).hexdigest()[:24]}"')
