"""Policies and goods cut into passages: the pieces that are found, quoted and cited."""

import math
from itertools import groupby

from knowledge.blocks import parse_blocks
from knowledge.policies import Policy
from knowledge.quoting import Quote, quotes
from knowledge.sentences import closed
from retrieval.catalogue import Product
from retrieval.passages import Passage, Scope

PASSAGE_CHARS = 240
"""A passage holds about this much text: one topic, small enough for a prompt to take several."""


def split_policy(policy: Policy) -> tuple[Passage, ...]:
    """Cut a policy at its headings, and long sections between their sentences.

    Args:
        policy: one policy.

    Returns:
        Passages in order; their ids count from 0.
    """
    blocks, _ = parse_blocks(policy.body)
    found = quotes(blocks, policy.title)
    pieces = [piece for _, section in groupby(found, key=lambda one: one.headings) for piece in _pieces(list(section))]
    return tuple(_passage(policy, number, piece) for number, piece in enumerate(pieces))


def split_product(product: Product) -> Passage:
    """What is lasting about a product: its title and attributes, never its stock or price.

    Args:
        product: one product.
    """
    sentences = tuple(closed(f"{name}\uff1a{said}") for name, said in product.attributes.items())
    return Passage(
        passage_id=f"{product.product_id}#0",
        source_id=product.product_id,
        kind="product",
        title=product.title,
        category=product.category,
        heading="",
        sentences=sentences or (closed(product.title),),
        questions=product.aliases,
        scope=Scope(products=(product.product_id,)),
    )


def _pieces(section: list[Quote]) -> list[list[Quote]]:
    """A section in parts of about equal size."""
    total = sum(len(one.text) for one in section)
    target = total / math.ceil(total / PASSAGE_CHARS)
    pieces: list[list[Quote]] = [[]]
    size = 0
    for one in section:
        if pieces[-1] and size + len(one.text) / 2 > target:
            pieces.append([])
            size = 0
        pieces[-1].append(one)
        size += len(one.text)
    return pieces


def _passage(policy: Policy, number: int, piece: list[Quote]) -> Passage:
    headings = [text for text in piece[0].headings if text != policy.title]
    return Passage(
        passage_id=f"{policy.policy_id}#{number}",
        source_id=policy.policy_id,
        kind="policy",
        title=policy.title,
        category=policy.category,
        heading=" / ".join(headings),
        sentences=tuple(one.text for one in piece),
        questions=policy.questions,
        scope=policy.scope,
        version=policy.version,
        decided_by=policy.decided_by,
    )
