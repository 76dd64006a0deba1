"""Many messages at once: four processes serve the same conversations from one store, and nothing is lost or reordered.

    python -m benchmarks.load [--messages 10000] [--conversations 200] [--processes 4] [--postgres] [--write]

Each message of a conversation is handed to another process than the one before it, as soon as the one before was accepted, answered or
not. The processes are the shipped assistant, reception and store; the steps inside a turn only repeat the message, so that order and
keeping are measured and not thinking. In the end each message must have its own turn, in the order in which they were accepted.
"""

import argparse
import asyncio
import json
import logging
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent.assistant import Assistant
from agent.errors import StoreError
from agent.evidence import Answer, Brief
from agent.floor import ShopFloor
from agent.mailroom.reception import Reception
from agent.messages import CustomerMessage
from agent.profile import ShopProfile
from agent.store.opening import open_store
from agent.turn.graph import Draft
from benchmarks.pages import table, write_block
from benchmarks.postgres_server import postgres_server
from tools.mock_apis.apis import MockApis
from tools.mock_apis.seed import Seed

PAGE = Path(__file__).parents[1] / "docs" / "reliability.md"
PROFILE = ShopProfile.from_release({"shop_id": "demo", "name": "示例店", "assistant": "小示"})
READY, IDLE = "ready", "idle"


@dataclass(frozen=True)
class _Release:
    release_id: str = "r-1"
    catalogue: Any = None
    goods_as_of: Any = None


class _Echo:
    """Stands for the steps of a turn: says what it was told."""

    async def ainvoke(self, work: Any) -> Any:
        brief = Brief((Answer("out_of_scope", "answered", "inform"),))
        draft = Draft(f"答：{work['turn'].message.text}", "composer")
        return {"turn": work["turn"], "brief": brief, "draft": draft, "handoff_reason": None, "timings": {}}


@dataclass(frozen=True)
class Outcome:
    """What became of the messages."""

    messages: int
    lost: int
    """Messages without a turn, or more turns than messages."""
    reordered: int
    """Conversations whose turns are not in the order of their messages."""
    unanswered: int
    """Conversations whose last message has no reply on its way."""
    sent_again: int
    """Messages that were not accepted at first, because the store was busy."""
    seconds: float


async def serve(url: str) -> None:
    """Be one of the processes: accept what comes by standard input, tell what was accepted, work in the background."""
    logging.getLogger("agent").setLevel(logging.ERROR)  # that others hold a conversation is what is tried here
    store, apis = open_store(url), MockApis(Seed())
    floor = ShopFloor(_Release(), PROFILE, _Echo())  # type: ignore[arg-type]
    assistant = Assistant(lambda *_: floor, apis.in_process(), store, lambda: datetime.now(UTC))
    reception = Reception(assistant)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    print(READY, flush=True)
    taken = set[asyncio.Task[None]]()
    while line := await reader.readline():
        task = asyncio.create_task(_take(reception, json.loads(line)))
        taken.add(task)
        task.add_done_callback(taken.discard)
    await asyncio.gather(*taken)
    await reception.rest()
    print(IDLE, flush=True)
    await reception.aclose()
    await assistant.aclose()
    await store.aclose()
    apis.close()


async def _take(reception: Reception, asked: dict[str, str]) -> None:
    conversation, message = asked["conversation"], asked["message"]
    try:
        await reception.accept(CustomerMessage(conversation, message, f"U-{conversation}", f"第{message}条"))
        is_accepted = True
    except StoreError:
        is_accepted = False
    print(json.dumps({"conversation": conversation, "is_accepted": is_accepted}), flush=True)


class _Process:
    """One of the processes, seen from outside."""

    def __init__(self, process: asyncio.subprocess.Process, answers: dict[str, asyncio.Queue[bool]]) -> None:
        self._process = process
        self._answers = answers

    async def _read(self) -> None:
        assert self._process.stdout is not None
        while (line := (await self._process.stdout.readline()).decode().strip()) not in ("", IDLE):
            answer = json.loads(line)
            self._answers[answer["conversation"]].put_nowait(answer["is_accepted"])

    async def start(self) -> None:
        assert self._process.stdout is not None
        await self._process.stdout.readline()
        self._reading = asyncio.create_task(self._read())

    def hand(self, conversation: str, message: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"conversation": conversation, "message": message}).encode() + b"\n")

    async def finish(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._reading
        if await self._process.wait():
            raise SystemExit("a process failed: see above")


async def drive(url: str, messages: int, conversations: int, processes: int) -> Outcome:
    """Send the messages and look at what the store holds then."""
    await open_store(url).aclose()
    names = [f"c-{number}" for number in range(conversations)]
    answers: dict[str, asyncio.Queue[bool]] = {name: asyncio.Queue() for name in names}
    command = (sys.executable, "-m", "benchmarks.load", "--serve", url)
    pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE}
    served = [
        _Process(await asyncio.create_subprocess_exec(*command, **pipes), answers)  # type: ignore[arg-type]
        for _ in range(processes)
    ]
    await asyncio.gather(*(process.start() for process in served))
    each, started = messages // conversations, time.perf_counter()

    async def talk(place: int, name: str) -> int:
        again = 0
        for number in range(each):
            while True:
                served[(place + number) % processes].hand(name, str(number))
                if await answers[name].get():
                    break
                again += 1
        return again

    sent_again = sum(await asyncio.gather(*(talk(place, name) for place, name in enumerate(names))))
    await asyncio.gather(*(process.finish() for process in served))
    seconds = time.perf_counter() - started
    return await look(url, names, each, sent_again, seconds)


async def look(url: str, names: Sequence[str], each: int, sent_again: int, seconds: float) -> Outcome:
    """Compare what the store holds with what was sent."""
    store = open_store(url)
    lost = reordered = unanswered = 0
    wanted = [str(number) for number in range(each)]
    unsent = {message.message_id for message in await store.unsent(each * len(names))}
    for name in names:
        turns = await store.turns(name)
        found = [turn.message_id for turn in turns]
        lost += len(set(wanted) - set(found)) + len(found) - len(set(found))
        reordered += found != sorted(found, key=int)
        unanswered += not turns or turns[-1].turn_id not in unsent or f"第{each - 1}条" not in turns[-1].reply.reply
    await store.aclose()
    return Outcome(each * len(names), lost, reordered, unanswered, sent_again, seconds)


def told(outcome: Outcome, database: str, processes: int, conversations: int) -> str:
    """The outcome as a table."""
    rows = (
        ("messages", f"{outcome.messages:,}"),
        ("lost, or answered by two turns", f"{outcome.lost:,}"),
        ("conversations out of order", f"{outcome.reordered:,}"),
        ("conversations whose last message has no reply", f"{outcome.unanswered:,}"),
        ("not accepted at first, sent again", f"{outcome.sent_again:,}"),
        ("messages a second", f"{outcome.messages / outcome.seconds:,.0f}"),
    )
    return table((f"{database}, {processes} processes, {conversations} conversations", ""), rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and tell; status 1 when a message was lost, reordered or left without a reply."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--postgres", action="store_true", help="PostgreSQL in place of SQLite")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/reliability.md")
    parser.add_argument("--serve", metavar="URL", help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    if args.serve:
        asyncio.run(serve(args.serve))
        return 0
    with ExitStack() as closing:
        if args.postgres:
            url = closing.enter_context(postgres_server()).new_database()
        else:
            url = f"sqlite:///{closing.enter_context(tempfile.TemporaryDirectory())}/store.db"
        outcome = asyncio.run(drive(url, args.messages, args.conversations, args.processes))
    text = told(outcome, "PostgreSQL" if args.postgres else "SQLite", args.processes, args.conversations)
    print(text)
    if args.write:
        write_block(PAGE, "load-postgres" if args.postgres else "load", text)
    return int(any((outcome.lost, outcome.reordered, outcome.unanswered)))


if __name__ == "__main__":
    sys.exit(main())
