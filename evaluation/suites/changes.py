"""What a task changes in the back-ends, beside what it should have changed."""

from collections.abc import Mapping, Sequence
from typing import Any

from evaluation.records import Row, State
from evaluation.suites.task import Changes

Change = Mapping[str, Any]
"""One change: the table, what it is about, and the new values; without ids that the back-end makes up."""
_ORDER_FIELDS = ("status", "address", "receiver", "phone")
_TOLD = {
    "returns": ("order_id", "sku", "kind", "exchange_sku"),
    "coupons": ("customer_id", "promotion_id"),
    "subscriptions": ("customer_id", "sku"),
}
"""The columns that a task states; the others are numbers the back-end makes up, and a reason in free words."""


def expected_state(changes: Changes, customer_id: str, before: State) -> State:
    """The back-ends as they should be after a task, in the tables that can be told to the last column.

    Args:
        changes: what the task changes.
        customer_id: whose task it is.
        before: the back-ends before it.

    Returns:
        Orders and subscriptions; returns and coupons only where none is expected, for their numbers are the back-end's.
    """
    orders = [{**row, **changes.orders.get(str(row["order_id"]), {})} for row in before.get("orders", ())]
    added = [{"customer_id": customer_id, "sku": row.sku} for row in changes.subscriptions]
    expected: dict[str, Sequence[Row]] = {
        "orders": orders,
        "subscriptions": [*before.get("subscriptions", ()), *added],
    }
    if not changes.returns:
        expected["returns"] = before.get("returns", ())
    if not changes.coupons:
        expected["coupons"] = before.get("coupons", ())
    return expected


def stated_changes(changes: Changes, customer_id: str) -> list[Change]:
    """The changes that a task states, in a fixed order."""
    found: list[Change] = [
        {"table": "orders", "order_id": order_id, **{str(name): value for name, value in values.items()}}
        for order_id, values in changes.orders.items()
    ]
    found += [{"table": "returns", **row.model_dump()} for row in changes.returns]
    found += [{"table": "coupons", "customer_id": customer_id, **row.model_dump()} for row in changes.coupons]
    found += [
        {"table": "subscriptions", "customer_id": customer_id, **row.model_dump()} for row in changes.subscriptions
    ]
    return in_order(found)


def seen_changes(before: State, after: State) -> list[Change]:
    """The changes between two states, in a fixed order.

    Args:
        before: at least the rows that changed.
        after: the same later.
    """
    old = {row["order_id"]: row for row in before.get("orders", ())}
    found: list[Change] = []
    for row in after.get("orders", ()):
        was = old.get(row["order_id"], {})
        new = {name: row[name] for name in _ORDER_FIELDS if name in row and row[name] != was.get(name)}
        if new:
            found.append({"table": "orders", "order_id": row["order_id"], **new})
    for table, columns in _TOLD.items():
        had = [dict(row) for row in before.get(table, ())]
        for row in after.get(table, ()):
            if dict(row) not in had:
                found.append({"table": table, **{name: row[name] for name in columns}})
    return in_order(found)


def in_order(changes: Sequence[Change]) -> list[Change]:
    """Sort changes, so that two lists of the same ones are equal."""
    return sorted(changes, key=lambda change: sorted((name, str(value)) for name, value in change.items()))
