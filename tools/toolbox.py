"""The tools by name: what the agent can look up and do, and which of it changes something."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Effect = Literal["read", "write"]
ToolName = Literal[
    "get_order",
    "list_orders",
    "get_shipment",
    "get_stock",
    "find_promotions",
    "issue_coupon",
    "cancel_order",
    "change_address",
    "create_return",
    "subscribe_restock",
]
Schema = Mapping[str, object]
"""A JSON schema."""


@dataclass(frozen=True)
class ToolSpec:
    """One tool. The customer and the idempotency key are never parameters: they come from the session and the turn."""

    name: ToolName
    effect: Effect
    """``write`` needs the customer's yes first."""
    description: str
    """What it does, for a prompt."""
    parameters: Schema
    """JSON schema of the arguments."""


def _text(description: str) -> dict[str, object]:
    return {"type": "string", "minLength": 1, "description": description}


def _object(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None) -> Schema:
    properties = {**required, **(optional or {})}
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


_ORDER = {"order_id": _text("订单号")}
_GOODS = {"product_id": _text("商品编号"), "color": _text("颜色"), "size": _text("尺码")}

TOOLS: tuple[ToolSpec, ...] = (
    ToolSpec("get_order", "read", "查询顾客本人的一个订单", _object(_ORDER)),
    ToolSpec(
        "list_orders",
        "read",
        "列出顾客本人最近的订单，新的在前",
        _object({}, {"limit": {"type": "integer", "minimum": 1, "maximum": 100, "description": "最多几个"}}),
    ),
    ToolSpec("get_shipment", "read", "查询顾客本人的一个包裹到了哪里", _object({"tracking_no": _text("快递单号")})),
    ToolSpec("get_stock", "read", "查询商品各规格现在的库存和价格", _object({}, {"sku": _text("规格编号"), **_GOODS})),
    ToolSpec(
        "find_promotions", "read", "查询正在进行、顾客可以参加的优惠", _object({}, {"product_id": _GOODS["product_id"]})
    ),
    ToolSpec("issue_coupon", "write", "给顾客发一张优惠券", _object({"promotion_id": _text("活动编号")})),
    ToolSpec(
        "cancel_order", "write", "取消顾客本人还没有出库的订单", _object({**_ORDER, "reason": _text("顾客说的原因")})
    ),
    ToolSpec(
        "change_address",
        "write",
        "修改还没有发货的订单的收货信息",
        _object(
            {**_ORDER, "address": _text("完整的新地址")},
            {"receiver": _text("新的收货人"), "phone": _text("新的手机号")},
        ),
    ),
    ToolSpec(
        "create_return",
        "write",
        "为已发货订单里的商品申请退货或换货",
        _object(
            {
                **_ORDER,
                "skus": {"type": "array", "items": _text("规格编号"), "minItems": 1, "uniqueItems": True},
                "kind": {"type": "string", "enum": ["return", "exchange"], "description": "退货或换货"},
                "reason": _text("顾客说的原因"),
            },
            {"exchange_sku": _text("换成的规格编号")},
        ),
    ),
    ToolSpec("subscribe_restock", "write", "登记到货提醒", _object({"sku": _text("规格编号")})),
)
"""Every tool there is, reads first."""
