"""How long a message is for a model, without any model's tokenizer."""

import re

_WORD = re.compile(r"[A-Za-z]+")
_HAN = re.compile(r"[\u3001-\u30ff\u4e00-\u9fff\uff01-\uff5e]")
_LETTERS_A_TOKEN = 2


def token_bound(text: str) -> int:
    """Count tokens on the safe side.

    Two Latin letters, one usual Chinese character, one digit or mark are a token; anything else counts by its UTF-8 bytes, as a
    byte-level tokenizer may need so many for rare characters and emoji.

    Args:
        text: of a message.

    Returns:
        At least as many tokens as the tokenizers of the Qwen family make of it.
    """
    words = _WORD.findall(text)
    letters = sum(map(len, words))
    common = len(_HAN.findall(text))
    rest = _HAN.sub("", _WORD.sub("", text))
    return -(-letters // _LETTERS_A_TOKEN) + len(words) + common + len(rest.encode("utf-8", errors="replace"))
