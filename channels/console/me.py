"""``/console/api/sign-in``, ``/sign-out`` and ``/me``: who works with the console."""

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import AwareDatetime, Field, SecretStr

from agent.settings.connections import Role
from channels.console.sign_in import COOKIE, SESSION_S, Person, StaffDoor
from channels.console.wire import ERRORS, Asked, Told
from knowledge.shop import ShopFile

_PATH = "/console"


class KeyShown(Asked):
    """A key."""

    key: SecretStr = Field(max_length=200)
    """As ``xiaoer key NAME --role …`` printed it."""


class PersonTold(Told):
    """Who is signed in."""

    name: str
    roles: list[Role]
    is_local: bool
    """Nobody is set up: whoever sits at this machine may do everything."""
    shop: str
    """The shop's name."""
    timezone: str
    """Of the shop, such as ``Asia/Shanghai``: the pages tell times in it."""
    now: AwareDatetime
    """The shop's time; the pages count from it."""


class MeRoutes:
    """Signing in and out.

    Args:
        door: lets people in.
        shop: the shop's name and time zone.
        clock: the shop's time, aware.
    """

    def __init__(self, door: StaffDoor, shop: ShopFile, clock: Callable[[], datetime]) -> None:
        self._door = door
        self._shop = shop
        self._clock = clock

    def open_router(self) -> APIRouter:
        """What is reached without a session."""
        router = APIRouter()
        router.add_api_route("/sign-in", self.sign_in, methods=["POST"], response_model=PersonTold, responses=ERRORS)
        router.add_api_route("/sign-out", self.sign_out, methods=["POST"], status_code=204, responses=ERRORS)
        return router

    def router(self) -> APIRouter:
        """What needs a session."""
        router = APIRouter()
        router.add_api_route("/me", self.me, methods=["GET"], response_model=PersonTold, responses=ERRORS)
        return router

    async def sign_in(self, request: Request, response: Response, shown: KeyShown) -> PersonTold:
        """Begin a session of twelve hours, kept in a cookie that no script can read."""
        self._door.check_page(request)
        address = request.client.host if request.client else ""
        held, person = self._door.sign_in(shown.key.get_secret_value().strip(), address)
        secure = self._door.needs_tls(request)
        response.set_cookie(
            COOKIE, held, max_age=SESSION_S, path=_PATH, secure=secure, httponly=True, samesite="strict"
        )
        return self._told(person)

    async def sign_out(self, request: Request, response: Response) -> None:
        """End the session in this browser."""
        self._door.check_page(request)
        response.delete_cookie(COOKIE, path=_PATH, httponly=True, samesite="strict")

    async def me(self, request: Request) -> PersonTold:
        """Say who is signed in, and what they may do."""
        return self._told(self._door.person(request))

    def _told(self, person: Person) -> PersonTold:
        return PersonTold(
            name=person.name,
            roles=sorted(person.roles),
            is_local=person.is_local,
            shop=self._shop.name,
            timezone=str(self._shop.zone),
            now=self._clock(),
        )
