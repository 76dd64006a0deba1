"""The package of a handoff in words: what the person who takes over reads first."""

from collections.abc import Mapping, Sequence
from typing import Any

from agent.store.records import HandoffTicket

REASONS = {
    "requested": "客户要求人工",
    "always_word": "客户提到了必须由人工处理的事",
    "anger": "客户情绪激动",
    "over_limit": "金额超过自动处理的上限",
    "tool_outage": "订单或物流系统暂时查不到",
    "unresolved": "连续几轮没有解决客户的问题",
    "unknown_outcome": "有一笔操作不确定是否成功，需要核实",
    "safety": "涉及人身安全",
    "turn_failed": "程序出错，没能处理客户的消息",
    "taken_over": "同事主动接入",
}
"""Why a person is due, in words; see `agent.handoff.reasons`."""
_SLOTS = {"order_id": "订单", "product_id": "商品"}
_ROLES = {"customer": "客户", "assistant": "机器人", "human": "人工"}
_MOODS = {"anger": "生气", "hesitation": "犹豫"}


def describe(ticket: HandoffTicket, then: str = "") -> str:
    """The package of a handoff as Markdown; what it does not hold is left out.

    Args:
        ticket: of the handoff.
        then: what the person does when they are done; empty: not told.
    """
    package = ticket.package
    parts = [
        f"**转人工：{REASONS.get(ticket.reason, ticket.reason)}**"
        + ("（非服务时间，已告知客户稍后回复）" if ticket.kind == "call_back" else ""),
        _line("概要", str(package.get("summary", "")).removesuffix(f"；转人工原因：{ticket.reason}")),
        _line("客户的问题", package.get("ask")),
        _line("客户", package.get("customer_id")),
        *(_line(_SLOTS[name], value) for name, value in _mapping(package.get("slots")).items() if name in _SLOTS),
        _line("情绪", "、".join(f"{_MOODS.get(name, name)} {value}" for name, value in _moods(package))),
        _list("已查到", [str(fact) for fact in _items(package.get("evidence"))]),
        _list("做过的查询和操作", [_use(use) for use in _items(package.get("tools"))]),
        _list("已答应客户", [str(promise) for promise in _items(package.get("promises"))]),
        _list("最近的对话", [_said(entry) for entry in _items(package.get("history"))]),
        f"工单 `{ticket.ticket_id}`。{then}",
    ]
    return "\n\n".join(part for part in parts if part)


def _line(name: str, value: object) -> str:
    return f"**{name}**：{_flat(value)}" if value else ""


def _list(name: str, entries: Sequence[str]) -> str:
    return f"**{name}**\n" + "\n".join(f"- {_flat(entry)}" for entry in entries) if entries else ""


def _use(use: object) -> str:
    told = _mapping(use)
    args = "、".join(str(value) for value in _mapping(told.get("args")).values())
    return f"{told.get('name', '')}({args})" + ("" if told.get("ok") else " 失败")


def _said(entry: object) -> str:
    role, text = (*_items(entry), "", "")[:2]
    return f"{_ROLES.get(str(role), str(role))}：{text}"


def _moods(package: Mapping[str, object]) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in _mapping(package.get("mood")).items() if value]


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _items(value: object) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _flat(value: object) -> str:
    """On one line: a customer's line breaks must not look like lines of the note."""
    return unlinked(" ".join(str(value).split()))


def unlinked(text: str) -> str:
    """Words of a customer for a place that reads Markdown: none of them becomes a picture that is loaded, or a link under other words.

    Args:
        text: as it was written.
    """
    return text.replace("](", "] (").replace("][", "] [")
