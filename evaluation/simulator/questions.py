"""What a reply asks of the customer, read from its words as a customer would read them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from evaluation.simulator.scenario import Confirmable, Slot

_SENTENCE = re.compile(r"[^。！!？?\n；;]+[。！!？?\n；;]*")
_ASKS = re.compile(r"[?？]|(?:发|告诉)(?:给)?我|请(?:您)?(?:先)?(?:提供|说一下|说说)|(?:吗|呢|么)[。！!]?$")
_SLOTS: Mapping[Slot, re.Pattern[str]] = {
    "order": re.compile(r"订单(?:编)?号|单号|哪一?笔|哪个订单|哪一?[个张]?单|哪一?件商品"),
    "address": re.compile(r"(?:收货|新的?|详细|完整).{0,4}地址|地址.{0,6}(?:发|写|告诉|提供|是)|门牌"),
    "phone": re.compile(r"手机号|电话(?:号码?)?(?:是|发|告诉|多少)|联系电话"),
    "size": re.compile(r"尺码|码数|(?:哪个|什么|几|多大)码|多大的"),
    "color": re.compile(r"颜色|什么色|哪个色"),
    "reason": re.compile(r"(?:退货|退款|换货|退换)?(?:的)?原因|为什么(?:要|想)?退|遇到了?什么问题"),
    "measure": re.compile(r"身高|体重|腰围|胸围|臀围|脚长|三围|平时穿"),
    "product": re.compile(r"哪[一个]?款|哪一?件|什么商品|哪个商品|商品(?:名|链接)|(?:什么|哪些?)(?:衣服|款式)"),
}
_YES_OR_NO = re.compile(
    r"确认|(?:需要|要|可以|是否|要不要)(?:我)?(?:现在)?(?:帮您|为您|给您)?(?:领取?|登记|取消|办理|提交|转|申请|修改|订阅|安排)|办理吗|可以吗|好吗|提交吗|登记吗|领取吗"
)
_ACTIONS: Mapping[Confirmable, re.Pattern[str]] = {
    "human": re.compile(r"人工|转接|同事"),
    "create_return": re.compile(r"退货申请|换货申请|退款申请|申请退|申请换|提交退|提交换|退货|换货"),
    "change_address": re.compile(r"地址|收货信息"),
    "issue_coupon": re.compile(r"领取|领(?:一下|吗|券)|优惠券|券|发放"),
    "subscribe_restock": re.compile(r"到货|登记"),
    "cancel_order": re.compile(r"取消"),
}
"""Read in this order: a return is often worded with 取消 beside it, hardly the other way round."""
_OFFERS_PERSON = re.compile(
    r"回复.{0,3}人工|需要(?:的话)?我?.{0,6}转(?:接)?人工|(?:帮|为|给)您转(?:接)?人工.{0,6}[吗?？]|要转人工"
)
_LOST = re.compile(
    r"没(?:有|太|能)*(?:明白|理解|听懂|看懂|懂)|换(?:个|一种)?说法|再(?:说|描述)(?:一[遍次下])|不(?:太)?(?:明白|理解)您"
)
_NOT_FOUND = re.compile(r"(?:没有?|未)(?:能)?(?:查询?|找)到|查不到|找不到|没有(?:这个|您说的|对应的)?订单|不存在")


@dataclass(frozen=True)
class Question:
    """What a reply asks."""

    slots: tuple[Slot, ...] = ()
    """What it wants to be told, in the order of asking."""
    proposal: Confirmable | None = None
    """What it puts to a yes."""
    offers_person: bool = False
    """Whether it offers to pass the customer to a person."""
    is_lost: bool = False
    """Whether it says that it did not understand."""
    is_not_found: bool = False
    """Whether it says that what was named is not there."""


def read_question(text: str) -> Question:
    """Read what a reply asks.

    Args:
        text: the reply's words.

    Returns:
        The question; one without anything when the reply only tells.
    """
    asking = [sentence for sentence in _SENTENCE.findall(text) if _ASKS.search(sentence)]
    asked = "".join(asking)
    found = sorted((match.start(), slot) for slot, pattern in _SLOTS.items() if (match := pattern.search(asked)))
    proposal = _proposal(asking, text)
    return Question(
        slots=() if proposal else tuple(slot for _, slot in found),
        proposal=proposal,
        offers_person=_OFFERS_PERSON.search(text) is not None,
        is_lost=_LOST.search(text) is not None,
        is_not_found=_NOT_FOUND.search(text) is not None,
    )


def _proposal(asking: list[str], text: str) -> Confirmable | None:
    """What is put to a yes: named in the question itself, else in the sentences before it."""
    for sentence in asking:
        if _YES_OR_NO.search(sentence) and not re.search(r"哪|什么|几|多少|麻烦|发给?我|告诉我", sentence):
            named = _action(sentence, without_person=False) or _action(text, without_person=True)
            return None if named == "human" else named
    return None


def _action(text: str, *, without_person: bool) -> Confirmable | None:
    return next(
        (
            action
            for action, pattern in _ACTIONS.items()
            if not (without_person and action == "human") and pattern.search(text)
        ),
        None,
    )
