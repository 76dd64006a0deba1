import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from agent.store.opening import open_store

ROOT = Path(__file__).parents[3]

COMMITTING = """
import asyncio, os, sys
from datetime import UTC, datetime
from agent.messages import Reply
from agent.state import ConversationState
from agent.store.port import TurnRecord
from agent.store.opening import open_store

async def talk(store, c):
    for n in range(100000):
        m, t = f"m-{n}", f"t-{c}-{n}"
        reply = Reply(c, m, t, "亲,在的", "answered", (), "smalltalk", "bot")
        turn = TurnRecord(t, c, m, "d", {}, reply, {}, datetime.now(UTC))
        await store.commit(turn, ConversationState(turns=n + 1), n, None)
        os.write(1, f"{c} {m}\\n".encode())

async def main():
    store = open_store(sys.argv[1])
    await asyncio.gather(*(talk(store, f"c-{n}") for n in range(8)))

asyncio.run(main())
"""


def _killed_while_committing(url: str, acknowledged: int) -> list[tuple[str, str]]:
    """Kill a committing process after some acknowledgements; all that it had acknowledged."""
    command = [sys.executable, "-c", COMMITTING, url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(acknowledged)]
        os.kill(process.pid, signal.SIGKILL)
        lines += process.stdout.readlines()
    return [(c, m) for c, m in (line.split() for line in lines if line.endswith("\n"))]


@pytest.mark.parametrize("acknowledged", [1, 40, 250])
async def test_that_a_killed_process_loses_nothing_it_acknowledged(url: str, acknowledged: int):
    known = _killed_while_committing(url, acknowledged)

    store = open_store(url)
    assert len(known) >= acknowledged
    for conversation in {c for c, _ in known}:
        turns = await store.turns(conversation)
        loaded = await store.load(conversation)
        assert {m for c, m in known if c == conversation} <= {turn.message_id for turn in turns}
        assert loaded is not None
        assert loaded.version == loaded.state.turns == len(turns)
    await store.aclose()
