"""Reading suites: one task a line in ``.jsonl`` files, each file one family, its untouched half in a file of its own."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from evaluation.play.case import Case
from evaluation.records import Split, State
from evaluation.simulator.customer import Customer, CustomerScript
from evaluation.simulator.written import WrittenCustomer
from evaluation.suites.changes import expected_state
from evaluation.suites.spans import FREE
from evaluation.suites.task import Task
from knowledge.errors import PackError
from knowledge.findings import Finding, Place, in_reading_order
from knowledge.pack import Pack
from knowledge.source import read_source
from knowledge.strict_json import parse_line
from tools.mock_apis.apis import MockApis

UNTOUCHED = "-untouched"
MAX_TURNS = 16


Speak = Callable[[Task], Customer]
"""Gives the customer of a task a voice."""


class TaskReader:
    """Reads files of tasks: those whose first line is an object with ``asks``.

    Args:
        speak: speaks freely for the customers; None: they follow their scenarios by rule.
    """

    def __init__(self, speak: Speak | None = None) -> None:
        self._speak = speak

    def reads(self, file: Path) -> bool:
        """Whether the file holds tasks."""
        if file.suffix != ".jsonl":
            return False
        with file.open(encoding="utf-8-sig", errors="replace") as lines:
            first = next((line for line in lines if line.strip()), "")
        return '"asks"' in first and '"turns"' not in first

    def read(self, file: Path, pack: Pack) -> Sequence[Case]:
        """Read the tasks of a file; see `CaseReader.read`."""
        return [task_case(task, file.name, self._speak) for task in load_tasks(file)]


def load_tasks(file: Path) -> tuple[Task, ...]:
    """Read the tasks of one file, in its order.

    Raises:
        PackError: with the findings of all lines.
    """
    tasks: list[Task] = []
    findings: list[Finding] = []
    for number, line in enumerate(read_source(file.parent, file.name).split("\n"), start=1):
        if line.strip():
            try:
                tasks.append(parse_line(line, Place(file.name, number), Task))
            except PackError as error:
                findings.extend(error.findings)
    if findings:
        raise PackError(in_reading_order(findings))
    return tuple(tasks)


def task_case(task: Task, origin: str, speak: Speak | None = None) -> Case:
    """Make a case of a task.

    Args:
        task: what is played.
        origin: the name of its file: the family, with ``-untouched`` behind it for tasks that the agent is not developed against.
        speak: speaks freely for the customer; None: by rule.
    """
    stem = Path(origin).stem
    split: Split = "untouched" if stem.endswith(UNTOUCHED) else "tuned"
    return Case(
        case_id=task.id,
        origin=origin,
        script=partial(_script, task, speak),
        customer_id=task.customer_id,
        now=task.now,
        region=task.region,
        product_id=task.product_id,
        family=stem.removesuffix(UNTOUCHED),
        split=split,
        tags=(*task.tags, FREE) if speak else task.tags,
        max_turns=MAX_TURNS,
        expected_after=partial(_expected, task),
        task=task.model_dump(mode="json", exclude_defaults=True),
        prepare=partial(_break, task) if task.faults else None,
    )


def _break(task: Task, apis: MockApis) -> None:
    """Switch the faults of a task on."""
    boards = {"orders": apis.orders_faults, "logistics": apis.logistics_faults}
    for service, faults in task.faults.items():
        boards[service].set(*faults)


def _script(task: Task, speak: Speak | None, trial: int) -> CustomerScript:
    return CustomerScript(speak(task) if speak else WrittenCustomer(task, f"{task.id}#{trial}"))


def _expected(task: Task, before: State) -> State:
    return expected_state(task.changes, task.customer_id, before)
