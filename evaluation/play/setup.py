"""Everything a replay needs, opened from options that another process can open again."""

import hashlib
import importlib.resources
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from agent.assembly import open_generator
from agent.settings import Settings, load_settings
from evaluation.adapters.shop_files import write_pack
from evaluation.errors import NotOverTheWire, OwnShop
from evaluation.play.case import CaseReader, Stage
from evaluation.play.grounding import Grounding
from evaluation.play.in_process import InProcess
from evaluation.play.player import Player
from evaluation.play.reading import READERS, Cases, own_shop, read_cases
from evaluation.play.server import Server
from evaluation.records import History, Manner, Run, RunOptions
from evaluation.shop import open_shop
from evaluation.simulator.openai_customer import Speaker
from evaluation.suites.reader import TaskReader
from knowledge.pack import Pack

_DECIDING = ("agent", "retrieval", "tools", "knowledge", "evaluation")
"""Packages whose code decides what a replay shows."""


@dataclass(frozen=True)
class Order:
    """What is asked for."""

    paths: tuple[Path, ...]
    now: datetime
    """The time of cases that state none, in a pack that states none; aware."""
    shop: Path | None = None
    history: History = "own"
    trials: int = 1
    url: str | None = None
    customer: Speaker | None = None
    """Speaks for the customers of tasks; None: they follow their scenarios by rule."""


@dataclass(frozen=True)
class Opened:
    """What plays, and what is played."""

    player: Player
    cases: Cases
    run: Run
    """Without its cases."""


def open_order(order: Order) -> Opened:
    """Open everything an order needs.

    Raises:
        PackError: the shop or a file of cases is wrong.
        ReplayError: nothing to play, or options that do not go together.
    """
    if order.url is not None and order.history == "recorded":
        raise NotOverTheWire("--history recorded")
    with _shop_folder(order) as folder:  # everything that reads the pack's files does so in here
        pack, release, understander = open_shop(folder)
        grounding = Grounding(pack)
    settings = load_settings()
    cases = read_cases(order.paths, pack, _readers(order, settings))
    if order.url is not None:
        stage: Stage = Server(order.url, pack.now or order.now)
        generator = "server"
    else:
        words = open_generator(settings)
        stage = InProcess(pack, release, understander, order.now, generator=words, history=order.history)
        generator = words.name if words else "composer"
    speaks = order.customer.model if order.customer else None
    options = RunOptions(cases.digests, order.history, order.trials, order.url, speaks)
    versions = {"xiaoer": version("xiaoer"), "code": code_digest()}
    facts = repr((options, pack.shop.shop_id, release.release_id, generator, sorted(versions.items())))
    run = Run(
        run_id=hashlib.sha256(facts.encode()).hexdigest()[:16],
        options=options,
        shop_id=pack.shop.shop_id,
        release_id=release.release_id,
        generator=generator,
        versions=versions,
        manner=manner_of(pack),
        left_out=cases.left_out,
    )
    return Opened(Player(stage, grounding), cases, run)


@contextmanager
def _shop_folder(order: Order) -> Iterator[Path | None]:
    """The pack that is asked about: the one that a set brings along, written for the moment, else the one that was named."""
    files = own_shop(order.paths)
    if files is None:
        yield order.shop
        return
    if order.shop is not None:
        raise OwnShop(str(order.paths[0]))
    with TemporaryDirectory() as folder:
        write_pack(files, Path(folder))
        yield Path(folder)


def _readers(order: Order, settings: Settings) -> tuple[CaseReader, ...]:
    """What reads the cases; where a model speaks for the customers, tasks are read with its voice."""
    speaker, key = order.customer, settings.openai_api_key
    if speaker is None:
        return READERS
    secret = key.get_secret_value() if key else None
    return (TaskReader(lambda task: speaker.speak_for(task, secret)), *READERS)


def manner_of(pack: Pack) -> Manner:
    """How the shop of a pack wants its replies to sound."""
    shop = pack.shop
    return Manner(
        assistant=shop.assistant or "",
        maker=shop.maker or "",
        max_sentences=shop.style.max_sentences,
        closing=shop.style.closing or "",
        forbidden_claims=tuple(shop.forbidden_claims),
    )


@cache
def code_digest() -> str:
    """The beginning of a SHA-256 over the code that decides what a replay shows."""
    digest = hashlib.sha256()
    for package in _DECIDING:
        root = Path(str(importlib.resources.files(package)))
        for file in sorted(root.rglob("*.py")):
            digest.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]
