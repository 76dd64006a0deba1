"""Templates: questions of the shop's own, from its policies, goods and orders, answered by the program."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from finetune.data.preparing.example import Example
from finetune.data.preparing.grounding import finished
from finetune.data.preparing.reader import STRANGER, Read, ShopReader
from finetune.problems import Place
from knowledge.backend import BACKEND_FILE
from knowledge.inventory import INVENTORY_FILE
from knowledge.pack import Pack
from knowledge.policies import Policy

_OF_GOODS = (
    "{title}现在有货吗",
    "{title}卖多少钱呀",
    "想看看{title}，介绍一下",
    "{title}还剩哪些码",
    "{title}最近有优惠吗",
)
_OF_ORDERS = ("我那个{order_id}到哪了", "帮我看看订单{order_id}", "{order_id}发货了没有", "{order_id}现在什么状态呀")


async def answered(pack: Pack, reader: ShopReader, count: int, seed: int) -> tuple[Example, ...]:
    """Ask the shop questions of its own, and keep what it words from facts where serving would ask a model.

    Args:
        pack: gives the questions.
        reader: answers.
        count: at most so many.
        seed: another one asks others.

    Returns:
        Examples whose answers are the program's own words and slots.
    """
    made: list[Example] = []
    for asked in sorted(_questions(pack, seed), key=lambda one: Random(f"{seed}\0{one.text}").random()):
        if len(made) >= count:
            break
        read = await reader.read((), asked.text, asked.customer_id)
        if _fits(asked, read):
            made.append(_example(asked, read))
    return tuple(made)


@dataclass(frozen=True)
class _Question:
    text: str
    place: Place
    customer_id: str = STRANGER
    about: str = ""
    """What a fitting answer names."""


def _fits(asked: _Question, read: Read) -> bool:
    """Whether the program has an answer of its own to a question, and not only that a stranger has no orders."""
    of_nobody = asked.customer_id == STRANGER and any(fact.kind == "order" for fact in read.brief.facts)
    return bool(read.composed) and read.brief.ask in read.composed and asked.about in read.composed and not of_nobody


def _questions(pack: Pack, seed: int) -> Iterator[_Question]:
    for policy in pack.policies:
        yield from (_Question(text, _at(policy)) for text in policy.questions)
    for product in pack.products:
        text = _pick(_OF_GOODS, f"{seed}\0{product.product_id}").format(title=product.title)
        yield _Question(text, Place(str(pack.folder / INVENTORY_FILE), 1), about=product.title)
    for order in pack.backend.orders if pack.backend else ():
        text = _pick(_OF_ORDERS, f"{seed}\0{order.order_id}").format(order_id=order.order_id)
        yield _Question(text, Place(str(pack.folder / BACKEND_FILE), 1), order.customer_id)


def _at(policy: Policy) -> Place:
    place = policy.place("questions")
    return Place(str(place.file), place.line or 1)


def _pick(texts: Sequence[str], key: str) -> str:
    return Random(key).choice(texts)


def _example(asked: _Question, read: Read) -> Example:
    brief = read.brief
    example = Example(
        place=asked.place,
        question=asked.text,
        answer=read.composed,
        facts=brief.facts,
        strategy=brief.strategy,
        also=read.also,
        ask=brief.ask,
        group=f"template {asked.text}",
        origin="template",
    )
    return replace(finished(example), kind="knowledge")
