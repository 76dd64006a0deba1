"""Cleaning: what stands in raw conversations and should not be learned."""

import html
import re
from dataclasses import replace

from agent.profile import Style
from agent.prompt import neutralise
from agent.understanding.folding import fold
from finetune.data.formats.dialogue import Dialogue, Turn

_BREAK = re.compile(r"<\s*(?:br|/p|/div|/li)\s*/?\s*>", re.IGNORECASE)
_TOKEN = re.compile(r"<\s*\|[^<>|\n]{0,40}\|\s*>")
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,200}>")
_LINK = re.compile(r"https?://[^\s\u4e00-\u9fff，。；！？]+")
_BLANKS = re.compile(r"[ \t\u3000\xa0]+")
_LINES = re.compile(r"\s*\n\s*")
_BESIDE_HAN = re.compile(r"(?<=[\u4e00-\u9fff，。！？；：、]) (?=[\u4e00-\u9fff，。！？；：、])")
_REPEATED = re.compile(r"([!?！？~～,，;；、.。…])\1+")
_MIXED = re.compile(r"(?:[!！][?？]|[?？][!！])[!?！？]*")
_CALLS = (
    r"亲亲|亲爱的(?:顾客|客户|买家|朋友)?|亲们|亲|宝宝|宝贝|宝子|家人们?|小主|小仙女|小姐姐|美女|帅哥|老板|尊敬的(?:顾客|客户|买家)|"
    r"集美们?|姐妹们?"
)
_ADDRESS = re.compile(
    rf"^(?:(?:{_CALLS})(?:您好|你好)?[~～!！,，、。 ]+)+|^(?:您好|你好)?[,，]?(?:{_CALLS})[~～!！,，、。 ]+"
)
_LATE_ADDRESS = re.compile(r"[,，~～ ]?(?:亲亲|亲爱的|亲|宝宝|宝贝|宝子|小主)(?=[~～!！,，。?？]|$)")
_ELLIPSIS = ".。…"


def clean_dialogue(dialogue: Dialogue, style: Style) -> Dialogue | None:
    """Clean every message of a dialogue.

    HTML, links, invisible characters and control tokens go; of repeated punctuation, emoji and stickers one is left; an answer calls
    the customer as the shop does.

    Args:
        dialogue: as a data file gives it.
        style: the shop's.

    Returns:
        The dialogue; None: a message holds no words any more.
    """
    turns: list[Turn] = []
    for turn in dialogue.turns:
        text = clean_text(turn.text)
        if turn.speaker == "assistant":
            text = address(text, style)
        if not re.search(r"\w", text):
            return None
        turns.append(replace(turn, text=text))
    facts = tuple(filter(None, map(clean_text, dialogue.context)))
    return replace(
        dialogue, turns=tuple(turns), context=facts if len(facts) == len(dialogue.context) else dialogue.context
    )


def clean_text(text: str) -> str:
    """Take noise out of a text; clean text comes back as it is."""
    plain = _TAG.sub("", _TOKEN.sub("", _BREAK.sub("\n", html.unescape(text))))
    plain = neutralise(_LINK.sub("", plain))
    plain = _without_more_emoji(plain)
    plain = _MIXED.sub("？", plain)
    plain = _REPEATED.sub(lambda match: "……" if match[1] in _ELLIPSIS else match[1], plain)
    plain = _BESIDE_HAN.sub("", _BLANKS.sub(" ", plain))
    return _LINES.sub("\n", plain).strip()


def address(text: str, style: Style) -> str:
    """Call the customer as the shop does: what an answer begins with instead is replaced, what stands at its end is taken out.

    Args:
        text: an answer.
        style: the shop's; without a form of address the customer is not called anything.
    """
    found = _ADDRESS.match(text)
    rest = text[found.end() :] if found else text
    rest = _LATE_ADDRESS.sub("", rest) if not style.address or style.address not in rest else rest
    if not rest.strip("~～!！,，。?？ "):
        return text
    return style.addressed(rest) if found else rest


def _without_more_emoji(text: str) -> str:
    """Of all emoji and stickers in a text the first one stays."""
    for at, one in enumerate(dict.fromkeys(fold(text).emoji)):
        first, mark, rest = text.partition(one)
        text = first + (mark if at == 0 else "") + rest.replace(one, "")
    return text
