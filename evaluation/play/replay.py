"""One replay from an order to a run: go on where it stopped, play what is left, put everything in its order."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from evaluation.play.journal import Journal
from evaluation.play.setup import Opened, Order
from evaluation.play.workers import Task, play_here, play_shared
from evaluation.records import PlayedCase, Run

Watch = Callable[[int, int], None]
"""Told how many cases are done, and of how many."""


def replay(order: Order, opened: Opened, workers: int, folder: Path | None, watch: Watch) -> Run:
    """Play everything that an order asks for.

    Args:
        order: what is asked for.
        opened: the order, opened in this process.
        workers: processes that share the cases, at least 1; what comes out is the same.
        folder: where finished cases are kept as they finish; None: nowhere.
        watch: told the progress.

    Returns:
        The run, its cases in the order of the files and lines, trial after trial.

    Raises:
        OtherRun: the folder holds an unfinished run of other options.
        ReplayError: see `open_order`.
        KeyboardInterrupt: stopped; finished cases stay in the folder.
    """
    tasks = [(number, trial) for trial in range(1, order.trials + 1) for number in range(len(opened.cases.cases))]
    if folder is None:
        return _in_order(opened, tasks, _play(order, opened, tasks, workers, {}, lambda case: None, watch))
    with closing(Journal(folder, opened.run)) as journal:
        return _in_order(opened, tasks, _play(order, opened, tasks, workers, journal.kept, journal.add, watch))


def _play(
    order: Order,
    opened: Opened,
    tasks: list[Task],
    workers: int,
    kept: dict[tuple[str, int], PlayedCase],
    keep: Callable[[PlayedCase], None],
    watch: Watch,
) -> dict[tuple[str, int], PlayedCase]:
    played = dict(kept)
    left = [task for task in tasks if _key(opened, task) not in played]
    watch(len(tasks) - len(left), len(tasks))

    def done(case: PlayedCase) -> None:
        keep(case)
        played[case.key] = case
        watch(len(played), len(tasks))

    if workers > 1 and len(left) > 1:
        play_shared(order, left, min(workers, len(left)), done)
    else:
        play_here(opened, left, done)
    return played


def _in_order(opened: Opened, tasks: list[Task], played: dict[tuple[str, int], PlayedCase]) -> Run:
    return replace(opened.run, cases=tuple(played[_key(opened, task)] for task in tasks))


def _key(opened: Opened, task: Task) -> tuple[str, int]:
    number, trial = task
    return opened.cases.cases[number].case_id, trial
