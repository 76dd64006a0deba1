"""Neutral text: outside words in which no control token of any chat format is left."""

import re
import unicodedata

_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    r"\U000e0000-\U000e0fff]"
)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]+")
_LESS, _MORE, _BAR, _SLASH = "<＜﹤〈‹⟨", ">＞﹥〉›⟩", "|｜￨∣│┃❘ǀ", "/／∕⁄"
_TAGS = (
    "think|thinking|tool_call|tool_calls|tool_response|tools|tool|system|user|assistant|im_start|im_end|im_sep|"
    "endoftext|s|bos|eos|pad|unk|box_start|box_end|sys|inst"
)
_PIPED = re.compile(rf"[{_LESS}]+\s*[{_BAR}]|[{_BAR}]\s*[{_MORE}]+")
_TAG = re.compile(rf"[{_LESS}]+\s*[{_SLASH}]?\s*({_TAGS})\s*[{_SLASH}]?\s*[{_MORE}]+", re.IGNORECASE)
_BRACKET_TAG = re.compile(
    rf"[\[［]\s*[{_SLASH}]?\s*(inst|sys|bos|eos|pad|unk|cls|sep|mask|gmask|sop)\s*[\]］]", re.IGNORECASE
)
_HEADING = re.compile(r"【([^】\n]{0,12})】")


def neutralise(text: str) -> str:
    """Write outside text so that no tokenizer reads a control token in it.

    Invisible and control characters go; ``<|…|>``, ``<think>``, ``[INST]`` and their full-width and look-alike forms lose
    their brackets; ``【…】``, with which this prompt heads its parts, becomes 「…」. Neutral text is left as it is.

    Args:
        text: what a customer, a document or a back-end said.
    """
    plain = _neutralise(text)
    return plain if is_neutral(plain) else _neutralise(unicodedata.normalize("NFKC", plain))


def _neutralise(text: str) -> str:
    text = _CONTROL.sub(" ", _INVISIBLE.sub("", text))
    for pattern, plain in ((_PIPED, " "), (_TAG, r"(\1)"), (_BRACKET_TAG, r"(\1)")):
        text = _until_settled(pattern, plain, text)
    return _HEADING.sub(r"「\1」", text)


def is_neutral(text: str) -> bool:
    """Whether a text holds no control token, in any of its forms."""
    plain = _INVISIBLE.sub("", text)
    forms = (plain, unicodedata.normalize("NFKC", plain))
    return not any(pattern.search(form) for form in forms for pattern in (_PIPED, _TAG, _BRACKET_TAG))


def _until_settled(pattern: re.Pattern[str], plain: str, text: str) -> str:
    """Replace until nothing is left: taking one token away may join the halves of another."""
    changed = pattern.sub(plain, text)
    while changed != text:
        text, changed = changed, pattern.sub(plain, changed)
    return text
