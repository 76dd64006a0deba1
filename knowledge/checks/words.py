"""Words that this shop must not say, standing in its own knowledge."""

import re
from collections.abc import Iterator

from knowledge.checks.occasion import Occasion
from knowledge.findings import Finding, Place
from knowledge.pack import Pack

_DENIED = re.compile("[不没勿非禁]|谢绝|拒绝")
_SENTENCE = re.compile("[^\u3002\uff01\uff1f\uff1b!?;]*[\u3002\uff01\uff1f\uff1b!?;]?")


def words(pack: Pack, occasion: Occasion) -> Iterator[Finding]:
    """Find forbidden claims and sensitive words, unless the sentence denies them.

    Args:
        pack: the pack.
        occasion: when the check takes place.
    """
    claims = [(word, "a claim that the shop forbids") for word in pack.shop.forbidden_claims]
    banned = [*claims, *((word, "a sensitive word") for word in pack.shop.sensitive_words)]
    for text, place in _texts(pack):
        for sentence in _SENTENCE.findall(text):
            for word, what in banned:
                if word in sentence and not _DENIED.search(sentence.replace(word, "")):
                    message = f"{word!r} is {what}: {sentence.strip()!r}."
                    yield Finding("forbidden_word", "warning", place, message, "Say it otherwise.")


def _texts(pack: Pack) -> Iterator[tuple[str, Place]]:
    for policy in pack.policies:
        yield policy.title, policy.place("title")
        for number, line in enumerate(policy.body.split("\n")):
            yield line, policy.body_place(number)
    for product in pack.products:
        place = pack.inventory.rows[product.skus[0].sku]
        yield product.title, place
        yield from ((f"{name} {said}", place) for name, said in product.attributes.items())
    for promotion in pack.promotions:
        yield promotion.name, pack.offers.places[promotion.promotion_id]
