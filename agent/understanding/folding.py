"""Folding: the many ways to type one thing become one way, and nothing that carries meaning is lost."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC

from agent.understanding.cantonese import to_mandarin
from agent.understanding.confusions import mend_slips

_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_EMOJI = re.compile(r"[\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\U000e0020-\U000e007f]")
_STICKERS = (
    "微笑|撇嘴|色|发呆|得意|流泪|害羞|闭嘴|睡|大哭|尴尬|发怒|调皮|呲牙|惊讶|难过|囧|抓狂|吐|偷笑|愉快|白眼|傲慢|困|惊恐|憨笑|咒骂|"
    "疑问|晕|衰|骷髅|敲打|再见|擦汗|抠鼻|鼓掌|坏笑|鄙视|委屈|阴险|亲亲|可怜|笑脸|生病|脸红|破涕为笑|恐惧|失望|无语|嘿哈|捂脸|奸笑|"
    "机智|皱眉|耶|吃瓜|加油|汗|天啊|社会社会|旺柴|好的|哇|翻白眼|裂开|叹气|苦涩|玫瑰|凋谢|爱心|心碎|拥抱|强|弱|握手|胜利|抱拳|"
    "合十|礼物|庆祝|OK|ok|Smile|Cry|Angry"
)
_BRACKETED_EMOJI = re.compile(rf"\[(?:{_STICKERS})\]")
_ONE_OF_PUNCTUATION = re.compile(r"([,;:!?~。、…])\1+")
_MIXED_QUESTION = re.compile(r"[?!]*\?[?!]*")
_TWO_AT_MOST = re.compile(r"([\u4e00-\u9fff])\1{2,}")
_BLANK = re.compile(r"\s+")
_QUOTES = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "—": "-", "–": "-", "−": "-", "。": "。", "．": ".", "｡": "。"}
)
_LOWER = str.maketrans({chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)})


@dataclass(frozen=True)
class Folded:
    """One message in the form that understanding works on."""

    original: str
    """As the customer sent it."""
    plain: str
    """Half-width, simplified, without emoji and invisible characters; case and slips as typed."""
    text: str
    """``plain`` in lower case with slips mended; every character stands at the place it has in ``plain``."""
    emoji: tuple[str, ...] = ()
    """Emoji and bracketed stickers, in order."""
    exclamations: int = 0
    """Exclamation marks in the original, however wide."""
    questions: int = 0
    """Question marks in the original, however wide."""


@cache
def _to_simplified() -> OpenCC:
    """The converter from traditional to simplified characters; its tables are read once."""
    return OpenCC("t2s")


def _settle(text: str) -> str:
    """One pass of every rule that keeps the letter case."""
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    text = to_mandarin(_to_simplified().convert(text)).translate(_QUOTES)
    text = _CONTROL.sub(" ", text)
    text = _MIXED_QUESTION.sub("?", text)
    text = _ONE_OF_PUNCTUATION.sub(r"\1", text)
    text = _TWO_AT_MOST.sub(r"\1\1", text)
    return _BLANK.sub(" ", text).strip()


def fold(original: str) -> Folded:
    """Fold a message.

    Full-width and traditional characters, repeated punctuation and stretched words, invisible characters, emoji and the usual
    slips of the input method are evened out. Folding what is already folded changes nothing.

    Args:
        original: the message as it came in, of any length.

    Returns:
        The message with its folded forms; both may be empty, for a message of emoji alone.
    """
    emoji = tuple(_EMOJI.findall(original) + _BRACKETED_EMOJI.findall(original))
    plain = _EMOJI.sub(" ", _BRACKETED_EMOJI.sub(" ", original))
    for _ in range(4):
        settled = _EMOJI.sub(" ", _BRACKETED_EMOJI.sub(" ", _settle(plain))).strip()
        if settled == plain:
            break
        plain = settled
    return Folded(
        original=original,
        plain=plain,
        text=mend_slips(plain.translate(_LOWER)),
        emoji=emoji,
        exclamations=original.count("!") + original.count("！"),
        questions=original.count("?") + original.count("？"),
    )


def fold_name(name: str) -> str:
    """Fold a title, an alias, a colour or a size so that it can be looked for in :attr:`Folded.text`."""
    return fold(name).text
