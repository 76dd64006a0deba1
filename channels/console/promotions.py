"""``/console/api/models/registry``, ``/promotion`` and ``/rollback``: which registered adapter words replies."""

import asyncio
from pathlib import Path

from fastapi import APIRouter, Request
from pydantic import Field

from agent.generator.card import Card
from agent.generator.errors import BadModel
from agent.generator.port import Generator
from agent.generator.promoted import PromotedGenerator
from agent.generator.registry.errors import RegistryError
from agent.generator.registry.gate import Gate
from agent.generator.registry.promotions import Promotion
from agent.generator.registry.registry import Prove, Registry
from agent.generator.registry.versions import Manifest
from channels.console.sign_in import StaffDoor
from channels.console.wire import ERRORS, Asked, Told

SHOWN = 200
"""So many promotions of the past are told."""


class VersionTold(Told):
    """One registered adapter."""

    version: str
    manifest: Manifest | None
    """Who registered it; null: it cannot be read."""
    card: Card | None
    gate: Gate | None
    """Null: it was never evaluated."""
    problem: str | None
    """Why it cannot be served; null: every file is as it was registered."""


class RefusedTold(Told):
    """A promotion that this server could not follow."""

    version: str | None
    why: str


class RegistryTold(Told):
    """Every registered adapter, and what became of them."""

    is_followed: bool
    """Whether this server words replies with what is promoted."""
    current: str | None
    """Promoted now."""
    serving: str | None
    """The version that this process speaks with; null: the base model, or another generator."""
    refused: RefusedTold | None
    versions: list[VersionTold]
    """The newest first."""
    history: list[Promotion]
    """The newest first."""
    problem: str | None
    """Why the pointer cannot be read."""


class RollbackAsked(Asked):
    """Why what was served before is to be served again."""

    reason: str = Field(default="", max_length=500)


class PromotionAsked(RollbackAsked):
    """What is to be served, and why."""

    version: str = Field(max_length=80)
    force: bool = False
    """In spite of its gate; needs a reason."""


class PromotionRoutes:
    """Promotions of registered adapters.

    Args:
        door: lets people in.
        root: the registry.
        generator: of this server.
    """

    def __init__(self, door: StaffDoor, root: Path, generator: Generator | None) -> None:
        self._door = door
        self._registry = Registry(root)
        self._generator = generator if isinstance(generator, PromotedGenerator) else None

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/models")
        get, post = ["GET"], ["POST"]
        router.add_api_route("/registry", self.registry, methods=get, response_model=RegistryTold, responses=ERRORS)
        router.add_api_route("/promotion", self.promote, methods=post, response_model=Promotion, responses=ERRORS)
        router.add_api_route("/rollback", self.roll_back, methods=post, response_model=Promotion, responses=ERRORS)
        return router

    async def registry(self) -> RegistryTold:
        """Tell the registered adapters with their gates, and who promoted what, when and why."""
        if self._generator is not None:
            self._generator.current()  # whoever looks here sees a change that no customer has asked for yet
        return await asyncio.to_thread(self._told)

    async def promote(self, request: Request, asked: PromotionAsked) -> Promotion:
        """Serve a version; its gate must let it through, or it is forced with a reason."""
        person = self._door.allow(request, "editor")
        made = await asyncio.to_thread(
            self._registry.promote,
            asked.version,
            person.name,
            reason=asked.reason.strip(),
            force=asked.force,
            prove=self._prove,
        )
        return self._followed(made)

    async def roll_back(self, request: Request, asked: RollbackAsked) -> Promotion:
        """Serve again what was served before."""
        person = self._door.allow(request, "editor")
        made = await asyncio.to_thread(
            self._registry.roll_back, person.name, reason=asked.reason.strip(), prove=self._prove
        )
        return self._followed(made)

    @property
    def _prove(self) -> Prove | None:
        return self._generator.prove if self._generator is not None else None

    def _followed(self, made: Promotion) -> Promotion:
        if self._generator is not None:
            self._generator.current()
        return made

    def _told(self) -> RegistryTold:
        registry, generator = self._registry, self._generator
        current, problem = None, None
        try:
            promotion = registry.current()
            current = promotion.version if promotion else None
        except RegistryError as error:
            problem = str(error)
        versions = [self._version(name) for name in registry.versions()]
        return RegistryTold(
            is_followed=generator is not None,
            current=current,
            serving=generator.adapter_id if generator else None,
            refused=RefusedTold.model_validate(generator.refused) if generator and generator.refused else None,
            versions=sorted(versions, key=_registered_at, reverse=True),
            history=list(reversed(registry.history()[-SHOWN:])),
            problem=problem,
        )

    def _version(self, name: str) -> VersionTold:
        try:
            found = self._registry.check(name)
        except (BadModel, RegistryError, OSError) as error:
            return VersionTold(version=name, manifest=None, card=None, gate=None, problem=str(error))
        return VersionTold(version=name, manifest=found.manifest, card=found.card, gate=found.gate, problem=None)


def _registered_at(one: VersionTold) -> float:
    return one.manifest.at.timestamp() if one.manifest else 0.0
