"""Putting an assistant together: the only place where parts are constructed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from agent.assistant import Assistant, Pace
from agent.audit.auditor import Auditor
from agent.experiments.assignment import Arm, Assigned, Experiment
from agent.floor import ShopFloor
from agent.generator.models.folder import find_folder
from agent.generator.openai_http import OpenAiHttpGenerator
from agent.generator.port import Generator
from agent.generator.promoted import PromotedGenerator
from agent.generator.registry.registry import Registry
from agent.profile import ShopProfile
from agent.settings import Settings
from agent.store.port import ActionLedger, Store
from agent.turn.graph import Bench, build_graph
from agent.understanding.understand import Understander
from agent.watching import TurnWatch
from agent.wording.composer import Composer
from agent.wording.draft import draft_s_within
from agent.wording.frequent import FrequentAnswers
from retrieval.release import Release
from tools.backends import BackEnds

__all__ = ["Store", "assemble", "open_aides", "open_generator"]


@dataclass(frozen=True)
class Aides:
    """What stands beside the generator."""

    larger: Generator | None = None
    """Words hard turns; None: there is none."""
    frequent: FrequentAnswers | None = None
    """None: no answers are kept."""


def open_generator(settings: Settings) -> Generator | None:
    """Open the generator that the settings name; None: replies are worded from facts."""
    if settings.generator == "openai":
        key = settings.openai_api_key
        return OpenAiHttpGenerator(
            base_url=str(settings.openai_base_url),
            model=str(settings.openai_model),
            api_key=key.get_secret_value() if key else None,
            server=settings.openai_server,
        )
    if settings.generator == "local":
        model = find_folder(str(settings.model), settings.models)
        if settings.adapter is None:
            return PromotedGenerator.load(model, Registry(settings.adapters))
        from agent.generator.local_qwen import LocalQwenGenerator

        return LocalQwenGenerator.load(model, adapter=settings.adapter)
    return None


def open_aides(settings: Settings) -> Aides:
    """Open what stands beside the generator that the settings name; the larger model is called ``larger`` in traces."""
    frequent = FrequentAnswers(settings.answer_cache) if settings.answer_cache else None
    told = settings.escalation
    if told is None:
        return Aides(None, frequent)
    key = told.api_key.get_secret_value() if told.api_key else None
    return Aides(OpenAiHttpGenerator(told.base_url, told.model, key, name="larger", server=told.server), frequent)


@dataclass(frozen=True)
class Variation:
    """What is otherwise for the customers of an experiment's arm b."""

    experiment: Experiment
    releases: Callable[[], Release]
    """Gives their release."""
    generator: Generator | None
    """Words their replies; None: from facts."""


def assemble(
    releases: Callable[[], Release],
    backends: BackEnds,
    store: Store,
    clock: Callable[[], datetime],
    *,
    understander: Understander,
    generator: Generator | None = None,
    max_chars: int = 2000,
    pace: Pace | None = None,
    turn_s: float = 30.0,
    variation: Variation | None = None,
    watch: TurnWatch | None = None,
    aides: Aides = Aides(),
) -> Assistant:
    """Put an assistant together.

    Args:
        releases: gives the release that is current now; asked once a turn.
        backends: the shop's order and logistics back-ends.
        store: the conversation store, which is the action ledger too.
        clock: gives the time, aware.
        understander: reads messages; the same for every release.
        generator: words replies, one that follows promotions as it stands when a turn begins; None: they are worded from facts.
        max_chars: longer messages are refused.
        pace: bursts and patience; None: no bursts.
        turn_s: how long a channel waits for a turn, in seconds; a model that has not worded it well before is given up.
        variation: for a part of the customers; None: all get the same.
        watch: is told of each turn; None: nobody.
        aides: stand beside the generator.
    """
    floors: dict[Arm | None, ShopFloor] = {}

    def floor(customer_id: str) -> ShopFloor:
        arm = variation.experiment.arm_of(customer_id) if variation else None
        words, release = generator, releases()
        if variation is not None and arm == "b":
            words, release = variation.generator, variation.releases()
        words = words.current() if isinstance(words, PromotedGenerator) else words
        known = floors.get(arm)
        if known is None or known.release.release_id != release.release_id or not known.is_worded_by(words):
            opened = _open_floor(release, store, understander, words, aides, draft_s_within(turn_s))
            assigned = Assigned(variation.experiment.name, arm) if variation and arm else None
            known = floors[arm] = replace(opened, assigned=assigned)
        return known

    return Assistant(floor, backends, store, clock, max_chars, pace, watch)


def _open_floor(
    release: Release,
    ledger: ActionLedger,
    understander: Understander,
    generator: Generator | None,
    aides: Aides,
    draft_s: float,
) -> ShopFloor:
    shop: Mapping[str, Any] = release.shop
    profile = ShopProfile.from_release(shop)
    parts = (understander, Composer(profile), Auditor(profile), generator, ledger, draft_s)
    bench = Bench(*parts, larger=aides.larger, frequent=aides.frequent)
    adapter_id = generator.adapter_id if generator else None
    return ShopFloor(release, profile, build_graph(bench), adapter_id, bench=bench)
