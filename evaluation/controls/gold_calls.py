"""The calls of the gold agent: the same clients of the same back-ends that the assistant has."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from agent.messages import ToolUse
from evaluation.suites.task import Task
from knowledge.transcripts import ExpectedTool
from tools.backends import BackEnds
from tools.errors import ToolError
from tools.toolbox import TOOLS

_WRITES = frozenset(tool.name for tool in TOOLS if tool.effect == "write")


class Calls:
    """Calls the back-ends for the customer of one task.

    Args:
        backends: the clients.
        task: says who asks, and what a write must carry.
    """

    def __init__(self, backends: BackEnds, task: Task) -> None:
        self._backends = backends
        self._task = task

    async def read(self, tools: Sequence[ExpectedTool]) -> list[ToolUse]:
        """Make the reads among some calls; what only looks into the catalogue is reported as made."""
        return [await self._read(tool.name, tool.args) for tool in tools if tool.name not in _WRITES]

    async def _read(self, name: str, args: Mapping[str, Any]) -> ToolUse:
        customer = self._task.customer_id
        orders, logistics = self._backends.orders, self._backends.logistics
        calls: Mapping[str, Callable[..., Awaitable[object]]] = {
            "get_order": orders.get_order,
            "list_orders": orders.list_orders,
            "get_shipment": logistics.get_shipment,
        }
        try:
            if name in calls:
                await calls[name](customer, **args)
        except ToolError as error:
            return ToolUse(name, dict(args), False, "read", type(error).__name__)
        return ToolUse(name, dict(args), True, "read")

    def complete(self, wanted: ExpectedTool) -> dict[str, Any]:
        """The whole arguments of a write: what the task expects of the proposal, with what the end state adds."""
        args = dict(wanted.args)
        if wanted.name == "cancel_order":
            args.setdefault("reason", "客户主动取消")
        if wanted.name == "create_return":
            rows = [row for row in self._task.changes.returns if row.order_id == args["order_id"]]
            args.setdefault("kind", "return")
            args.setdefault("reason", "不想要了")
            args.setdefault("skus", [row.sku for row in rows])
        return args

    async def write(self, name: str, args: Mapping[str, Any]) -> ToolUse:
        """Make one write."""
        try:
            await self._backends.orders.make(name, self._task.customer_id, args, key=f"gold-{self._task.id}-{name}")
        except ToolError as error:
            return ToolUse(name, dict(args), False, "write", type(error).__name__)
        return ToolUse(name, dict(args), True, "write")
