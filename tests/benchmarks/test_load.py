import asyncio
from pathlib import Path

import pytest

from benchmarks.load import drive
from benchmarks.postgres_server import postgres_server


@pytest.mark.timeout(300)
def test_that_messages_to_several_processes_stay_whole_and_in_order(tmp_path: Path):
    outcome = asyncio.run(drive(f"sqlite:///{tmp_path}/store.db", messages=200, conversations=20, processes=2))

    assert (outcome.messages, outcome.lost, outcome.reordered, outcome.unanswered) == (200, 0, 0, 0)


@pytest.mark.timeout(300)
def test_that_they_do_in_postgres_too():
    with postgres_server(durable=False) as server:
        outcome = asyncio.run(drive(server.new_database(), messages=200, conversations=20, processes=2))

    assert (outcome.messages, outcome.lost, outcome.reordered, outcome.unanswered) == (200, 0, 0, 0)
