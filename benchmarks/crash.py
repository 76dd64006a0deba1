"""Kill the process at each place where a turn with a write touches the outside world; then start again and see what came of it.

    python -m benchmarks.crash [--kills 3000] [--shop DIR] [--workers 2] [--postgres] [--alone] [--write]

A customer has been asked whether an order is to be cancelled, and says yes. The process that works the yes is ended by SIGKILL before,
inside or after a commit of the store, before or after a call of a back-end or between its doing and its answer, before or after a reply
is sent: at each such place in turn. A new process starts, recovers, gets again what was not acknowledged, and one more message; every
third run it is killed as well, anywhere, and started again. Half of the runs answer in the response to the message, half push the reply
through the outbox. The back-end does whatever it is asked under a new key, however often. A plain LangGraph + SqliteSaver build goes
through the same beside it (see benchmarks/kills/plain.py for how it is built).
"""

import argparse
import gc
import json
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.kills.boundary import Boundaries
from benchmarks.kills.plain import Plain
from benchmarks.kills.run import Run, System, Tally
from benchmarks.pages import table, write_block

if TYPE_CHECKING:
    from benchmarks.postgres_server import PostgresServer

PAGE = Path(__file__).parents[1] / "docs" / "reliability.md"
MEMORY = Path("/dev/shm")
"""Files lie here where there is such a folder: the end of a process takes nothing from files, so waiting for a disk shows nothing."""
TOO_LONG_S = 90.0
"""A process that takes longer is stuck."""
BATCH = 20
"""Conversations that are prepared by one process."""


def forked(work: Callable[[], None], log: Path) -> int:
    """Run something in a process of its own; its status, -9 when it was killed, 124 when it took too long."""
    gc.freeze()
    child = os.fork()
    if child == 0:
        status = 1
        gc.disable()  # a short life: looking for garbage would only copy the parent's memory
        try:
            work()
            status = 0
        except BaseException:  # noqa: BLE001 - the process ends here; what went wrong is told in the log
            with log.open("a", encoding="utf-8") as file:
                traceback.print_exc(file=file)
        finally:
            os._exit(status)
    ends = time.monotonic() + TOO_LONG_S
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > ends:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return 124
        time.sleep(0.001)


class Executioner:
    """Kills a system's processes and counts what came of it.

    Args:
        system: what is killed.
        folder: for what is to outlive the processes.
        seed: of the places of second kills.
    """

    def __init__(self, system: System, folder: Path, seed: int) -> None:
        self._system = system
        self._folder = folder
        self._draw = random.Random(seed)
        self._log = folder / "errors.log"
        self._places: dict[bool, list[str]] = {}

    def run(self, kills: int, part: int) -> Tally:
        """Kill until so many processes were killed."""
        for is_pushed in (False, True):
            self._places[is_pushed] = self._look_for_places(Run(f"c-{part}-look-{is_pushed}", self._folder, is_pushed))
        tally, numbers, before = Tally(), count(), None
        while tally.kills < kills:
            runs = [Run(f"c-{part}-{n}", self._folder, bool(n % 2)) for n in islice(numbers, min(BATCH, kills))]
            self._must(lambda runs=runs: self._system.prepare(runs))  # type: ignore[misc]
            for number, run in enumerate(runs, start=tally.runs):
                if tally.kills < kills:
                    self._kill(before, run, number, tally)
                    before = run
        self._finish(before, tally)
        return tally

    def _look_for_places(self, run: Run) -> list[str]:
        """The places of a turn that is let live."""
        self._must(lambda: self._system.prepare([run]))

        def live() -> None:
            boundaries = Boundaries()
            self._system.attempt(run, boundaries, run.journal)
            run.journal.note("places", names=boundaries.reached)

        self._must(live)
        return list(run.journal.of("places")[0]["names"])

    def _kill(self, before: Run | None, run: Run, number: int, tally: Tally) -> None:
        """Kill one turn. The process that starts after the kill before this one first ends that run, then goes on with this one."""
        places = len(self._places[run.is_pushed])
        ends_at = (number // 2) % places + 1

        def live() -> None:
            self._end(before)
            self._system.attempt(run, Boundaries(ends_at), run.journal)

        status = forked(live, self._log)
        if before is not None:
            is_ended = bool(before.journal.of("end"))
            tally.judge(self._system, before, not is_ended)
            if not is_ended:
                status = forked(lambda: self._system.attempt(run, Boundaries(ends_at), run.journal), self._log)
        tally.kills += status == -signal.SIGKILL
        if number % 3 == 0:
            again = self._draw.randint(1, 2 * places)
            status = forked(lambda: self._system.recover(run, Boundaries(again), run.journal), self._log)
            tally.kills += status == -signal.SIGKILL

    def _finish(self, before: Run | None, tally: Tally) -> None:
        """End the last run."""
        if before is not None:
            status = forked(lambda: self._end(before), self._log)
            tally.judge(self._system, before, status != 0)

    def _end(self, run: Run | None) -> None:
        """Start again after a kill, unless the killed start came to its end before."""
        if run is not None and not run.journal.of("end"):
            self._system.recover(run, Boundaries(), run.journal)

    def _must(self, work: Callable[[], None]) -> None:
        status = forked(work, self._log)
        if status:
            told = self._log.read_text("utf-8") if self._log.exists() else "nothing was told"
            raise RuntimeError(f"a process that nobody killed ended with status {status}: {told}")


def spread(kills: int, workers: int, begin: Callable[[int, Path], Executioner], folder: Path) -> Tally:
    """Share the kills among processes; each has a folder of its own."""
    children: list[tuple[int, Path]] = []
    for part in range(workers):
        own = folder / f"part-{part}"
        own.mkdir()
        child = os.fork()
        if child == 0:
            _work(begin, part, own, kills // workers + (part < kills % workers))
        children.append((child, own))
    tally = Tally()
    for child, own in children:
        _, status = os.waitpid(child, 0)
        if status:
            raise SystemExit((own / "failed.log").read_text("utf-8"))
        tally.add(Tally(**json.loads((own / "tally.json").read_text("utf-8"))))
    return tally


def _work(begin: Callable[[int, Path], Executioner], part: int, own: Path, kills: int) -> None:
    status = 1
    try:
        tally = begin(part, own).run(kills, part)
        (own / "tally.json").write_text(json.dumps(vars(tally)), "utf-8")
        status = 0
    except BaseException:  # noqa: BLE001 - the process ends here; its parent tells what went wrong
        (own / "failed.log").write_text(traceback.format_exc(), "utf-8")
    finally:
        os._exit(status)


ROWS = (
    ("kills", "kills"),
    ("done twice at the back-end", "doubled"),
    ("lost: not answered, not done, or done and not told", "lost"),
    ("stuck after the next start", "stuck"),
    ("answered twice in the customer's sight", "sent_twice"),
    ("passed to a person", "to_person"),
    ("sent again under the same id, dropped by it", "repeated_sends"),
)


def side_by_side(tallies: Sequence[tuple[str, Tally]]) -> str:
    """The tallies as a table in Markdown."""
    rows = [(what, *(f"{getattr(tally, name):,}" for _, tally in tallies)) for what, name in ROWS]
    return table(("", *(name for name, _ in tallies)), rows)


def in_memory() -> tempfile.TemporaryDirectory[str]:
    """A folder that is gone in the end, in memory where the machine allows."""
    return tempfile.TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else None)


def kill_plain(args: argparse.Namespace, closing: ExitStack) -> Tally:
    """Kill the plain build; before the agent is loaded, since what is forked then is small."""

    def begin(part: int, folder: Path) -> Executioner:
        return Executioner(Plain(folder / "saver.db"), folder, part)

    folder = Path(closing.enter_context(in_memory()))
    return spread(args.kills, args.workers, begin, folder)


def kill_ours(args: argparse.Namespace, closing: ExitStack) -> Tally:
    """Kill the agent."""
    from benchmarks.kills.ours import Ours
    from evaluation.shop import open_shop

    shop = open_shop(args.shop)
    warm, folder = (Path(closing.enter_context(in_memory())) for _ in range(2))
    Ours(shop, f"sqlite:///{warm}/store.db").warm(warm)
    server = closing.enter_context(_server()) if args.postgres else None

    def begin(part: int, folder: Path) -> Executioner:
        url = server.new_database() if server else f"sqlite:///{folder / 'store.db'}"
        return Executioner(Ours(shop, url), folder, part)

    return spread(args.kills, args.workers, begin, folder)


def _server() -> "AbstractContextManager[PostgresServer]":
    from benchmarks.postgres_server import postgres_server

    return postgres_server()


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill, count and tell; status 1 when this agent lost, doubled or repeated something, or got stuck."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=3000, help="of each system")
    parser.add_argument("--shop", type=Path, default=None)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--postgres", action="store_true", help="the agent's store in PostgreSQL")
    parser.add_argument("--alone", action="store_true", help="leave the plain build out")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/reliability.md")
    args = parser.parse_args(arguments)
    started = time.monotonic()
    tallies: list[tuple[str, Tally]] = []
    with ExitStack() as closing:
        if not args.alone:
            tallies.append((Plain.name, kill_plain(args, closing)))
        tallies.insert(0, ("this agent", kill_ours(args, closing)))
    if args.json:
        print(json.dumps({name: vars(tally) for name, tally in tallies}))
    else:
        print(side_by_side(tallies))
        print(f"{time.monotonic() - started:.0f} s")
    if args.write:
        write_block(PAGE, "crash-postgres" if args.postgres else "crash", side_by_side(tallies))
    ours = tallies[0][1]
    return int(any((ours.doubled, ours.lost, ours.stuck, ours.sent_twice)))


if __name__ == "__main__":
    sys.exit(main())
