"""Two hundred kills of the shipped agent; the same harness finds the plain build's doubled refunds, so it is not blind."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEA = ROOT / "tests" / "packs" / "chaye"


@pytest.mark.timeout(900)
def test_that_200_kills_double_lose_and_repeat_nothing():
    command = [sys.executable, "-m", "benchmarks.crash", "--kills", "200", "--alone", "--json", "--shop", str(TEA)]
    done = subprocess.run([*command, "--workers", "2"], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr
    tally = json.loads(done.stdout)["this agent"]
    assert tally["kills"] >= 200
    assert (tally["doubled"], tally["lost"], tally["stuck"], tally["sent_twice"]) == (0, 0, 0, 0)
    assert tally["to_person"] == 0


PLAIN = """
from pathlib import Path
from benchmarks.crash import Executioner, in_memory
from benchmarks.kills.plain import Plain
with in_memory() as name:
    folder = Path(name)
    tally = Executioner(Plain(folder / "saver.db"), folder, seed=0).run(70, part=0)
print(tally.kills, tally.doubled, tally.stuck)
"""


@pytest.mark.timeout(300)
def test_that_the_same_kills_double_refunds_of_the_plain_build():
    command = [sys.executable, "-c", PLAIN]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    kills, doubled, stuck = map(int, done.stdout.split())
    assert kills >= 70
    assert doubled > 3
    assert stuck == 0
