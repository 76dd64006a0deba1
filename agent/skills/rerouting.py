"""Asks whose words say more surely than the classifier what they are about, or that they are about nothing known."""

import re
from collections.abc import Mapping
from dataclasses import replace

from agent.skills.attributes import care_asked
from agent.skills.pricing import asks_price
from agent.turn.context import Turn
from agent.understanding.intents import Intent
from agent.understanding.understand import IntentScore
from retrieval.answer_types import asked_types

_THERE = re.compile(r"有(?:没|木|莫|冇)有?|[还有](?:有|在|剩)|有(?:吗|么|嘛|不|货|卖)|缺货|断货|现货|到货")
"""Words that ask whether something can be bought."""
_ELSE = re.compile(
    r"(?<!有)(?:没有?|没货|没了|断货|缺货|卖完|售罄|买不到).{0,8}(?:别的|其[他它]|类似|推荐|替代|代替|差不多|同款)"
)
"""Words that ask for something else where one thing is sold out."""
_PAID_UNSEEN = re.compile(
    r"(?:扣|付|支付|转)(?:了|过|款|费|成功)?.{0,3}(?:钱|款|了|成功)?.{0,8}(?:[没未](?:有)?(?:付|支付|成功|到账|显示|生成|订单)|待付款|待支付|失败|不成功)"
)
"""Money that was taken for an order that does not show it."""
_SURE = 0.8
_SIGNS: Mapping[Intent, re.Pattern[str]] = {
    "thanks": re.compile(
        r"谢|感恩|好[的嘞吧]|知道|明白|了解|清楚|再见|拜|辛苦|^[嗯哦噢行okOK啊呀,.。!~\s]+$|没事|不用|不需要|晚安|thx|thank"
    ),
    "hesitation": re.compile(
        r"贵|便宜|想|考虑|看看|犹豫|纠结|值|预算|优惠|算了|买|价|别家|等|钱|少|折|再说|要不要|合适|划"
    ),
    "coupon": re.compile(r"券|优惠|领|码|抵|红包|减|折|发|给|张|用"),
    "capability": re.compile(r"能|会|可以|什么|啥|功能|帮|做|干|哪些"),
    "identity": re.compile(r"你|谁|机器|人|ai|智能|客服|叫", re.IGNORECASE),
}
"""What must stand in words that are taken for small matters without being sure."""


def rerouted(turn: Turn, score: IntentScore) -> IntentScore:
    """The ask with the intent that its words show: goods that are named, money that was taken.

    Args:
        turn: the turn as this ask sees it.
        score: the ask as it was classified.
    """
    mention, text = turn.understood.products, score.clause
    if score.intent in ("order_status", "refund_status", "payment", "logistics") and _PAID_UNSEEN.search(text):
        return replace(score, intent="payment")
    if score.intent != "product_info" and _is_on_care(turn, text):
        return replace(score, intent="product_info")
    if not mention.is_explicit or mention.source not in ("id", "name", "part"):
        return score
    if score.intent in ("size_advice", "recommend", "product_info") and _ELSE.search(text):
        return replace(score, intent="stock")
    if score.intent not in ("out_of_scope", "chitchat"):
        return score
    if asks_price(text):
        return replace(score, intent="product_info")
    return replace(score, intent="stock") if _THERE.search(text) else score


def _is_on_care(turn: Turn, text: str) -> bool:
    """Whether a question is on how the goods in view are cared for, and not on who pays for it."""
    is_on_money = asked_types(text) & {"party", "amount"}
    return turn.product is not None and not is_on_money and bool(care_asked(turn.product, text))


def asks_for_else(text: str) -> bool:
    """Whether folded words ask for something else where one thing is sold out."""
    return _ELSE.search(text) is not None


def is_groundless(turn: Turn) -> bool:
    """Whether a message was taken for a small matter, unsurely and without any word of it: it was not understood."""
    if len(turn.understood.intents) != 1:
        return False
    score = turn.understood.intents[0]
    sign = _SIGNS.get(score.intent)
    return sign is not None and score.confidence < _SURE and not sign.search(turn.understood.folded)
