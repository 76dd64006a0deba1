"""Slips of the input method in words of trade: 退或 for 退货, 忧惠 for 优惠.

The wrong forms are not listed one by one: they follow from a vocabulary of trade words and from characters that one input method
offers for one sound. A wrong form that is itself a word, or that meets across two words, is kept out.
"""

import re
from collections.abc import Mapping

VOCABULARY: tuple[str, ...] = (
    "退货",
    "换货",
    "发货",
    "收货",
    "到货",
    "补货",
    "现货",
    "缺货",
    "订货",
    "验货",
    "优惠",
    "优惠券",
    "消费券",
    "代金券",
    "折扣",
    "满减",
    "包邮",
    "邮费",
    "运费",
    "快递",
    "物流",
    "订单",
    "单号",
    "下单",
    "发票",
    "尺码",
    "尺寸",
    "大码",
    "均码",
    "退款",
    "付款",
    "款式",
    "地址",
    "客服",
    "人工",
    "便宜",
    "会员",
    "质量",
    "保修",
    "关税",
    "清关",
    "海关",
    "签收",
    "支付",
    "预售",
    "库存",
    "投诉",
    "差评",
    "衣服",
    "裙子",
    "鞋子",
)
"""Words whose slips are mended. Nothing here is a product of any one shop."""

SAME_SOUND: Mapping[str, str] = {
    "货": "或伙获祸霍惑",
    "惠": "会汇慧绘毁",
    "优": "忧幽悠尤犹",
    "券": "卷劝圈",
    "折": "拆哲",
    "扣": "寇",
    "递": "弟第地帝蒂",
    "快": "块筷",
    "物": "务雾误悟勿",
    "流": "留硫榴溜刘",
    "订": "定钉",
    "票": "漂飘瞟",
    "尺": "齿迟",
    "码": "马吗妈玛蚂",
    "寸": "村存",
    "款": "宽筐",
    "址": "止纸指",
    "客": "课刻",
    "服": "府负",
    "工": "功公",
    "便": "遍偏片变",
    "宜": "易益移",
    "员": "圆园元",
    "质": "治",
    "修": "休秀",
    "税": "睡",
    "签": "铅",
    "付": "富负",
    "售": "受",
    "库": "酷苦裤",
    "运": "晕允",
    "费": "废肺菲",
    "邮": "油由右",
    "裙": "群",
    "鞋": "写",
    "诉": "述",
}
"""Characters that are typed for a character because they sound alike."""

_OWN_WORDS: frozenset[str] = frozenset(
    {
        "人公",
        "付宽",
        "会元",
        "会园",
        "会圆",
        "便益",
        "写子",
        "到伙",
        "到或",
        "到获",
        "包右",
        "包由",
        "发获",
        "变宜",
        "地指",
        "地纸",
        "均吗",
        "大吗",
        "大妈",
        "大马",
        "定单",
        "宽式",
        "尺存",
        "快地",
        "换获",
        "收伙",
        "收或",
        "收获",
        "油费",
        "现伙",
        "现或",
        "现获",
        "由费",
        "补或",
        "订或",
        "运肺",
        "验或",
    }
)
"""Made-up wrong forms that occur in good text; they are never mended, except by a rule of :data:`_RULES`."""

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"定单"), "订单"),
    (re.compile(r"(?<=[换现到收补订验缺])或(?![者许是多])"), "货"),
    (re.compile(r"包油(?=$|[吗嘛么不的呢吧啊\s,。?!])"), "包邮"),
    (re.compile(r"(?<=[领用张发惠])卷(?=$|[吗嘛么呢吧啊能可怎在还没不了过有\s,。?!])"), "券"),
)
"""Slips that need their neighbours to be told from good text; each keeps the length."""


def _wrong_forms() -> dict[str, str]:
    """Every wrong form with the word it stands for: one character replaced by one that sounds alike."""
    forms: dict[str, str] = {}
    for word in VOCABULARY:
        for place, character in enumerate(word):
            for slip in SAME_SOUND.get(character, ""):
                wrong = word[:place] + slip + word[place + 1 :]
                if wrong not in _OWN_WORDS and wrong not in VOCABULARY:
                    forms.setdefault(wrong, word)
    return forms


WRONG_FORMS: Mapping[str, str] = _wrong_forms()
"""Wrong form to word; both have the same length."""

_PATTERN = re.compile(
    "(?:" + "|".join(sorted(map(re.escape, WRONG_FORMS), key=lambda form: (-len(form), form))) + ")(?!者)"
)


def mend_slips(text: str) -> str:
    """Replace slips in words of trade by the word that was meant.

    Args:
        text: folded text in simplified characters.

    Returns:
        Text of the same length; text without a slip comes back unchanged.
    """
    for pattern, word in _RULES:
        text = pattern.sub(word, text)
    return _PATTERN.sub(lambda match: WRONG_FORMS[match.group()], text)
