"""Run as a program: publishes a pack again and again, killed one step later each time. Steps are the program's own file changes.

``crashing.py WORK``: WORK holds ``pack`` and ``root``, where another release is served already. For each step N a copy ``root-N`` is
left as the crash left it; the last line printed is the number of steps of a publish that came through.
"""

import os
import shutil
import sys
from itertools import count
from pathlib import Path

from knowledge.publish import Editor, publish
from retrieval.embedders.ngrams import NgramEmbedder

KILLED = 9
CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "os.truncate", "shutil.rmtree"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def crash_after(steps: int) -> None:
    """Let this process change files so many times, and die at the next."""
    left = steps

    def step(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        opened = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING
        if opened or event in CHANGES:
            left -= 1
            if left < 0:
                os._exit(KILLED)

    sys.addaudithook(step)


def run(work: Path) -> int:
    """Crash a publish at each of its steps.

    Returns:
        How many steps there are.
    """
    publish(work / "pack", work / "warm", NgramEmbedder(64), Editor("li"))  # libraries are read once, before the forks
    for steps in count():
        root = work / f"root-{steps}"
        shutil.copytree(work / "root", root)
        child = os.fork()
        if child == 0:
            crash_after(steps)
            publish(work / "pack", root, NgramEmbedder(64), Editor("li", reason="neu"))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.waitstatus_to_exitcode(status) == 0:
            return steps
        if os.waitstatus_to_exitcode(status) != KILLED:
            raise SystemExit(f"step {steps}: left with {status}")
    raise SystemExit("never came through")


if __name__ == "__main__":
    print(run(Path(sys.argv[1])))
