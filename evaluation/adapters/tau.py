"""tau2's tasks (a folder with ``tasks.json``, ``db.json`` and ``policy.md``) as cases that ask about the folder's own shop."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import Field

from evaluation.adapters.errors import NoCounterpart
from evaluation.adapters.rows import Foreign, first_keys, fit_all, read_rows
from evaluation.adapters.tasks import Told, Wanted, adapted, first_person, noted, tell
from evaluation.adapters.tau_data import TauDb, TauShop, address_of, load_tau, number_of, tau_files
from evaluation.play.case import Case
from evaluation.suites.reader import Speak
from knowledge.pack import Pack
from knowledge.shop import Word

TASKS = "tasks.json"


class Action(Foreign):
    """A call that tau2's own agent would make."""

    name: Word
    arguments: dict[str, Any] = Field(default_factory=dict)


class Instructions(Foreign):
    """What the customer is told about themselves."""

    reason_for_call: Word
    known_info: str | None = None
    unknown_info: str | None = None
    task_instructions: str | None = None


class UserScenario(Foreign):
    """The customer."""

    instructions: Instructions


class Criteria(Foreign):
    """What a task is judged by."""

    actions: tuple[Action, ...] | None = None
    communicate_info: tuple[Word, ...] | None = None
    nl_assertions: tuple[Word, ...] | None = None


class TauTask(Foreign):
    """One task."""

    id: Annotated[str | int, Field(union_mode="left_to_right")]
    user_scenario: UserScenario
    evaluation_criteria: Criteria


class TauReader:
    """Reads the tasks of a tau2 domain that sells goods.

    Args:
        speak: speaks freely for the customers; None: they say their scenario in the first person.
    """

    def __init__(self, speak: Speak | None = None) -> None:
        self._speak = speak

    def reads(self, file: Path) -> bool:
        """Whether the file holds such tasks."""
        return file.name == TASKS and first_keys(file) >= {"user_scenario", "evaluation_criteria"}

    def read(self, file: Path, pack: Pack) -> Sequence[Case]:
        """Read the tasks of a file; see `CaseReader.read`."""
        return [told.case for told in self._tasks(file) if told.case is not None]

    def left_out(self, file: Path, pack: Pack) -> Sequence[str]:
        """What is not played or not judged; see `LeavesOut.left_out`."""
        return [line for told in self._tasks(file) for line in noted(told)]

    def shop_files(self, file: Path) -> Mapping[str, str]:
        """The domain's shop; see `BringsShop.shop_files`."""
        return tau_files(file.parent)

    def _tasks(self, file: Path) -> Iterator[Told]:
        shop = load_tau(file.parent)
        for row, task in fit_all(TauTask, read_rows(file)):
            name = f"{file.parent.name}-{task.id}"
            yield tell(row.place, name, shop.seed, partial(self._case, name, file, shop, task))

    def _case(self, name: str, file: Path, shop: TauShop, task: TauTask, wanted: Wanted) -> Case:
        criteria, said = task.evaluation_criteria, task.user_scenario.instructions
        actions = criteria.actions or ()
        for action in actions:
            _take(action, wanted)
        wanted.notes += [f"assertion {one!r} is in words" for one in criteria.nl_assertions or ()]
        told = (said.reason_for_call, said.known_info, said.unknown_info, said.task_instructions)
        goal = "\n".join(part for part in told if part)
        asks = [first_person(f"{said.reason_for_call} {said.known_info or ''}")]
        customer = _customer(shop.db, actions)
        return adapted(name, file.name, customer, goal, asks, wanted, criteria.communicate_info or (), self._speak)


def _take(action: Action, wanted: Wanted) -> None:
    """Note what an action of tau2 means here."""
    if action.name in _NO_CHANGE:
        return
    take = _CHANGES.get(action.name)
    if take is None:
        raise NoCounterpart(f"the agent here has nothing like {action.name!r}")
    try:
        take(wanted, action.arguments)
    except KeyError as cause:
        raise NoCounterpart(f"{action.name!r} lacks the argument {cause.args[0]!r}") from cause


def _cancel(wanted: Wanted, args: Mapping[str, Any]) -> None:
    wanted.cancel(number_of(str(args["order_id"])))


def _move(wanted: Wanted, args: Mapping[str, Any]) -> None:
    wanted.move(number_of(str(args["order_id"])), {"address": address_of(args)})


def _return(wanted: Wanted, args: Mapping[str, Any]) -> None:
    wanted.send_back(number_of(str(args["order_id"])), [str(one) for one in args["item_ids"]])


def _exchange(wanted: Wanted, args: Mapping[str, Any]) -> None:
    old, new = args["item_ids"], args["new_item_ids"]
    if len(old) != 1 or len(new) != 1:
        raise NoCounterpart("goods are exchanged one by one here, not several in one request")
    wanted.send_back(number_of(str(args["order_id"])), [str(old[0])], str(new[0]))


def _hand_over(wanted: Wanted, args: Mapping[str, Any]) -> None:
    wanted.is_handoff = True


_CHANGES: Mapping[str, Callable[[Wanted, Mapping[str, Any]], None]] = MappingProxyType(
    {
        "cancel_pending_order": _cancel,
        "modify_pending_order_address": _move,
        "return_delivered_order_items": _return,
        "exchange_delivered_order_items": _exchange,
        "transfer_to_human_agents": _hand_over,
    }
)
_NO_CHANGE = frozenset(
    {
        "calculate",
        "find_user_id_by_email",
        "find_user_id_by_name_zip",
        "get_item_details",
        "get_order_details",
        "get_product_details",
        "get_user_details",
        "list_all_product_types",
        "think",
    }
)
"""Look-ups, which tau2 does not judge either; who the customer is, a shop's channel says."""


def _customer(db: TauDb, actions: Sequence[Action]) -> str:
    """Whose task it is: tau2 leaves that to be found out, here the session says it."""
    orders = {number_of(order.order_id): order.user_id for order in db.orders.values()}
    for action in actions:
        args = action.arguments
        if str(args.get("user_id")) in db.users:
            return str(args["user_id"])
        owner = orders.get(number_of(str(args.get("order_id", ""))))
        if owner is not None:
            return owner
        found = next((user.user_id for user in db.users.values() if _is_meant(args, user)), None)
        if found is not None:
            return found
    raise NoCounterpart("none of its actions says who the customer is")


def _is_meant(args: Mapping[str, Any], user: Any) -> bool:
    if args.get("email"):
        return bool(args["email"] == user.email)
    named = (args.get("first_name"), args.get("last_name"), args.get("zip"))
    return named == (user.name.first_name, user.name.last_name, user.address.get("zip"))
