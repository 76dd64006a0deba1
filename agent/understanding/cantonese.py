"""Written Cantonese in the words of written Mandarin, as far as shop talk goes: 唔啱可唔可以退 is 不合适可不可以退."""

import re
from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "唔该": "麻烦",
        "多谢晒": "谢谢",
        "边度": "哪里",
        "边个": "谁",
        "几时": "什么时候",
        "几多": "多少",
        "几耐": "多久",
        "得唔得": "行不行",
        "点解": "为什么",
        "点样": "怎么",
        "点算": "怎么办",
        "而家": "现在",
        "听日": "明天",
        "琴日": "昨天",
        "今日": "今天",
        "仲未": "还没",
        "未到": "没到",
        "有冇": "有没有",
        "系唔系": "是不是",
        "唔系": "不是",
        "唔啱": "不合适",
        "啱着": "合身",
        "咁样": "这样",
        "乜嘢": "什么",
        "嘢": "东西",
        "咩": "什么",
        "乜": "什么",
        "唔": "不",
        "冇": "没有",
        "嘅": "的",
        "喺": "在",
        "啱": "合适",
        "佢": "他",
        "哋": "们",
        "俾": "给",
        "畀": "给",
        "攞": "拿",
        "睇": "看",
        "嚟": "来",
        "咗": "了",
        "仲": "还",
        "咁": "这么",
        "呢件": "这件",
        "呢个": "这个",
        "嗰": "那",
    }
)
"""Simplified spelling; longer words come before the characters in them."""

_WORD = re.compile("|".join(sorted(map(re.escape, WORDS), key=len, reverse=True)))
_MARK = re.compile("[唔冇嘅喺嘢咩啱佢哋俾畀攞睇嚟咗咁嗰乜]|边度|边个|点解|点样|而家|听日|琴日|几耐")
"""Only a text that holds one of these is Cantonese: 仲 and 几时 are written elsewhere too."""


def to_mandarin(text: str) -> str:
    """Rewrite Cantonese words; a text without any stays as it is.

    Args:
        text: simplified characters.
    """
    return _WORD.sub(lambda match: WORDS[match[0]], text) if _MARK.search(text) else text
