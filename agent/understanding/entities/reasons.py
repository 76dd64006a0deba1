"""Why goods go back."""

import re
from typing import Literal

ReturnReason = Literal[
    "发错货", "少件漏发", "商品破损", "质量问题", "与描述不符", "尺码不合", "不喜欢", "不想要了", "发货太慢"
]
"""In the words a return form uses."""

_REASONS: tuple[tuple[ReturnReason, re.Pattern[str]], ...] = (
    ("发错货", re.compile(r"发错|寄错|送错|错发|不是我(?:买|拍|要|订)的|货发的不对|给我发成|发成了")),
    (
        "少件漏发",
        re.compile(
            r"少发|漏发|少了|漏了一|缺了|少寄|缺件|少件|没给我发全|没发全|少一[个件双条包盒瓶]|差一[个件双条包盒瓶]"
        ),
    ),
    (
        "商品破损",
        re.compile(r"破损|破了|碎了|摔坏|压坏|裂了|裂开|断了|压扁|漏液|洒了|打烂|烂了|破洞|有个?洞|压变形|磕坏"),
    ),
    (
        "质量问题",
        re.compile(
            r"质量|坏的|坏了|开线|脱线|掉色|褪色|起球|瑕疵|次品|脱胶|开胶|不能用|用不了|没反应|失灵|故障|漏水|异味|发霉|变质|过期|掉漆|掉毛|有污渍|有线头|充不进电|开不了机|有毛病|不工作|做工"
        ),
    ),
    (
        "与描述不符",
        re.compile(
            r"色差|不一样|不符|货不对板|不对版|和图片差|跟图片差|与图片|描述不|不是正品|假货|假的|实物差|差太多|差别太大"
        ),
    ),
    (
        "尺码不合",
        re.compile(
            r"(?:太|偏|有点|稍微|买|拍|码数|码)(?:大|小|长|短|紧|松|肥|瘦)了?|(?:大|小|长|短|紧|松)了(?:点|些|一点|一码|两码)?|不合身|尺码不|码不对|穿不上|穿不下|穿不进|不合脚|挤脚|尺码问题|不合适|套不上|勒"
        ),
    ),
    (
        "不喜欢",
        re.compile(r"不喜欢|不好看|不满意|丑|没想象|不适合我|上身.{0,4}(?:差|不好|一般)|效果不好|不理想|不好用|不好吃"),
    ),
    ("发货太慢", re.compile(r"太慢|等太久|等不及|一直不发|还不发|不发货")),
    ("不想要了", re.compile(r"不想要|不要了|不需要|买多了|拍多了|买重|拍重|重复|拍错|买错|下错|用不上|用不着|后悔")),
)
_DENIED = re.compile(r"(?:不是|没有?|并非|不算|会不会|是不是|有没有)\s*$")


def find_return_reason(text: str) -> ReturnReason | None:
    """Find the reason given for a return, such as 尺码不合; None where none is given or it is denied.

    Args:
        text: folded text.
    """
    for reason, pattern in _REASONS:
        for match in pattern.finditer(text):
            if not _DENIED.search(text[: match.start()]):
                return reason
    return None
