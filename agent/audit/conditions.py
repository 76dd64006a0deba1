"""Mentions that claim nothing: conditions, questions and attributes."""

import re

_CONDITION = re.compile(
    r"如果|假如|要是|倘若|若|如遇|如需|如有|如您|一旦|(?<!不)等(?!待|于|级)|待(?!发|付|支)|是否|有没有|有无|是不是|凡|当(?!前|天|日|季|地)|对于|只要|除非|"
    r"查询|查看|确认是|请问|(?<!尽)可能|会不会|无论|不管|尚无法|不确定|无法确[认定]|暂未查到|没有查到|没查到"
)
_OBJECT = re.compile(r"商品|订单|款(?!项)|宝贝|包裹|情况|登记|通知|提醒")
_FOLLOWED = re.compile(
    r"(?:之?后|之?前|时(?!间)|的话|的(?!话?[。!~，,]|$|呢|哦|哈|呀|啦)|吗|么|与否|没有?[?]|状态(?!为|是)|以后|起|才)"
)


def is_conditional(text: str, start: int, end: int, *, takes_object: bool = False) -> bool:
    """Whether the words at ``start`` to ``end`` are a condition, a question or an attribute and not a statement.

    Args:
        text: a folded text.
        start: where the words begin.
        end: where they end.
        takes_object: whether a noun after the words is their object (取消订单) and not what they describe (已发货订单).
    """
    opening = max(text.rfind(mark, 0, start) for mark in "。!?;，,\n") + 1
    if _CONDITION.search(text, opening, start):
        return True
    after = text[end : end + 8]
    if _FOLLOWED.match(after) or (not takes_object and _OBJECT.match(after)):
        return True
    tail = re.match(r"[^。!;，,\n]*", text[end:])
    return tail is not None and (
        text[end + tail.end() : end + tail.end() + 1] == "?" or "吗" in tail[0] or "?" in tail[0]
    )
