"""Measure the conversation store: commits a second one by one and together, reads, and bytes a turn.

Run: python -m benchmarks.store [--turns 1000] [--rounds 5] [--folder DIR]
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from agent.messages import Reply, Source, ToolUse
from agent.state import ConversationState
from agent.store.port import TurnRecord
from agent.store.sqlite import SqliteStore, open_store

CONVERSATIONS = 32
QUESTION = "我上周买的那条连衣裙想换大一码,运费谁出呀?还有多久能到?"
ANSWER = "亲,您的订单 A1001 已于 3 月 1 日由顺丰发出,预计 3 月 3 日送达;换货运费首次由本店承担,尺码 L 目前有货。" * 2


def typical_turn(conversation: str, number: int) -> TurnRecord:
    """A turn of ordinary size: three sources, two tool calls, one dropped draft."""
    turn_id = f"t-{conversation}-{number:06}-5f2d8c1e9a7b"
    message_id = f"m-{number}"
    sources = tuple(
        Source(f"exchange-{n}", "policy", "换货与运费说明", 3, date(2026, 1, 1), None, 0.83) for n in range(3)
    )
    tools = tuple(
        ToolUse(name, {"order_id": "A1001", "tracking_no": "SF1234567890"}, True, "read", None, 11.7)
        for name in ("get_order", "get_shipment")
    )
    reply = Reply(
        conversation,
        message_id,
        turn_id,
        ANSWER,
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
    trace = {"findings": ["amount_without_evidence: 15 元"], "drafts": [ANSWER], "dropped": ["exchange-old#0"] * 4}
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    return TurnRecord(turn_id, conversation, message_id, "0f" * 32, request, reply, trace, moment, "lanting")


async def talk(store: SqliteStore, conversation: str, turns: int) -> list[float]:
    """Commit turns of one conversation in a row; seconds of each commit."""
    state = ConversationState(customer_id="U1001")
    seconds: list[float] = []
    for number in range(turns):
        turn = typical_turn(conversation, number)
        state = state.with_exchange(QUESTION, ANSWER)
        started = time.perf_counter()
        await store.commit(turn, state, number)
        seconds.append(time.perf_counter() - started)
    return seconds


async def one_by_one(store: SqliteStore, turns: int) -> list[float]:
    """Commit for 32 conversations, each commit waiting for the one before."""
    found = [await talk(store, f"c-{n}", turns // CONVERSATIONS) for n in range(CONVERSATIONS)]
    return [seconds for one in found for seconds in one]


async def together(store: SqliteStore, turns: int) -> list[float]:
    """Commit for 32 conversations that talk at the same time."""
    found = await asyncio.gather(*(talk(store, f"c-{n}", turns // CONVERSATIONS) for n in range(CONVERSATIONS)))
    return [seconds for one in found for seconds in one]


async def measured(
    folder: Path, work: Callable[[SqliteStore, int], Awaitable[list[float]]], turns: int
) -> tuple[float, float, float]:
    """Commits a second, then the median and the 95th percentile of one commit in ms, on a fresh file."""
    path = folder / f"{work.__name__}-{time.monotonic_ns()}.db"
    store = open_store(f"sqlite:///{path}")
    started = time.perf_counter()
    seconds = await work(store, turns)
    rate = len(seconds) / (time.perf_counter() - started)
    await store.aclose()
    return rate, statistics.median(seconds) * 1000, statistics.quantiles(seconds, n=20)[-1] * 1000


async def report_commits(folder: Path, turns: int, rounds: int) -> None:
    """Print the rates of both ways, medians over interleaved rounds."""
    results: dict[str, list[tuple[float, float, float]]] = {"one_by_one": [], "together": []}
    for _ in range(rounds):
        for work in (one_by_one, together):
            results[work.__name__].append(await measured(folder, work, turns))
    rates: dict[str, float] = {}
    for name, rows in results.items():
        rate, median, tail = (statistics.median(column) for column in zip(*rows, strict=True))
        rates[name] = rate
        print(f"{name:12} {rate:8.0f} commits/s   one commit {median:6.2f} ms median, {tail:6.2f} ms p95")
    print(f"{'gain':12} {rates['together'] / rates['one_by_one']:8.1f} x")


async def report_long_conversation(folder: Path, turns: int) -> None:
    """Print what a long conversation costs: bytes and time a turn, early and late, and its reads."""
    path = folder / "long.db"
    store = open_store(f"sqlite:///{path}")
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
    print(f"{'file':12} {path.stat().st_size / turns:8.0f} bytes a turn")


async def median_ms(read: Callable[[], Awaitable[object]]) -> float:
    """Median time of 50 reads."""
    seconds: list[float] = []
    for _ in range(50):
        started = time.perf_counter()
        await read()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds) * 1000


def main() -> None:
    """Run all measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=1000, help="commits a run")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved runs, of which the median counts")
    parser.add_argument("--folder", type=Path, default=None, help="where the database files go: the disk to measure")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=wanted.folder) as folder:
        asyncio.run(report_commits(Path(folder), wanted.turns, wanted.rounds))
        asyncio.run(report_long_conversation(Path(folder), wanted.turns))


if __name__ == "__main__":
    main()
