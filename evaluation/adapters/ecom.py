"""ECom-Bench-style tasks (a folder with ``tasks.py`` or ``tasks.json``, and ``data``) as cases that ask about its own shop."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from evaluation.adapters.ecom_data import DATA, EcomShop, ecom_files, load_ecom, page_of
from evaluation.adapters.ecom_intents import read_intents
from evaluation.adapters.errors import NoCounterpart
from evaluation.adapters.rows import Foreign, Row, first_keys, fit_all, read_rows, refuse
from evaluation.adapters.tasks import Told, Wanted, adapted, noted, tell
from evaluation.play.case import Case
from evaluation.suites.reader import Speak
from knowledge.findings import Place
from knowledge.pack import Pack
from knowledge.shop import Word
from knowledge.source import read_source

_LIST = "ALL_TASKS"
_CROSS = re.compile(r"<情绪>[^<]*(?:不满|生气|愤怒|恼火)")
_PAGES = {
    "get_gift_info": "赠品信息",
    "get_auxiliary_materials_info": "辅材材料",
    "get_installation_service_info": "安装说明",
    "get_repair_info": "维修说明",
    "get_fault_code_info": "常见故障",
}
"""Look-ups that a page answers here."""


_OTHERS = frozenset({"manage_exchange", "get_user_orders_info", "get_user_info"})
"""Look-ups that are a part of something else here."""
_PATIENCE = 5


class Call(Foreign):
    """A call that the set's own agent would make."""

    name: Word
    arguments: dict[str, Any] = Field(default_factory=dict)


class Validation(Foreign):
    """What a task is judged by."""

    outputs: tuple[Word, ...] = ()
    actions: tuple[Call, ...] = ()
    searches: tuple[Call, ...] = ()


class EcomTask(Foreign):
    """One task."""

    annotator: Annotated[str | int, Field(union_mode="left_to_right")]
    user_id: Word
    instruction: Word
    metadata: Validation


class EcomReader:
    """Reads tasks of a Chinese shop as ECom-Bench has them; a ``tasks.py`` is read as data and never run.

    Args:
        speak: speaks freely for the customers; None: they say their intents in the first person, one after another.
    """

    def __init__(self, speak: Speak | None = None) -> None:
        self._speak = speak

    def reads(self, file: Path) -> bool:
        """Whether the file holds such tasks."""
        if not (file.parent / DATA / "orders.json").is_file():
            return False
        if file.name == "tasks.py":
            return f"{_LIST} =" in file.read_text(encoding="utf-8", errors="replace")
        return file.name == "tasks.json" and first_keys(file) >= {"instruction", "metadata", "user_id"}

    def read(self, file: Path, pack: Pack) -> Sequence[Case]:
        """Read the tasks of a file; see `CaseReader.read`."""
        return [told.case for told in self._tasks(file) if told.case is not None]

    def left_out(self, file: Path, pack: Pack) -> Sequence[str]:
        """What is not played or not judged; see `LeavesOut.left_out`."""
        return [line for told in self._tasks(file) for line in noted(told)]

    def shop_files(self, file: Path) -> Mapping[str, str]:
        """The set's shop; see `BringsShop.shop_files`."""
        return ecom_files(file.parent)

    def _tasks(self, file: Path) -> Iterator[Told]:
        shop = load_ecom(file.parent)
        rows = _python_rows(file) if file.suffix == ".py" else read_rows(file)
        for row, task in fit_all(EcomTask, rows):
            name = f"{file.parent.name}-{task.annotator}"
            yield tell(row.place, name, shop.seed, partial(self._case, name, file, shop, task))

    def _case(self, name: str, file: Path, shop: EcomShop, task: EcomTask, wanted: Wanted) -> Case:
        if task.user_id not in shop.tables.users:
            raise NoCounterpart(f"there is no customer {task.user_id!r} in its data")
        unserved = [action.name for action in task.metadata.actions if not _act(action, wanted)]
        intents = read_intents(task.instruction, dict.fromkeys(unserved), has_served=bool(wanted.confirms))
        wanted.notes += intents.dropped
        said = "\n".join(intents.asks) if intents.dropped else task.instruction
        for search in task.metadata.searches:
            _search(search, shop, wanted, said)
        told = () if intents.dropped else task.metadata.outputs
        if intents.dropped and not (wanted.confirms or wanted.tools or wanted.sources):
            raise NoCounterpart(f"nothing is left to judge, for {'; '.join(intents.dropped)}")
        mood = "cross" if _CROSS.search(task.instruction) else "calm"
        more = {"mood": mood, "patience": _PATIENCE}
        return adapted(name, file.name, task.user_id, intents.goal, intents.asks, wanted, told, self._speak, **more)


def _act(action: Call, wanted: Wanted) -> bool:
    """Note what an action means here; whether it means anything."""
    args = {key: str(value) for key, value in action.arguments.items()}
    kind, order_id = args.get("action"), args.get("order_id", "")
    if action.name == "manage_order" and kind == "取消":
        wanted.cancel(order_id)
    elif action.name == "manage_order" and kind == "修改" and "address" in args:
        phone = {"phone": args["phone_number"]} if "phone_number" in args else {}
        wanted.move(order_id, {"address": args["address"], **phone})
    elif action.name == "manage_return":
        wanted.send_back(order_id)
    elif action.name == "manage_exchange" and kind == "换货" and "exchange_product_id" in args:
        wanted.send_back(order_id, [args.get("original_product_id", "")], args["exchange_product_id"])
    elif action.name == "transfer_to_specialist":
        wanted.is_handoff = True
    else:
        return False
    return True


def _search(search: Call, shop: EcomShop, wanted: Wanted, said: str) -> None:
    """Note what a look-up means here: a page or product that is cited, an order that is read; else it is not judged."""
    name, args = search.name.removesuffix("_tool"), search.arguments
    product_id, order_id = str(args.get("product_id", "")), str(args.get("order_id", ""))
    if name in _OTHERS:
        return
    is_asked = (product_id and product_id in said) or (order_id and order_id in said)
    if name in _PAGES and is_asked and shop.raw.get(product_id, {}).get(_PAGES[name]):
        wanted.sources.append([page_of(_PAGES[name], product_id), product_id])
    elif name == "get_product_info" and is_asked and product_id in shop.raw:
        wanted.sources.append([product_id])
    elif name in ("get_logistics_info", "manage_order") and is_asked and order_id in shop.tables.orders:
        wanted.look_up("get_order", {"order_id": order_id})
    else:
        wanted.notes.append(f"look-up {name!r} (no intent names its number, or nothing here corresponds to it)")


def _python_rows(file: Path) -> tuple[Row, ...]:
    """The tasks in a Python file: the literal values of the calls in its list."""
    try:
        tree = ast.parse(read_source(file.parent, file.name))
    except SyntaxError as cause:
        raise refuse(
            Place(file.name, cause.lineno), f"this is not Python: {cause.msg}.", "Correct it.", "python"
        ) from cause
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.List) and _names(node, _LIST):
            return tuple(Row(Place(file.name, one.lineno), _literal(file, one)) for one in node.value.elts)
    raise refuse(Place(file.name, 1), f"there is no list {_LIST!r}.", f"Write '{_LIST} = [Task(...), ...]'.", "python")


def _names(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)


def _literal(file: Path, node: ast.expr) -> Any:
    """A value without running anything: literals, and calls by keyword as objects."""
    if isinstance(node, ast.Call) and not node.args and all(word.arg for word in node.keywords):
        return {str(word.arg): _literal(file, word.value) for word in node.keywords}
    if isinstance(node, ast.List | ast.Tuple):
        return [_literal(file, one) for one in node.elts]
    if isinstance(node, ast.Dict) and all(key is not None for key in node.keys):
        return {
            _literal(file, key): _literal(file, one) for key, one in zip(node.keys, node.values, strict=True) if key
        }
    try:
        return ast.literal_eval(node)
    except ValueError as cause:
        message = f"{ast.unparse(node)[:60]!r} is no literal value."
        raise refuse(
            Place(file.name, node.lineno), message, "Write it out: the file is read, not run.", "python"
        ) from cause
