"""``/console/api/models``: who words replies now, and what was trained."""

import asyncio
from pathlib import Path

from fastapi import APIRouter

from agent.generator.registry.registry import Registry
from agent.settings import Generator, Settings
from channels.console.adapters import Adapter, TrainingRun, read_adapter, read_runs
from channels.console.wire import ERRORS, Told


class Wording(Told):
    """Who words replies."""

    generator: Generator
    model: str | None
    """The model's name; of a folder its last part. None: no model words anything."""
    address: str | None
    """Host of the model server; None: it runs in this process."""
    adapter: Adapter | None


class Arm(Told):
    """What a part of the customers get instead."""

    experiment: str
    share: float
    release: str | None
    wording: Wording


class ModelsTold(Told):
    """Everything there is to say about models."""

    wording: Wording
    arm: Arm | None
    is_set: bool
    """Whether this server knows a folder of training runs."""
    runs: list[TrainingRun]


class ModelRoutes:
    """What is known of models.

    Args:
        settings: of the program.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter()
        router.add_api_route("/models", self.models, methods=["GET"], response_model=ModelsTold, responses=ERRORS)
        return router

    async def models(self) -> ModelsTold:
        """Tell who words replies, and the training runs with their adapters."""
        return await asyncio.to_thread(self._told)

    def _told(self) -> ModelsTold:
        settings = self._settings
        runs = settings.training_runs
        return ModelsTold(
            wording=_wording(settings),
            arm=_arm(settings),
            is_set=runs is not None,
            runs=read_runs(runs) if runs is not None else [],
        )


def _arm(settings: Settings) -> Arm | None:
    told = settings.experiment
    if told is None:
        return None
    other = _wording(settings.of_variation())
    return Arm(experiment=told.experiment.name, share=told.share, release=told.b.release, wording=other)


def _wording(settings: Settings) -> Wording:
    if settings.generator == "openai":
        host = str(settings.openai_base_url).partition("://")[2].partition("/")[0].rpartition("@")[2]
        return Wording(generator="openai", model=settings.openai_model, address=host, adapter=None)
    if settings.generator == "local":
        folder = settings.adapter or Registry(settings.adapters).served_folder()
        adapter = read_adapter(folder) if folder else None
        return Wording(generator="local", model=Path(str(settings.model)).name, address=None, adapter=adapter)
    return Wording(generator="composer", model=None, address=None, adapter=None)
