"""Tasks of another project on their way to a task of a suite: what has a counterpart here, and what has none."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from agent.handoff.reasons import HandoffReason
from evaluation.adapters.errors import NoCounterpart
from evaluation.play.case import Case
from evaluation.suites.reader import Speak, task_case
from evaluation.suites.spans import FREE
from evaluation.suites.task import Task
from knowledge.findings import Place
from tools.mock_apis.seed import Seed, SeedOrder

Json = dict[str, Any]

_CAN_CANCEL = ("unpaid", "paid")
_CAN_MOVE = ("unpaid", "paid", "packing")
_CAN_RETURN = ("shipped", "signed")
_MANY = 6
"""Words up to which a fact counts as the gold agent's whole reply."""


@dataclass
class Wanted:
    """What a task expects, gathered from its actions."""

    seed: Seed
    orders: dict[str, Json] = field(default_factory=dict)
    """New values by order."""
    returns: list[Json] = field(default_factory=list)
    meant: dict[str, None] = field(default_factory=dict)
    """Orders that something is done to."""
    confirms: dict[str, Json] = field(default_factory=dict)
    address: str = ""
    tools: list[Json] = field(default_factory=list)
    sources: list[list[str]] = field(default_factory=list)
    is_handoff: bool = False
    notes: list[str] = field(default_factory=list)
    """Parts that are not judged, and why."""

    def cancel(self, order_id: str) -> None:
        """An order is cancelled."""
        self._order(order_id, _CAN_CANCEL, "cancelled")
        self._put("cancel_order", order_id, {"status": "cancelled"})

    def move(self, order_id: str, values: Mapping[str, str]) -> None:
        """An order goes to another address (and phone)."""
        self._order(order_id, _CAN_MOVE, "sent elsewhere")
        self._put("change_address", order_id, dict(values))
        self.address = values["address"]

    def send_back(self, order_id: str, skus: Sequence[str] | None = None, exchange_sku: str | None = None) -> None:
        """Goods of an order are returned, or exchanged.

        Args:
            order_id: the order.
            skus: the goods; None: all of the order.
            exchange_sku: what they are exchanged for; None: a return.
        """
        order = self._order(order_id, _CAN_RETURN, "returned or exchanged")
        bought = [item.sku for item in order.items]
        chosen = list(dict.fromkeys(skus if skus is not None else bought))
        missing = [sku for sku in chosen if sku not in bought]
        if missing:
            raise NoCounterpart(f"order {order_id!r} holds no {missing[0]!r}")
        kind = "exchange" if exchange_sku else "return"
        self.returns += [
            {"order_id": order_id, "sku": sku, "kind": kind, "exchange_sku": exchange_sku} for sku in chosen
        ]
        whole = {"status": "refunding"} if kind == "return" and set(chosen) == set(bought) else {}
        self._put("create_return", order_id, whole)

    def look_up(self, tool: str, args: Json) -> None:
        """Something is looked up."""
        self.tools.append({"name": tool, "args": args})

    def _put(self, tool: str, order_id: str, values: Json) -> None:
        if values:
            self.orders.setdefault(order_id, {}).update(values)
        self.confirms[tool] = {"answer": "yes"}
        self.meant[order_id] = None

    @property
    def facts(self) -> dict[str, str]:
        """What the customer knows: the order, where only one is meant, and the new address."""
        known = {"order": next(iter(self.meant)) if len(self.meant) == 1 else "", "address": self.address}
        return {name: value for name, value in known.items() if value}

    def _order(self, order_id: str, statuses: Sequence[str], what: str) -> SeedOrder:
        order = next((one for one in self.seed.orders if one.order_id == order_id), None)
        if order is None:
            raise NoCounterpart(f"there is no order {order_id!r} in its data")
        if order.status not in statuses:
            raise NoCounterpart(
                f"order {order_id!r} is {order.status!r}, and only {', '.join(statuses)} ones can be {what} here"
            )
        return order


@dataclass(frozen=True)
class Told:
    """A task with what became of it."""

    place: Place
    name: str
    case: Case | None
    """None: it is left out."""
    notes: tuple[str, ...]
    """Why it is left out, or what of it is not judged."""


def tell(place: Place, name: str, seed: Seed, make: Callable[[Wanted], Case]) -> Told:
    """Make a case of a task, or tell why it has none.

    Args:
        place: of the task.
        name: its id.
        seed: the shop's orders and customers.
        make: gathers what is wanted and makes the case; raises `NoCounterpart` where it cannot.
    """
    wanted = Wanted(seed)
    try:
        case = make(wanted)
    except NoCounterpart as cause:
        return Told(place, name, None, (str(cause),))
    return Told(place, name, case, tuple(dict.fromkeys(wanted.notes)))


def adapted(
    name: str,
    origin: str,
    customer_id: str,
    goal: str,
    asks: Sequence[str],
    wanted: Wanted,
    told: Iterable[str],
    speak: Speak | None,
    **more: Any,
) -> Case:
    """Make a case of a task.

    Args:
        name: its id.
        origin: the name of its file.
        customer_id: whose it is.
        goal: the whole scenario, for a model that speaks for the customer.
        asks: what the customer comes with, in order.
        wanted: what is expected.
        told: facts that must be told.
        speak: speaks freely for the customer; None: by rule.
        more: other keys of the task, such as ``mood``.

    Returns:
        The case, judged as the suites' tasks are, over all its turns together: other projects do not say which ask an action belongs to.
    """
    facts = list(dict.fromkeys(told))
    expect = {"include": [[fact] for fact in facts], "sources": wanted.sources, "tools": wanted.tools}
    gold = ["、".join(facts[:_MANY]) or "好的。"]
    *first, last = asks
    task = Task.model_validate(
        {
            "id": name,
            "customer_id": customer_id,
            "goal": goal,
            "asks": [*({"say": ask, "gold": gold} for ask in first), {"say": last, "gold": gold, "expect": expect}],
            "facts": wanted.facts,
            "confirms": wanted.confirms,
            "changes": {"orders": wanted.orders, "returns": wanted.returns},
            "handoff": {"reason": get_args(HandoffReason), "ask": len(asks)} if wanted.is_handoff else None,
            "tags": () if speak else (FREE,),
            **more,
        }
    )
    case = task_case(task, origin, speak)
    return replace(case, family=_family(wanted), split=None)


def noted(told: Told) -> list[str]:
    """Lines for the report on a task that is not played, or on its parts that are not judged."""
    done = "not judged" if told.case else "not played"
    return [f"{told.place}: task {told.name}: {note}: {done}" for note in told.notes]


def first_person(text: str) -> str:
    """A scenario told to the customer (``you``, 你) in the customer's own mouth (``I``, 我), by rule."""
    for pattern, words in _PERSONS:
        text = pattern.sub(words, text)
    return text.replace("你", "我").strip()


_PERSONS = tuple(
    (re.compile(rf"\b{pattern}\b", re.IGNORECASE), words)
    for pattern, words in (
        ("you are", "I am"),
        ("you're", "I'm"),
        ("you were", "I was"),
        ("you've", "I have"),
        ("you'd", "I would"),
        ("yourself", "myself"),
        ("yours", "mine"),
        ("your", "my"),
        ("you", "I"),
    )
)


def _family(wanted: Wanted) -> str:
    if wanted.is_handoff:
        return "handoff"
    return "+".join(sorted(wanted.confirms)) or "answers"
