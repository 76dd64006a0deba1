"""Parts of a message that are no text: a picture, a voice message. Channels put a marker in their place."""

import re
from collections.abc import Mapping

from agent.evidence import Answer
from agent.turn.context import Turn

MARKERS: Mapping[str, str] = {
    "image": "[图片]",
    "voice": "[语音]",
    "video": "[视频]",
    "file": "[文件]",
    "location": "[位置]",
    "sticker": "[表情]",
    "other": "[消息]",
}
"""What stands in a message's text for a part that is no text."""

_NAMES: Mapping[str, str] = {marker: marker.strip("[]") for kind, marker in MARKERS.items() if kind != "other"}
_MARKER = re.compile("|".join(re.escape(marker) for marker in MARKERS.values()))


def without_attachments(text: str) -> str:
    """The words of a message; as it is where it has nothing but words."""
    return _MARKER.sub(" ", text).strip() if _MARKER.search(text) else text


def answer_alone(turn: Turn) -> Answer | None:
    """Answer a message without words: a sticker kindly, anything else by asking for words; None: there are words."""
    found = _found(turn)
    if not found or without_attachments(turn.message.text):
        return None
    if all(marker == MARKERS["sticker"] for marker in found):
        return Answer(
            "chitchat", "answered", "smalltalk", lead="收到您的表情啦。", ask="有什么可以帮您的，直接告诉我就好。"
        )
    turn.notes.failures.append("understanding")
    lead = f"抱歉，{_named(found)}我这边暂时看不了。"
    return Answer(
        "out_of_scope",
        "clarify",
        "clarify",
        lead=lead,
        ask="麻烦您用文字说一下想问的事，或者回复“人工”转接同事为您查看。",
    )


def caveat(turn: Turn) -> str:
    """What a reply to the words of a message says first of what else came with them; empty: nothing that matters."""
    found = [marker for marker in _found(turn) if marker != MARKERS["sticker"]]
    return f"{_named(found)}我这边暂时看不了，先按您的文字回复。" if found else ""


def _found(turn: Turn) -> list[str]:
    return _MARKER.findall(turn.message.text)


def _named(markers: list[str]) -> str:
    names = dict.fromkeys(_NAMES.get(marker, "这条消息") for marker in markers)
    return "和".join(names)
