"""Which skill answers which intent: the one table that joins understanding to doing."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from agent.evidence import Answer
from agent.skills import (
    actions,
    deadlines,
    goods,
    offers,
    order_changes,
    orders,
    policy,
    returns,
    sending,
    service,
    sizes,
    smalltalk,
)
from agent.turn.context import Turn
from agent.understanding.intents import Intent
from agent.understanding.understand import IntentScore

Skill = Callable[[Turn, IntentScore], Awaitable[Answer]]

SKILLS: Mapping[Intent, Skill] = MappingProxyType(
    {
        "product_info": goods.say_product,
        "stock": goods.say_stock,
        "size_advice": sizes.advise_size,
        "recommend": goods.recommend,
        "price_promotion": offers.say_promotions,
        "coupon": offers.say_coupons,
        "hesitation": offers.persuade,
        "order_status": orders.say_order_status,
        "logistics": orders.say_logistics,
        "urge_shipping": orders.urge,
        "cancel_order": order_changes.cancel,
        "change_address": order_changes.change_address,
        "return_policy": deadlines.say_return_rule,
        "return_request": returns.return_goods,
        "refund_status": orders.say_refund,
        "exchange": returns.exchange,
        "invoice": policy.answer_policy,
        "payment": policy.answer_policy,
        "shipping_policy": sending.say_sending,
        "customs_tax": policy.answer_policy,
        "warranty": policy.answer_policy,
        "membership": policy.answer_policy,
        "restock_notify": actions.notify_restock,
        "complaint": service.soothe,
        "human": service.call_person,
        "identity": smalltalk.say_who,
        "capability": smalltalk.say_can,
        "service_hours": smalltalk.say_hours,
        "greeting": smalltalk.greet,
        "thanks": smalltalk.thank,
        "chitchat": smalltalk.chat,
        "out_of_scope": smalltalk.decline,
    }
)

LOOKED_UP: frozenset[Intent] = frozenset(SKILLS) - {"human", "greeting", "thanks", "identity"}
"""Intents for which policies are looked up before acting."""
