"""The fixed core list of what a customer can want."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

Intent = Literal[
    "product_info",
    "stock",
    "size_advice",
    "recommend",
    "price_promotion",
    "coupon",
    "hesitation",
    "order_status",
    "logistics",
    "urge_shipping",
    "cancel_order",
    "change_address",
    "return_policy",
    "return_request",
    "refund_status",
    "exchange",
    "invoice",
    "payment",
    "shipping_policy",
    "customs_tax",
    "warranty",
    "membership",
    "restock_notify",
    "complaint",
    "human",
    "identity",
    "capability",
    "service_hours",
    "greeting",
    "thanks",
    "chitchat",
    "out_of_scope",
]
"""What the customer wants; the definitions stand in ``docs/intents.md``."""

INTENTS: tuple[Intent, ...] = get_args(Intent)
"""Every intent, in the order of ``docs/intents.md``."""

PLEASANTRIES: frozenset[Intent] = frozenset({"greeting", "thanks", "chitchat"})
"""Intents that ask the shop for nothing: they give way to any other intent of the same message."""

ORDER_INTENTS: frozenset[Intent] = frozenset(
    {
        "order_status",
        "logistics",
        "urge_shipping",
        "cancel_order",
        "change_address",
        "return_request",
        "refund_status",
        "exchange",
        "invoice",
    }
)
"""Intents that are about one order of the customer's own; a bare order id continues them."""

DISPLAY_NAMES: Mapping[Intent, str] = MappingProxyType(
    {
        "product_info": "商品咨询",
        "stock": "库存查询",
        "size_advice": "尺码推荐",
        "recommend": "选购推荐",
        "price_promotion": "价格与活动",
        "coupon": "优惠券",
        "hesitation": "犹豫议价",
        "order_status": "订单状态",
        "logistics": "物流查询",
        "urge_shipping": "催发货",
        "cancel_order": "取消订单",
        "change_address": "修改收货信息",
        "return_policy": "退货规则",
        "return_request": "申请退货退款",
        "refund_status": "退款进度",
        "exchange": "换货",
        "invoice": "发票",
        "payment": "支付",
        "shipping_policy": "发货与运费规则",
        "customs_tax": "关税清关",
        "warranty": "质量与保修",
        "membership": "会员积分",
        "restock_notify": "到货通知",
        "complaint": "投诉抱怨",
        "human": "转人工",
        "identity": "身份询问",
        "capability": "能力询问",
        "service_hours": "服务时间",
        "greeting": "问候",
        "thanks": "致谢告别",
        "chitchat": "闲聊",
        "out_of_scope": "超出范围",
    }
)
"""The name of each intent that operators and editors read."""
