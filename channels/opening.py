"""Opening a shop: its pack, its release, its back-ends and its assistant, ready for a channel."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from pydantic import SecretStr

from agent.assembly import Variation, assemble, open_aides, open_generator
from agent.assistant import Assistant, Pace
from agent.generator.port import Generator
from agent.handoff.people import PeopleDesk
from agent.handoff.watch import HandoffWatch
from agent.mailroom.caretaker import Caretaker
from agent.mailroom.reception import Reception
from agent.mailroom.recovery import Settlement
from agent.profile import ShopProfile
from agent.settings import Settings
from agent.store.durable import DurableStore
from agent.store.opening import open_store, without_secrets
from agent.understanding.opening import open_understander
from agent.understanding.understand import DialogueContext, Understander
from channels.console.work import WorkBoard
from channels.contact_centre.post import Post
from channels.observe.opening import Observation, open_observation
from channels.releases import current_release
from knowledge.build import release_root
from knowledge.pack import Pack, default_pack, load_pack
from knowledge.trial import OpenTrial
from retrieval.embedders.opening import open_embedder
from retrieval.embedders.port import Embedder
from retrieval.embedders.use import TUNED_NAME
from retrieval.pointer import ReleaseStore
from retrieval.release import Release
from retrieval.retriever import Query
from tools.backends import BackEnds, HeadersNow, connect
from tools.mock_apis.apis import MockApis
from tools.mock_apis.seed import Seed
from tools.mock_apis.server import MockServer

Say = Callable[[str], None]
"""Tells whoever started the program one thing."""


@dataclass(frozen=True)
class OpenShop:
    """A shop that can take turns."""

    pack: Pack
    assistant: Assistant
    releases: ReleaseStore
    store: DurableStore
    clock: Callable[[], datetime]
    """The shop's time, aware."""
    reception: Reception
    """Accepts messages for channels that answer later, through the outbox."""
    desk: PeopleDesk
    """What people do with conversations that were handed over."""
    post: Post
    """Carries what stands in the outbox, and tells channels of handoffs."""
    embedder: Embedder
    """The one of the releases."""
    work: WorkBoard
    """Long work of the shop's editors."""
    observation: Observation
    """What operators see of all this."""
    generator: Generator | None = None
    """Words replies; None: they are worded from facts."""


@asynccontextmanager
async def open_shop(settings: Settings, say: Say, open_trial: OpenTrial | None = None) -> AsyncIterator[OpenShop]:
    """Open a shop, saying in plain words what is used; everything is closed at the end.

    Args:
        settings: of the program.
        say: told each part as it is ready.
        open_trial: opens what plays the transcripts before a changed pack is published; None: they are not played.

    Raises:
        KnowledgeError: the pack cannot be read or published.
        RetrievalError: its release cannot be used.
        StoreError: the store cannot be opened.
        SettingsError: a setting does not fit.
    """
    async with AsyncExitStack() as closing:
        observation = await closing.enter_async_context(open_observation(settings))
        pack = load_pack(settings.shop or default_pack())
        say(f"shop: {pack.shop.name} ({pack.shop.shop_id}), pack {pack.folder}")
        embedder = open_embedder(settings.embedder or TUNED_NAME)
        clock = shop_clock(pack if settings.uses_mocks else None)
        releases = current_release(
            settings.releases, pack, embedder, clock(), settings.editor or "xiaoer", say, open_trial
        )
        backends = _reach_backends(settings, pack, clock, closing, say, observation.headers_now)
        store = _keep_conversations(settings, closing, say)
        generator = _open_words(settings, say)
        assistant = assemble(
            releases.current,
            backends,
            store,
            clock,
            understander=_warmed(open_understander(), releases),
            generator=generator,
            max_chars=settings.max_message_chars,
            pace=Pace(burst_s=settings.burst_window_s, outbox_burst_s=settings.channel_burst_window_s),
            turn_s=settings.turn_deadline_s,
            variation=_variation(settings, releases, embedder, generator, say),
            watch=observation.recorder,
            aides=open_aides(settings),
        )
        closing.push_async_callback(assistant.aclose)
        post = Post(store, clock, report=observation.metrics.count_delivery)
        closing.push_async_callback(post.aclose)
        reception = Reception(assistant, post.wake)
        watch = HandoffWatch(store, lambda: _profile(releases), clock)
        caretaker = Caretaker(reception, Settlement(store, backends, clock), watch, turn_s=settings.turn_deadline_s)
        closing.push_async_callback(caretaker.aclose)
        await caretaker.start()
        work = WorkBoard(release_root(settings.releases, pack.shop.shop_id))
        closing.push_async_callback(work.aclose)
        desk = PeopleDesk(store, clock, _profile(releases).handoff.acknowledge_s)
        kept = (pack, assistant, releases, store, clock, reception, desk, post, embedder, work, observation, generator)
        yield OpenShop(*kept)


def _keep_conversations(settings: Settings, closing: AsyncExitStack, say: Say) -> DurableStore:
    store = open_store(settings.state)
    closing.push_async_callback(store.aclose)
    say(f"conversations: {without_secrets(settings.state)}")
    return store


def _profile(releases: ReleaseStore) -> ShopProfile:
    return ShopProfile.from_release(releases.current().shop)


def _variation(
    settings: Settings, releases: ReleaseStore, embedder: Embedder, generator: Generator | None, say: Say
) -> Variation | None:
    """What the customers of an experiment's arm b get."""
    told = settings.experiment
    if told is None:
        return None
    other, named = settings.of_variation(), told.b.release
    release = Release.load(releases.folder(named), embedder) if named else None
    say(
        f"experiment {told.name}: {told.share:.0%} of customers get "
        + (f"release {named}, " if named else "")
        + _wording(other)
    )
    words = open_generator(other) if told.b.changes() else generator
    return Variation(told.experiment, releases.current if release is None else lambda: release, words)


def _warmed(understander: Understander, releases: ReleaseStore) -> Understander:
    """Read dictionaries and tables before the first customer waits for them."""
    release = releases.current()
    understander.understand("在吗", DialogueContext(catalogue=release.catalogue))
    release.retriever.search(Query("多久发货", datetime.now(UTC).date()))
    return understander


def shop_clock(pack: Pack | None) -> Callable[[], datetime]:
    """The clock of a shop.

    Args:
        pack: whose mocked back-ends are used: its orders have dates, so time goes on from the pack's own now; None: a real shop.

    Returns:
        Gives the time, aware.
    """
    begin = pack.now if pack is not None else None
    if begin is None:
        return lambda: datetime.now(UTC)
    started = time.monotonic()
    return lambda: begin + timedelta(seconds=time.monotonic() - started)


def _reach_backends(
    settings: Settings,
    pack: Pack,
    clock: Callable[[], datetime],
    closing: AsyncExitStack,
    say: Say,
    headers_now: HeadersNow | None,
) -> BackEnds:
    if not settings.uses_mocks:
        orders, logistics = str(settings.orders_url), str(settings.logistics_url)
        say(f"back-ends: orders at {_place(orders)}, logistics at {_place(logistics)}")
        return connect(
            orders,
            logistics,
            orders_token=_revealed(settings.orders_token),
            logistics_token=_revealed(settings.logistics_token),
            headers_now=headers_now,
        )
    quotas = {promotion.promotion_id: promotion.quota for promotion in pack.promotions}
    apis = MockApis(pack.backend or Seed(), quotas, now=clock)
    closing.callback(apis.close)
    urls = closing.enter_context(MockServer(apis))
    say(f"back-ends: MOCKED from the pack, orders at {urls.orders}, logistics at {urls.logistics}")
    if pack.now is not None:
        say(f"clock: the mocked shop's, from {pack.now.isoformat()} on")
    return connect(urls.orders, urls.logistics, headers_now=headers_now)


def _open_words(settings: Settings, say: Say) -> Generator | None:
    generator = open_generator(settings)
    say(_wording(settings))
    return generator


def _wording(settings: Settings) -> str:
    if settings.generator == "openai":
        return f"wording: model {settings.openai_model} at {_place(str(settings.openai_base_url))}; facts alone when the audit refuses it"
    if settings.generator == "local":
        adapter = settings.adapter or f"promoted in {settings.adapters}"
        return f"wording: model {settings.model}, adapter {adapter}; facts alone when the audit refuses it"
    return "wording: the composer, from facts alone; no tuned model ships yet (--generator names one)"


def _place(url: str) -> str:
    """A URL without user, password or query, which may hold secrets."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}"


def _revealed(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret is not None else None
