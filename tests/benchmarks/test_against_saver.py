import asyncio
from pathlib import Path

from benchmarks.against_saver import NODES, Latency, Throughput, build, latency, throughput, told


def test_that_both_builds_pass_the_same_state():
    given = {"message": {"text": "在吗"}}

    assert build().invoke(given) == asyncio.run(build(asynchronous=True).ainvoke(given))
    assert set(build().invoke(given)) == {"message", *NODES}


def test_that_every_way_is_measured(tmp_path: Path):
    one = asyncio.run(latency(tmp_path, turns=4))
    many = asyncio.run(throughput(tmp_path, turns=32, rounds=1))

    assert min(one.graph, one.ours_kept, one.saver) > 0
    assert min(vars(many).values()) > 0


def test_that_ratios_are_of_what_is_kept():
    rows = told(Latency(2.0, 2.5, 0.5, 7.0), Throughput(100, 10, 1000, 50))

    assert [row[3] for row in rows] == ["0.10 x", "0.36 x", "20.0 x", "10.0 x"]
