"""What an adapter and the untuned base are asked: the same prompts, as serving writes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from agent.evidence import Answer, Brief
from agent.facts.shop import identity_facts
from agent.messages import Strategy
from agent.profile import ShopProfile
from agent.prompt import neutralise, render
from finetune.data.rows import Row

UNPROMPTED = "你是一名网店客服。"
"""A system message that names nobody: who answers then says is in the weights."""
_MOST_OTHERS = 20

AskedKind = Literal["row", "identity", "unprompted", "other"]
"""
``row``: a held-out row.
``identity``: an identity question as serving puts it.
``unprompted``: an identity question in a prompt that names nobody.
``other``: another question in such a prompt, with nothing to answer it from.
"""


@dataclass(frozen=True)
class Asked:
    """One prompt of the evaluation."""

    messages: tuple[dict[str, str], ...]
    brief: Brief
    """What a draft may state."""
    strategy: Strategy
    answer: str | None
    """The held-out answer as a customer would read it; None: it is not of a held-out row."""
    facts: tuple[str, ...] = ()
    """What the prompt numbers, and slots of a draft may name."""
    ask: str = ""
    """The question of the prompt; empty: none."""
    question: str = ""
    """The customer's own words."""
    kind: AskedKind = "row"


def identity_questions() -> tuple[str, ...]:
    """Questions after who the assistant is, in words that no training row of ours holds."""
    return _lines("identity.txt")


def general_texts() -> tuple[str, ...]:
    """Plain Chinese about anything but shops, written for this purpose."""
    return _lines("general.txt")


def of_rows(rows: Sequence[Row]) -> tuple[Asked, ...]:
    """Held-out rows, as they stand."""
    return tuple(
        Asked(row.messages, row.brief, row.strategy, row.said, row.facts, row.ask, row.question) for row in rows
    )


def of_identity(profile: ShopProfile) -> tuple[Asked, ...]:
    """The identity questions as serving puts them: with what the profile says of who answers.

    Args:
        profile: the shop.
    """
    facts = identity_facts(profile)
    brief = Brief((Answer("identity", "answered", "inform", facts),))
    texts = tuple(fact.text for fact in facts)
    return tuple(
        Asked(tuple(render(brief, profile, [], text)), brief, "inform", None, texts, question=text, kind="identity")
        for text in identity_questions()
    )


def of_unprompted(rows: Sequence[Row], profile: ShopProfile) -> tuple[Asked, ...]:
    """The identity questions, and some held-out questions on other things, in a prompt that names nobody and holds no fact.

    Args:
        rows: held out.
        profile: the shop; a row whose answer names it or its assistant is about identity too.
    """
    names = (profile.name, profile.assistant)
    others = dict.fromkeys(row.question for row in rows if not any(name in row.said for name in names))
    return (
        *(_bare(text, "unprompted") for text in identity_questions()),
        *(_bare(text, "other") for text in list(others)[:_MOST_OTHERS]),
    )


def _bare(text: str, kind: AskedKind) -> Asked:
    messages = ({"role": "system", "content": UNPROMPTED}, {"role": "user", "content": neutralise(text)})
    return Asked(messages, Brief((Answer("identity", "answered", "inform"),)), "inform", None, question=text, kind=kind)


def _lines(name: str) -> tuple[str, ...]:
    return tuple(files("finetune.gate").joinpath(name).read_text(encoding="utf-8").splitlines())
