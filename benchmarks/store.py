"""Measure the conversation store: commits a second one by one and together, reads, and bytes a turn.

    python -m benchmarks.store [--turns 1000] [--rounds 5] [--folder DIR] [--postgres] [--write]

``--postgres`` measures a PostgreSQL server started for it, ``--write`` puts the bytes a turn into docs/reliability.md.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

from agent.messages import Reply, Source, ToolUse
from agent.state import ConversationState
from agent.store.durable import DurableStore
from agent.store.opening import open_store
from agent.store.records import TurnEffects, TurnRecord
from agent.store.upkeep.keeper import keeper_of
from benchmarks.pages import write_block
from benchmarks.postgres_server import postgres_server

FreshUrl = Callable[[], str]
"""Gives the URL of an empty database."""

PAGE = Path(__file__).parents[1] / "docs" / "reliability.md"
CONVERSATIONS = 32
TOLD = TurnEffects(told=True)
"""The reply went out in the response to the message."""
QUESTION = "我上周买的那条连衣裙想换大一码,运费谁出呀?还有多久能到?"
ANSWER = "亲,您的订单 A1001 已于 3 月 1 日由顺丰发出,预计 3 月 3 日送达;换货运费首次由本店承担,尺码 L 目前有货。" * 2


def typical_turn(conversation: str, number: int) -> TurnRecord:
    """A turn of ordinary size, as the default shop's transcripts have it: one source, one tool call, two passages, three left out."""
    turn_id = f"t-{conversation}-{number:06}-5f2d8c1e9a7b"
    message_id = f"m-{number}"
    sources = (Source("exchange-0", "policy", "换货与运费说明", 3, date(2026, 1, 1), None, 0.83),)
    tools = (ToolUse("get_order", {"order_id": "A1001"}, True, "read", None, 11.7),)
    reply = Reply(
        conversation,
        message_id,
        turn_id,
        ANSWER[:73],
        "answered",
        ("exchange", "logistics"),
        "inform",
        "bot",
        sources,
        tools,
    )
    reply = replace(
        reply, release_id="lanting-20260301-1", timings_ms={"total": 12.41, "understand": 3.12, "act": 4.01}
    )
    request = {"conversation_id": conversation, "message_id": message_id, "customer_id": "U1001", "text": QUESTION}
    steps = ("begin", "understand", "retrieve", "act", "generate", "audit")
    found = {"kind": "policy", "title": "换货与运费说明", "score": 0.831}
    trace = {
        "nodes": [[name, 4.71] for name in steps],
        "intents": [["exchange", 0.981, "想换大一码"], ["logistics", 0.953, "还有多久能到"]],
        "mood": {"haste": True},
        "entities": {"size": "大一码", "product_ids": ["dress-01"]},
        "passages": [{"id": f"exchange-{n}#0", **found, "use": "said"} for n in range(2)],
        "dropped": [{"id": f"exchange-old-{n}#0", **found, "why": "expired"} for n in range(3)],
    }
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    return TurnRecord(turn_id, conversation, message_id, "0f" * 32, request, reply, trace, moment, "lanting")


async def one_turn(store: DurableStore, turn: TurnRecord, version: int, state: ConversationState) -> ConversationState:
    """Keep one turn as the assistant does: take the conversation, read what it starts from, commit it. Gives the state after it.

    Args:
        store: where it is kept.
        turn: as the work on it left it.
        version: of the conversation before it.
        state: of the conversation before it.
    """
    async with store.turn_of(turn.conversation_id, 0):
        await store.opening(turn.conversation_id, turn.message_id)
        after = state.with_exchange(QUESTION, ANSWER)
        await store.commit(turn, after, version, None, TOLD)
    return after


async def talk(store: DurableStore, conversation: str, turns: int) -> list[float]:
    """Commit turns of one conversation in a row; seconds of each commit."""
    state = ConversationState(customer_id="U1001")
    seconds: list[float] = []
    for number in range(turns):
        turn = typical_turn(conversation, number)
        state = state.with_exchange(QUESTION, ANSWER)
        started = time.perf_counter()
        await store.commit(turn, state, number, None, TOLD)
        seconds.append(time.perf_counter() - started)
    return seconds


async def one_by_one(store: DurableStore, turns: int) -> list[float]:
    """Commit for 32 conversations, each commit waiting for the one before."""
    found = [await talk(store, f"c-{n}", turns // CONVERSATIONS) for n in range(CONVERSATIONS)]
    return [seconds for one in found for seconds in one]


async def together(store: DurableStore, turns: int) -> list[float]:
    """Commit for 32 conversations that talk at the same time."""
    found = await asyncio.gather(*(talk(store, f"c-{n}", turns // CONVERSATIONS) for n in range(CONVERSATIONS)))
    return [seconds for one in found for seconds in one]


async def measured(
    url: str, work: Callable[[DurableStore, int], Awaitable[list[float]]], turns: int
) -> tuple[float, float, float]:
    """Commits a second, then the median and the 95th percentile of one commit in ms, on a fresh database."""
    store = open_store(url)
    started = time.perf_counter()
    seconds = await work(store, turns)
    rate = len(seconds) / (time.perf_counter() - started)
    await store.aclose()
    return rate, statistics.median(seconds) * 1000, statistics.quantiles(seconds, n=20)[-1] * 1000


async def report_commits(fresh: FreshUrl, turns: int, rounds: int) -> None:
    """Print the rates of both ways, medians over interleaved rounds."""
    results: dict[str, list[tuple[float, float, float]]] = {"one_by_one": [], "together": []}
    for _ in range(rounds):
        for work in (one_by_one, together):
            results[work.__name__].append(await measured(fresh(), work, turns))
    rates: dict[str, float] = {}
    for name, rows in results.items():
        rate, median, tail = (statistics.median(column) for column in zip(*rows, strict=True))
        rates[name] = rate
        print(f"{name:12} {rate:8.0f} commits/s   one commit {median:6.2f} ms median, {tail:6.2f} ms p95")
    print(f"{'gain':12} {rates['together'] / rates['one_by_one']:8.1f} x")


async def report_long_conversation(fresh: FreshUrl, turns: int) -> None:
    """Print what a long conversation costs: time a commit, early and late, and its reads."""
    store = open_store(fresh())
    seconds = await talk(store, "c-1", turns)
    early, late = (statistics.median(part) * 1000 for part in (seconds[:100], seconds[-100:]))
    print(f"{turns} turns in one conversation: commit {early:.2f} ms at the start, {late:.2f} ms at the end")
    for name, read in (
        ("load", lambda: store.load("c-1")),
        ("find_turn", lambda: store.find_turn("c-1", f"m-{turns // 2}")),
        ("turns", lambda: store.turns("c-1")),
    ):
        print(f"{name:12} {await median_ms(read):8.3f} ms median")
    await store.aclose()


async def median_ms(read: Callable[[], Awaitable[object]]) -> float:
    """Median time of 50 reads."""
    seconds: list[float] = []
    for _ in range(50):
        started = time.perf_counter()
        await read()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds) * 1000


async def bytes_a_turn(url: str, turns: int, parts: int = 4) -> list[tuple[int, int]]:
    """Let one conversation grow to some turns; after each part its length and the bytes that a turn of that part took."""
    store, state = open_store(url), ConversationState(customer_id="U1001")
    keeper, found = keeper_of(url), []
    before = await keeper.size()
    for part in range(parts):
        first, last = turns * part // parts, turns * (part + 1) // parts
        for number in range(first, last):
            state = await one_turn(store, typical_turn("c-1", number), number, state)
        now = await keeper.size()
        found.append((last, (now - before) // (last - first)))
        before = now
    await store.aclose()
    return found


async def report_bytes(fresh: FreshUrl, turns: int, name: str, write: bool) -> None:
    """Print the bytes a turn of a conversation that grows."""
    found = await bytes_a_turn(fresh(), turns)
    for last, size in found:
        print(f"to turn {last:6,} {size:8,} bytes a turn")
    if write:
        told = ", ".join(f"{size:,} to turn {last:,}" for last, size in found)
        write_block(PAGE, f"bytes-{name}", f"Bytes a turn of one conversation that grows ({name}): {told}.")


def measure(fresh: FreshUrl, name: str, turns: int, rounds: int, write: bool) -> None:
    """Measure one kind of database."""
    print(name)
    asyncio.run(report_commits(fresh, turns, rounds))
    asyncio.run(report_long_conversation(fresh, turns))
    asyncio.run(report_bytes(fresh, turns, name, write))


def main() -> None:
    """Run all measurements."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=1000, help="commits a run")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved runs, of which the median counts")
    parser.add_argument("--folder", type=Path, default=None, help="where the database files go: the disk to measure")
    parser.add_argument("--postgres", action="store_true", help="measure PostgreSQL in place of SQLite")
    parser.add_argument("--write", action="store_true", help="put the bytes a turn into docs/reliability.md")
    wanted = parser.parse_args()
    if wanted.postgres:
        with postgres_server() as server:
            measure(server.new_database, "PostgreSQL", wanted.turns, wanted.rounds, wanted.write)
        return
    with tempfile.TemporaryDirectory(dir=wanted.folder) as folder:
        numbers = count()
        measure(lambda: f"sqlite:///{folder}/{next(numbers)}.db", "SQLite", wanted.turns, wanted.rounds, wanted.write)


if __name__ == "__main__":
    main()
