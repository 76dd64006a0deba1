"""Playing many cases: one after another, or shared among processes; what comes out is the same."""

import asyncio
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from functools import cache
from multiprocessing import get_context

from evaluation.play.setup import Opened, Order, open_order
from evaluation.records import PlayedCase, case_from_json, case_to_json

Task = tuple[int, int]
"""Position of a case, and the trial."""


def play_here(opened: Opened, tasks: Sequence[Task], done: Callable[[PlayedCase], None]) -> None:
    """Play cases one after another in this process.

    Args:
        opened: what plays.
        tasks: what is played.
        done: called with each case when it is finished.
    """

    async def run() -> None:
        for number, trial in tasks:
            done(await opened.player.play(opened.cases.cases[number], trial))

    asyncio.run(run())


def play_shared(order: Order, tasks: Sequence[Task], workers: int, done: Callable[[PlayedCase], None]) -> None:
    """Share cases among processes; each opens the order for itself.

    Args:
        order: what is asked for.
        tasks: what is played.
        workers: so many processes.
        done: called with each case when it is finished, in the order of finishing.
    """
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _leave_stopping_to_the_first)
    try:
        for line in _finished(pool, order, tasks, workers):
            done(case_from_json(line))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _finished(pool: ProcessPoolExecutor, order: Order, tasks: Sequence[Task], workers: int) -> Iterator[str]:
    """Lines of finished cases; only as many tasks are handed out as workers can take, so that a stop is quick."""
    left = iter(tasks)
    running: set[Future[str]] = set()
    while True:
        for task in left:
            running.add(pool.submit(_play, order, task))
            if len(running) > workers:
                break
        if not running:
            return
        finished, running = wait(running, return_when=FIRST_COMPLETED)
        for one in finished:
            yield one.result()


def _leave_stopping_to_the_first() -> None:
    """Ctrl-C is the first process's affair: it keeps what is done and ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@cache
def _opened(order: Order) -> Opened:
    """Opened once in each process."""
    return open_order(order)


def _play(order: Order, task: Task) -> str:
    number, trial = task
    opened = _opened(order)
    return case_to_json(asyncio.run(opened.player.play(opened.cases.cases[number], trial)))
