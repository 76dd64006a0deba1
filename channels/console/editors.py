"""The API behind the pages *Knowledge*, *Quality* and *Models*."""

from fastapi import APIRouter

from agent.settings import Settings
from channels.console.models import ModelRoutes
from channels.console.policies import PolicyRoutes
from channels.console.products import ProductRoutes
from channels.console.promotions import PromotionRoutes
from channels.console.publishing import PublishingRoutes
from channels.console.quality import QualityRoutes
from channels.console.shelf import Shelf
from channels.console.sign_in import StaffDoor
from channels.insight import Insight
from channels.opening import OpenShop


def editors_routers(settings: Settings, shop: OpenShop, door: StaffDoor, insight: Insight) -> tuple[APIRouter, ...]:
    """The routes of an open shop's editors; each needs a session.

    Args:
        settings: of the program.
        shop: open as long as the routes serve.
        door: lets people in.
        insight: rehearses and measures.
    """
    shelf = Shelf.of(settings, shop)
    return (
        PolicyRoutes(door, shelf).router(),
        PublishingRoutes(door, shelf, insight).router(),
        ProductRoutes(shelf).router(),
        ModelRoutes(settings).router(),
        PromotionRoutes(door, settings.adapters, shop.generator).router(),
        QualityRoutes(shop.store, shelf.shop, shop.clock, insight, settings.runs).router(),
    )
