"""A durable turn beside the same graph under LangGraph's SqliteSaver: what keeping it costs.

Both run the same six nodes in a row (those of a turn without a model: begin, understand, retrieve, act, generate, audit), which do
nothing but pass on state of ordinary size, so that what is kept is measured and not what is thought. Ours keeps the turn as
`Assistant` does: takes the conversation's turn, reads what it starts from, commits one record. The saver keeps a checkpoint and the writes of each
step, as it does by itself. Both databases are SQLite files on the same disk, WAL, synchronous = FULL; the runs take turns.
"""

import asyncio
import gc
import sqlite3
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

from agent.state import ConversationState
from agent.store.opening import open_store
from agent.store.records import TurnRecord
from benchmarks.store import ANSWER, QUESTION, one_turn, typical_turn

NODES = ("begin", "understand", "retrieve", "act", "generate", "audit")
CONVERSATIONS = 32
LATENCY_BAR = 0.15
THROUGHPUT_BAR = 25.0


class Passed(TypedDict, total=False):
    """What the nodes pass on: JSON values, as a saver wants them."""

    message: dict[str, Any]
    begin: dict[str, Any]
    understand: dict[str, Any]
    retrieve: dict[str, Any]
    act: dict[str, Any]
    generate: dict[str, Any]
    audit: dict[str, Any]


MESSAGE = {"customer_id": "U1001", "text": QUESTION}
UPDATES: dict[str, dict[str, Any]] = {
    "begin": {"answer_to": "neither"},
    "understand": {"intents": [["exchange", 0.93], ["logistics", 0.88]], "entities": {"order_id": "A1001"}},
    "retrieve": {"passages": [["exchange#0", 0.83], ["shipping#1", 0.71], ["returns#2", 0.64]]},
    "act": {"facts": [ANSWER[:60]] * 4, "tools": ["get_order", "get_shipment"]},
    "generate": {"reply": ANSWER, "worded_by": "composer"},
    "audit": {"findings": []},
}


@dataclass(frozen=True)
class Latency:
    """Milliseconds of one turn, medians."""

    graph: float
    """The graph alone, keeping nothing."""
    ours: float
    """With our store; `ours_kept` of it in the store."""
    ours_kept: float
    saver: float
    """With the saver."""

    @property
    def saver_kept(self) -> float:
        """What the saver adds to the graph."""
        return self.saver - self.graph

    @property
    def ratio(self) -> float:
        """Our time to keep a turn over the saver's; lower is better."""
        return self.ours_kept / self.saver_kept


@dataclass(frozen=True)
class Throughput:
    """Turns a second of 32 conversations at once, medians; higher is better."""

    ours: float
    saver: float
    ours_kept: float
    """Keeping only: the calls of the store without the graph."""
    saver_kept: float
    """Keeping only: the saver's own calls, played again without the graph."""


def build(checkpointer: Any = None, asynchronous: bool = False) -> Any:
    """Compile the graph, with a checkpointer or without; its nodes only pass on state."""
    from langgraph.graph import END, START, StateGraph

    graph = StateGraph(Passed)
    for name in NODES:
        graph.add_node(name, _later(name) if asynchronous else _now(name))
    for before, after in zip((START, *NODES), (*NODES, END), strict=True):
        graph.add_edge(before, after)
    return graph.compile(checkpointer=checkpointer)


def _now(name: str) -> Callable[[Passed], dict[str, Any]]:
    return lambda passed: {name: UPDATES[name]}


def _later(name: str) -> Callable[[Passed], Any]:
    async def run(passed: Passed) -> dict[str, Any]:
        return {name: UPDATES[name]}

    return run


def open_saver(path: Path, kind: type[Any]) -> Any:
    """A saver on a new file, each commit waiting for the disk."""
    connection = sqlite3.connect(path, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return kind(connection)


def plain_saver() -> type[Any]:
    """LangGraph's saver."""
    from langgraph.checkpoint.sqlite import SqliteSaver

    found: type[Any] = SqliteSaver
    return found


def config(conversation: str) -> dict[str, Any]:
    """The saver's name of a conversation."""
    return {"configurable": {"thread_id": conversation, "checkpoint_ns": ""}}


async def latency(folder: Path, turns: int) -> Latency:
    """Time single turns, the three ways taking turns."""
    store, saver = open_store(f"sqlite:///{folder / 'ours.db'}"), open_saver(folder / "saver.db", plain_saver())
    alone, saved, state = build(asynchronous=True), build(saver), ConversationState(customer_id="U1001")
    bare = build()
    seconds: dict[str, list[float]] = {name: [] for name in ("graph", "ours", "kept", "saver")}
    with closing(saver.conn):
        for number in range(turns):
            turn = typical_turn("c-1", number)
            started = time.perf_counter()
            await alone.ainvoke({"message": MESSAGE})
            between = time.perf_counter()
            state = await one_turn(store, turn, number, state)
            ended = time.perf_counter()
            seconds["ours"].append(ended - started)
            seconds["kept"].append(ended - between)
            started = time.perf_counter()
            saved.invoke({"message": MESSAGE}, config("c-1"))
            seconds["saver"].append(time.perf_counter() - started)
            started = time.perf_counter()
            bare.invoke({"message": MESSAGE})
            seconds["graph"].append(time.perf_counter() - started)
    await store.aclose()
    found = {name: statistics.median(rows) * 1000 for name, rows in seconds.items()}
    return Latency(found["graph"], found["ours"], found["kept"], found["saver"])


async def throughput(folder: Path, turns: int, rounds: int) -> Throughput:
    """Count turns a second of 32 conversations at once, the four ways taking turns."""
    rates: dict[str, list[float]] = {name: [] for name in ("ours", "saver", "ours_kept", "saver_kept")}
    each = max(1, turns // CONVERSATIONS)
    for number in range(rounds):
        rates["ours"].append(await _ours(folder / f"ours-{number}.db", each, build(asynchronous=True)))
        rates["saver"].append(await asyncio.to_thread(_savers, folder / f"saver-{number}.db", each))
        rates["ours_kept"].append(await _ours(folder / f"kept-{number}.db", each * 4, None))
        rates["saver_kept"].append(await asyncio.to_thread(_savers_calls, folder / f"calls-{number}.db", each))
    found = {name: statistics.median(rows) for name, rows in rates.items()}
    return Throughput(**found)


async def _ours(path: Path, each: int, graph: Any) -> float:
    store = open_store(f"sqlite:///{path}")
    talks = [[typical_turn(f"c-{place}", number) for number in range(each)] for place in range(CONVERSATIONS)]

    async def talk(turns: Sequence[TurnRecord]) -> None:
        state = ConversationState(customer_id="U1001")
        for number, turn in enumerate(turns):
            if graph is not None:
                await graph.ainvoke({"message": MESSAGE})
            state = await one_turn(store, turn, number, state)

    gc.collect()
    started = time.perf_counter()
    await asyncio.gather(*(talk(turns) for turns in talks))
    rate = each * CONVERSATIONS / (time.perf_counter() - started)
    await store.aclose()
    return rate


def _savers(path: Path, each: int) -> float:
    saver = open_saver(path, plain_saver())
    graph = build(saver)

    def talk(conversation: str) -> None:
        for _ in range(each):
            graph.invoke({"message": MESSAGE}, config(conversation))

    with closing(saver.conn):
        return _rate(talk, each)


def _rate(talk: Callable[[str], None], each: int) -> float:
    gc.collect()
    started = time.perf_counter()
    with ThreadPoolExecutor(CONVERSATIONS) as threads:
        list(threads.map(talk, [f"c-{number}" for number in range(CONVERSATIONS)]))
    return each * CONVERSATIONS / (time.perf_counter() - started)


def _savers_calls(path: Path, each: int) -> float:
    """Play the calls that the graph makes of its saver, without the graph."""
    calls = _recorded(path.with_suffix(".recorded.db"))
    saver = open_saver(path, plain_saver())

    def talk(conversation: str) -> None:
        for number in range(each):
            for call, named, rest in calls:
                place = {**named["configurable"], "thread_id": conversation}
                if "checkpoint_id" in place:
                    place["checkpoint_id"] = f"{number:06}{place['checkpoint_id']}"
                if call == "put":
                    rest = ({**rest[0], "id": f"{number:06}{rest[0]['id']}"}, *rest[1:])
                getattr(saver, call)({**named, "configurable": place}, *rest)

    with closing(saver.conn):
        return _rate(talk, each)


def _recorded(path: Path) -> list[tuple[str, Any, tuple[Any, ...]]]:
    """What one turn asks of its saver, the second turn of a conversation."""
    calls: list[tuple[str, Any, tuple[Any, ...]]] = []

    class Recorder(plain_saver()):  # type: ignore[misc]
        def put(self, named: Any, *rest: Any) -> Any:
            calls.append(("put", named, rest))
            return super().put(named, *rest)

        def put_writes(self, named: Any, *rest: Any) -> None:
            calls.append(("put_writes", named, rest))
            super().put_writes(named, *rest)

        def get_tuple(self, named: Any) -> Any:
            calls.append(("get_tuple", named, ()))
            return super().get_tuple(named)

    saver = open_saver(path, Recorder)
    graph = build(saver)
    with closing(saver.conn):
        for _ in range(2):
            calls.clear()
            graph.invoke({"message": MESSAGE}, config("c-1"), durability="sync")
    return calls


def told(one: Latency, many: Throughput) -> list[tuple[str, str, str, str]]:
    """Rows of a table: what was measured, ours, the saver's, and how they compare."""
    whole = f"{one.ours / one.saver:.2f} x"
    return [
        ("keeping one turn", f"{one.ours_kept:.2f} ms", f"{one.saver_kept:.2f} ms", f"{one.ratio:.2f} x"),
        ("one turn, graph and keeping", f"{one.ours:.2f} ms", f"{one.saver:.2f} ms", whole),
        (
            "keeping turns of 32 conversations at once",
            f"{many.ours_kept:,.0f} a second",
            f"{many.saver_kept:,.0f} a second",
            f"{many.ours_kept / many.saver_kept:.1f} x",
        ),
        (
            "turns of 32 conversations at once, graph and keeping",
            f"{many.ours:,.0f} a second",
            f"{many.saver:,.0f} a second",
            f"{many.ours / many.saver:.1f} x",
        ),
    ]
