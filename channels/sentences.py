"""Sentences: a reply in the pieces in which it is streamed."""

import re

# What ends a sentence takes its closing quotes, emoji and spaces along; an opening quote belongs to the next.
_SENTENCE = re.compile(r".*?(?:[。!?!?…~\n][^\w“‘「『《(【(\[]*|$)", re.DOTALL)


def sentences(reply: str) -> list[str]:
    """Cut a reply after each sentence.

    Args:
        reply: audited text.

    Returns:
        Pieces in order; joined they are the reply, character for character.
    """
    return [piece for piece in _SENTENCE.findall(reply) if piece]
