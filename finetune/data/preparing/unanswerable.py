"""Unanswerable examples: the right document is taken out of the context, and the answer says honestly that nothing was found."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from agent.audit.fold import squeeze
from agent.evidence import Fact, FactKind
from agent.profile import Style
from agent.prompt import fill
from finetune.data.preparing.example import Example
from finetune.data.preparing.repeats import overlap
from finetune.data.split import pieces_of

LEAST_FACTS = 2
"""So many facts a question is given at least that do not answer it."""
_RESTS_ON = 0.3
"""An answer rests on facts of whose characters and pairs it holds this share."""
_APART = 0.2
"""Only a fact that is less alike than this is put in the place of what was taken out."""
_DRAWN = 40
_DOCUMENTS: frozenset[FactKind] = frozenset({"policy", "product"})
"""Facts that stand in the shop's documents; an order is known or it is not."""
_WORDS = (
    "这个问题我这边暂时没有查到准确的信息，不敢随便答复您。",
    "不好意思，这一点我没有查到，怕说错了耽误您。您回复“人工”，我请同事来看。",
    "抱歉，手头的资料里没有查到这一项，不敢乱说，建议问问店里的人工客服。",
    "这个我暂时没有查到，先不乱答您。需要的话回复“人工”，同事会帮您确认。",
    "您问的这个我查了，目前没有查到，不好随便答复您。",
    "这一点还没有查到说明，我不敢瞎猜。您可以回复“人工”，请同事核实。",
    "抱歉，没有查到和您这个问题对得上的内容，麻烦您回复“人工”再问一下。",
    "这个情况我这里没有查到，不能给您乱说，建议联系人工客服确认。",
)


def unanswerable(examples: Sequence[Example], share: float, style: Style, seed: int) -> tuple[Example, ...]:
    """Make examples whose context does not hold the answer.

    Args:
        examples: grounded; those that abstain already count.
        share: of all examples afterwards that are to abstain, 0 to 1.
        style: the shop's.
        seed: another one takes others.

    Returns:
        The new examples alone, as many as the share asks for or as can be made.
    """
    there = sum(example.strategy == "abstain" for example in examples)
    wanted = round((share * len(examples) - there) / (1 - share)) if share < 1 else 0
    pool = tuple(dict.fromkeys(fact for example in examples for fact in example.facts if fact.kind in _DOCUMENTS))
    order = sorted(examples, key=lambda example: Random(f"{seed}\0{example.group}\0{example.question}").random())
    made: list[Example] = []
    for example in order:
        if len(made) >= wanted:
            break
        random = Random(f"{seed}\0{example.group}\0{example.question}\0unanswerable")
        emptied = _without_evidence(example, pool, random)
        if emptied is not None:
            words = style.addressed(random.choice(_WORDS))
            made.append(replace(emptied, answer=words, strategy="abstain", also=(), ask="", origin="unanswerable"))
    return tuple(made)


def _without_evidence(example: Example, pool: Sequence[Fact], random: Random) -> Example | None:
    """The example without the documents that its answer rests on; None: they cannot be told, or were said before."""
    if example.strategy != "inform" or example.family is not None or example.origin == "unanswerable":
        return None
    right = resting(example)
    said = " ".join(text for _, text in example.history)
    if not right or any(fact.kind not in _DOCUMENTS or fact.text.rstrip("。") in said for fact in right):
        return None
    documents = {fact.source.id for fact in right if fact.source is not None}
    left = [fact for fact in example.facts if fact not in right and not (fact.source and fact.source.id in documents)]
    away = [pieces_of(squeeze(text)) for text in (*(fact.text for fact in right), example.question)]
    for fact in random.sample(list(pool), min(len(pool), _DRAWN)):
        if len(left) >= LEAST_FACTS:
            break
        pieces = pieces_of(squeeze(fact.text))
        is_same = fact in left or fact in right or (fact.source is not None and fact.source.id in documents)
        if not is_same and all(overlap(pieces, other) < _APART for other in away):
            left.append(fact)
    return replace(example, facts=tuple(left), own_facts=0)


def resting(example: Example) -> tuple[Fact, ...]:
    """The facts that an answer rests on: those it names by slots, or those whose words it has."""
    named = fill(example.answer, example.texts, example.ask).named
    if named:
        return tuple(example.facts[place] for place in named)
    said = pieces_of(squeeze(example.answer))
    pieces = [pieces_of(squeeze(fact.text)) for fact in example.facts]
    shares = [len(one & said) / len(one) if one else 0.0 for one in pieces]
    return tuple(fact for fact, share in zip(example.facts, shares, strict=True) if share >= _RESTS_ON)
