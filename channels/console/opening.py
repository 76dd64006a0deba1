"""Opening the console of a shop: its pages and its API."""

from fastapi import APIRouter, Depends, Response
from fastapi.security import APIKeyCookie

from agent.settings import Settings
from channels.console.changes import ChangeRoutes
from channels.console.conversations import ConversationRoutes
from channels.console.editors import editors_routers
from channels.console.me import MeRoutes
from channels.console.pages import page_routes
from channels.console.queue import QueueRoutes
from channels.console.sign_in import COOKIE, StaffDoor
from channels.insight import Insight
from channels.opening import OpenShop
from channels.webchat.streams import Streams

_SCHEME = APIKeyCookie(
    name=COOKIE, scheme_name="console", description="A session, begun at /console/api/sign-in.", auto_error=False
)


def console_router(settings: Settings, shop: OpenShop, streams: Streams, insight: Insight | None = None) -> APIRouter:
    """The console of one open shop.

    Args:
        settings: of the program; they name the members of staff.
        shop: open as long as the router serves.
        streams: what ends when the server stops.
        insight: rehearses and measures for editors; None: their pages have no API.
    """
    door = StaffDoor(settings)
    me = MeRoutes(door, shop.pack.shop, shop.clock)
    api = APIRouter(prefix="/console/api", tags=["console"], dependencies=[Depends(_not_kept)])
    api.include_router(me.open_router())
    guarded = [Depends(_SCHEME), Depends(door.guard)]
    for routes in (me, ChangeRoutes(door, shop, streams), ConversationRoutes(door, shop), QueueRoutes(door, shop)):
        api.include_router(routes.router(), dependencies=guarded)
    if insight is not None:
        for editors in editors_routers(settings, shop, door, insight):
            api.include_router(editors, dependencies=guarded)
    router = APIRouter()
    router.include_router(page_routes())
    router.include_router(api)
    return router


def _not_kept(response: Response) -> None:
    """Customers' words stay in no cache."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
